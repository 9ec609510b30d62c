// What a task delivers to a contract, and how it is bound to the digest that the workers agreed on.
import type { Hex } from 'viem'
import { keccak256 } from 'viem/utils'
import type { Deal } from '../deal/deal.ts'
import type { TaskId } from '../ids.ts'
import { NO_ADDRESS, isSameAddress } from '../order/terms.ts'
import type { TaskEffect, TaskRefusal } from './step.ts'

/** What finishes a task: `results` tells where the result is, `resultsCallback` goes to the callback contract. Both are bytes. */
export type Delivery = { readonly results: Hex; readonly resultsCallback: Hex }

/** Why callback data do not fit a digest: with a callback, or with data, keccak256 of the data must be the digest. */
export function whyNotDelivered(deal: Deal, digest: Hex, resultsCallback: Hex): TaskRefusal | undefined {
  if (!hasCallback(deal) && resultsCallback === '0x') return undefined
  const dataHash = keccak256(resultsCallback)
  return dataHash === digest.toLowerCase() ? undefined : { reason: 'CallbackDigestMismatch', digest, dataHash }
}

/** The call of the callback contract, last of all effects; none for a deal without one. Its outcome changes nothing. */
export function deliveries(deal: Deal, task: TaskId, data: Hex): readonly TaskEffect[] {
  return hasCallback(deal) ? [{ do: 'callBack', callback: deal.callback, task, data }] : []
}

function hasCallback(deal: Deal): boolean {
  return !isSameAddress(deal.callback, NO_ADDRESS)
}
