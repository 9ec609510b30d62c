// The first words to a pool: it says who it is, the worker proves who he is.
import { hashWorkerLogin, type Hello, type PoolFacts, type Welcome, type WorkerProfile } from '@iexec/wire/work'
import { isAddressEqual, type Address, type LocalAccount } from 'viem'
import { signHash } from '../result/upload.ts'

/** Which pool it must be. */
export type WantedPool = { readonly chainId: number; readonly hub: Address; readonly workerpool: Address }

/** Seconds for which a login is good. */
const LOGIN_SECONDS = 300

/**
 * Why a pool is not the one that is wanted; `undefined` when it is.
 *
 * @example
 * whyOtherPool(welcome.pool, wanted) // 'The scheduler is of chain 1, and this worker of chain 134.'
 */
export function whyOtherPool(pool: PoolFacts, wanted: WantedPool): string | undefined {
  if (pool.chainId !== wanted.chainId) {
    return `The scheduler is of chain ${pool.chainId}, and this worker of chain ${wanted.chainId}.`
  }
  if (!isAddressEqual(pool.hub, wanted.hub)) return `The scheduler is of the hub ${pool.hub}, not of ${wanted.hub}.`
  if (isAddressEqual(pool.workerpool, wanted.workerpool)) return undefined
  return `The scheduler is of the workerpool ${pool.workerpool}, not of ${wanted.workerpool}.`
}

/** Answers a scheduler's first message: signed for this connection, this pool, and some minutes. */
export async function sayHello(
  { nonce, pool }: Welcome,
  { account, profile, now }: { readonly account: LocalAccount; readonly profile: WorkerProfile; readonly now: number },
): Promise<Hello> {
  const validUntil = Math.floor(now / 1000) + LOGIN_SECONDS
  const worker = account.address
  const hash = hashWorkerLogin({ worker, workerpool: pool.workerpool, nonce, validUntil }, pool.chainId)
  return { type: 'hello', worker, validUntil, signature: await signHash(account, hash), profile }
}
