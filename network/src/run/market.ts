// What a network does on its market before anybody uses it: stakes for those who need one, and the wait until the pool sells.
import { setTimeout as sleep } from 'node:timers/promises'
import { hubAbi, rlcAbi } from '@iexec/protocol/abi'
import { waitForReceipt, type DeployClient, type MarketAddresses } from '@iexec/chain'
import type { Address } from 'viem'
import { writeContract } from 'viem/actions'

/** Who pays for what, and on which market. */
export type Payer = { readonly owner: DeployClient; readonly addresses: Pick<MarketAddresses, 'hub' | 'token'> }

/** What somebody has at the hub, in nRLC. */
export type Stake = { readonly account: Address; readonly amount: bigint }

/** Gives each account a stake at the hub, in two transactions: on a chain with blocks of a second each of them takes one. */
export async function depositStakes({ owner, addresses }: Payer, stakes: readonly Stake[]): Promise<void> {
  if (stakes.length === 0) return
  const amounts = stakes.map(({ amount }) => amount)
  const total = amounts.reduce((sum, amount) => sum + amount, 0n)
  const approved = await writeContract(owner, {
    chain: null,
    address: addresses.token,
    abi: rlcAbi,
    functionName: 'approve',
    args: [addresses.hub, total],
  })
  await waitForReceipt(owner, approved)
  const deposited = await writeContract(owner, {
    chain: null,
    address: addresses.hub,
    abi: hubAbi,
    functionName: 'depositForArray',
    args: [amounts, stakes.map(({ account }) => account)],
  })
  await waitForReceipt(owner, deposited)
}

const LOOK_MS = 20
const LONGEST_WAIT_MS = 60_000

/** The market on which a pool is about to sell. */
export type PoolMarket = { readonly marketUrl: string; readonly chainId: number }

/**
 * Returns when the pool sells: it does so once its workers are there.
 *
 * @returns false when that takes too long, or when the signal ends it
 */
export async function untilSold({ marketUrl, chainId }: PoolMarket, signal?: AbortSignal): Promise<boolean> {
  const end = Date.now() + LONGEST_WAIT_MS
  const query = new URLSearchParams({ chainId: String(chainId), category: '0' })
  for (;;) {
    if (signal?.aborted === true) return false
    const answer = await fetch(`${marketUrl}/workerpoolorders?${query.toString()}`).catch(() => undefined)
    const { count } = ((await answer?.json().catch(() => undefined)) ?? {}) as { readonly count?: number }
    if (count !== undefined && count > 0) return true
    if (Date.now() > end) return false
    await sleep(LOOK_MS)
  }
}
