// What an open order needs its signer to have staked. Each order is judged alone, not the sum of a signer's orders.
import { taskPrice, workerpoolStake } from '@iexec/protocol'
import type { BookOrderTable } from '../db/schema.ts'

/** The columns that decide it. */
export type StakedTerms = Pick<BookOrderTable, 'kind' | 'price' | 'app_max_price' | 'dataset_max_price'>

/**
 * The stake that covers what is left of an order, in nRLC: of a workerpool order its lock, of a request all it may pay.
 *
 * The lock is rounded down for each task, so that a price of 3 needs none.
 *
 * @example
 * requiredStake({ kind: 'workerpool', price: 10, app_max_price: null, dataset_max_price: null }, 5) // 15n
 */
export function requiredStake(terms: StakedTerms, remaining: number): bigint {
  if (terms.kind === 'workerpool') return workerpoolStake(BigInt(terms.price)) * BigInt(remaining)
  if (terms.kind !== 'request') return 0n
  const prices = {
    app: BigInt(terms.app_max_price ?? 0),
    dataset: BigInt(terms.dataset_max_price ?? 0),
    workerpool: BigInt(terms.price),
  }
  return taskPrice(prices) * BigInt(remaining)
}
