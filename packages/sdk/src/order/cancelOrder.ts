// Closes an order on chain for good.
import type { Order } from '@iexec/protocol'
import type { Context } from '../context.ts'
import { manageOrder, type ManagedOrder } from './manageOrder.ts'
import { requireOpen, requireOrder, requireOrderOwner } from './requireOrder.ts'

/**
 * Closes an order of the signer on chain: nobody can match it any more, whoever has it. Deals that it made go on.
 *
 * @throws IexecError `NotOwner`, `NotFound`, `NoSigner`, `InvalidInput`; `Refused` when nothing is left of it anyway
 * @example
 * await cancelOrder(context, signed) // { orderHash: '0x…', txHash: '0x…', blockNumber: 7n }
 */
export async function cancelOrder(context: Context, order: Order): Promise<ManagedOrder> {
  requireOrder(context, order)
  await requireOrderOwner(context, order)
  await requireOpen(context, order)
  return manageOrder(context, order, 'close')
}
