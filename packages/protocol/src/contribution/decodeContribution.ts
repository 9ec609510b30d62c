// A contribution, from what the hub's view tells.
import type { Address } from 'viem'
import { nameOfCode } from '../statusCode.ts'
import type { HubView } from '../view.ts'
import { CONTRIBUTION_STATUS_CODES } from './contribution.ts'
import type { Contribution } from './contribution.ts'

/**
 * A worker's vote from the answer of `viewContribution`; `undefined` when he has none.
 *
 * @throws InputError `UnknownStatus` when the answer has a status that no hub knows
 * @example
 * decodeContribution(worker, view)?.status // 'contributed'
 */
export function decodeContribution(worker: Address, view: HubView<'viewContribution'>): Contribution | undefined {
  const status = nameOfCode(CONTRIBUTION_STATUS_CODES, view.status)
  return status === 'unset' ? undefined : { ...view, worker, status }
}
