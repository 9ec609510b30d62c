// Signs an order: from then on everybody who has it can match it.
import { orderTypedData, writeTypedData, type Order, type OrderKind, type Signed } from '@iexec/protocol'
import type { Context } from '../context.ts'
import { requireSigner, type TypedDataJson } from '../signer/signer.ts'
import { requireOrder, requireSignable } from './requireOrder.ts'

/**
 * Signs an order of any kind for this market, when the signer is the one who may.
 *
 * @throws IexecError `NotOwner` when the asset, or the request, is somebody else's; `NotFound` when there is no such asset or category;
 * `InvalidInput`, `NoSigner`, `RejectedByUser`
 * @example
 * const signed = await signOrder(context, createAppOrder(context, { app: '0x…' }))
 */
export async function signOrder<Kind extends OrderKind>(
  context: Context,
  order: Order<Kind> & Order,
): Promise<Signed<Kind>> {
  requireOrder(context, order)
  await requireSignable(context, order)
  // JSON knows no bigint: wallets take whole numbers as texts.
  const data = JSON.parse(writeTypedData(orderTypedData(order, context.domain))) as TypedDataJson
  const sign = await requireSigner(context).signTypedData(data)
  return { ...order, sign }
}
