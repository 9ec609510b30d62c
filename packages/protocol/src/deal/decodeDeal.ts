// A deal, from what the hub's view tells.
import { asInstant } from '../ids.ts'
import type { HubView } from '../view.ts'
import type { DealRecord } from './deal.ts'

/**
 * The terms of a deal from the answer of `viewDeal`; `undefined` when the hub knows no such deal.
 *
 * @example
 * decodeDeal(await readContract(client, { address: hub, abi: hubAbi, functionName: 'viewDeal', args: [id] }))
 */
export function decodeDeal(view: HubView<'viewDeal'>): DealRecord | undefined {
  // The hub makes no deal without a task.
  if (view.botSize === 0n) return undefined
  return { ...view, startTime: asInstant(view.startTime) }
}
