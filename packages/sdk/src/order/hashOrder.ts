// The hash of an order on a market.
import type { Order, OrderHash } from '@iexec/protocol'
import type { Context } from '../context.ts'
import { requireOrder } from './requireOrder.ts'

/**
 * The hash by which this market and its hub know an order. The signature is no part of it.
 *
 * @throws IexecError `InvalidInput` when a field is not what it must be
 * @example
 * hashOrder(context, order) // '0x…'
 */
export function hashOrder(context: Context, order: Order): OrderHash {
  return requireOrder(context, order)
}
