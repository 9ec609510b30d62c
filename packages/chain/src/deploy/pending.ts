// Waits for transactions that were sent and are in no block yet: until then the chain says of the same things both yes and no.
import type { Address, Client } from 'viem'
import { getTransactionCount } from 'viem/actions'
import { DeployError } from './deployError.ts'
import type { DeployProgress } from './progress.ts'

/** As long as viem waits for a receipt. */
const PATIENCE_IN_SECONDS = 180

/**
 * Returns when the chain has executed every transaction that this account has sent so far.
 *
 * @throws DeployError `StillPending` when that takes too long
 * @example
 * await awaitPending(client, client.account.address, onProgress)
 */
export async function awaitPending(
  client: Client,
  sender: Address,
  onProgress: (progress: DeployProgress) => void,
): Promise<void> {
  const latest = await getTransactionCount(client, { address: sender })
  const pending = await getTransactionCount(client, { address: sender, blockTag: 'pending' })
  if (pending <= latest) return
  const count = pending - latest
  onProgress({ step: 'await', sender, count })
  if (await waitUntil(client, async () => (await getTransactionCount(client, { address: sender })) >= pending)) return
  throw new DeployError(
    'StillPending',
    `${count} of the transactions of ${sender} are in no block after ${PATIENCE_IN_SECONDS} s: wait for them or replace them.`,
  )
}

/**
 * Asks again and again until the answer is yes; `false` when that takes too long.
 *
 * @example
 * await waitUntil(client, async () => isMined(hash))
 */
export async function waitUntil(client: Client, ask: () => Promise<boolean>): Promise<boolean> {
  const rounds = Math.ceil((PATIENCE_IN_SECONDS * 1_000) / client.pollingInterval)
  for (let round = 0; round < rounds; round += 1) {
    if (await ask()) return true
    const { promise, resolve } = Promise.withResolvers<void>()
    setTimeout(resolve, client.pollingInterval)
    await promise
  }
  return false
}
