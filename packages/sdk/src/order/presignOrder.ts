// Approves an order on chain, in place of a signature.
import type { Order } from '@iexec/protocol'
import type { Context } from '../context.ts'
import { IexecError } from '../error/iexecError.ts'
import { manageOrder, type ManagedOrder } from './manageOrder.ts'
import { readStanding } from './readStanding.ts'
import { requireOpen, requireOrder, requireSignable } from './requireOrder.ts'

/**
 * Approves an order of the signer on chain: it can be matched with the signature `0x`. For accounts that cannot sign, such as
 * contracts. It ends when the asset changes hands.
 *
 * @throws IexecError `NotOwner`, `NotFound`, `NoSigner`, `InvalidInput`; `Refused` when nothing is left of it; `AlreadyExists`
 * when he did that before
 * @example
 * await presignOrder(context, order)
 * await matchOrders(context, { …, app: { ...order, sign: '0x' } })
 */
export async function presignOrder(context: Context, order: Order): Promise<ManagedOrder> {
  const orderHash = requireOrder(context, order)
  const owner = await requireSignable(context, order)
  await requireOpen(context, order)
  const { presignedBy } = await readStanding(context, orderHash)
  if (presignedBy?.toLowerCase() === owner.toLowerCase()) {
    throw new IexecError('AlreadyExists', `The ${order.kind} order ${orderHash} was presigned by ${owner} before.`, {
      hints: ['It can be matched as it is, with the signature 0x.'],
      details: { orderHash, presignedBy },
    })
  }
  return manageOrder(context, order, 'sign')
}
