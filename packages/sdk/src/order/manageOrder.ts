// Approves or closes an order on chain.
import {
  OPERATION_CODES,
  ORDER_TYPE_NAMES,
  orderAsset,
  type Order,
  type OrderHash,
  type OrderOperation,
} from '@iexec/protocol'
import { writeContract } from '../call/writeContract.ts'
import type { Context, Executed } from '../context.ts'
import { manageAbi } from './hubOrders.ts'
import { requireOrder } from './requireOrder.ts'

/** An order of which something was done on chain. */
export type ManagedOrder = Executed & { readonly orderHash: OrderHash }

/** Carries out an operation on an order in the name of the signer, who must be its owner. */
export async function manageOrder(context: Context, order: Order, operation: OrderOperation): Promise<ManagedOrder> {
  const orderHash = requireOrder(context, order)
  // The owner calls himself, so neither signature is looked at.
  const signed = { ...order, sign: '0x' }
  const { transactionHash, blockNumber } = await writeContract(context, {
    address: context.contracts.hub,
    abi: manageAbi(order.kind),
    functionName: `manage${ORDER_TYPE_NAMES[order.kind]}`,
    args: [{ order: signed, operation: Number(OPERATION_CODES[operation]), sign: '0x' }],
    label: `${operation === 'sign' ? 'presign' : 'cancel'} the ${order.kind} order ${shown(order)}`,
  })
  return { orderHash, txHash: transactionHash, blockNumber }
}

function shown(order: Order): string {
  return `of ${order.kind === 'request' ? order.requester : orderAsset(order)}`
}
