// Tells everybody who follows the chain of an order, without any market's permission.
import { ORDER_TYPE_NAMES, orderAsset, type Order, type Signed } from '@iexec/protocol'
import type { Address } from 'viem'
import { ownerOf } from '../asset/requireAsset.ts'
import { writeContract } from '../call/writeContract.ts'
import type { Context } from '../context.ts'
import { IexecError } from '../error/iexecError.ts'
import { broadcastAbi } from './hubOrders.ts'
import type { ManagedOrder } from './manageOrder.ts'
import { isSignedBy, readStanding } from './readStanding.ts'
import { requireOpen, requireOrder } from './requireOrder.ts'

/**
 * Publishes a signed order on chain: markets that follow the hub take it into their books. Anybody may do it, for any order.
 *
 * @throws IexecError `InvalidInput` when it is not signed by its owner of today, `NotFound` when there is no such asset, `Refused`
 * when nothing is left of it, `NoSigner`
 * @example
 * await broadcastOrder(context, signed) // { orderHash: '0x…', txHash: '0x…', blockNumber: 7n }
 */
export async function broadcastOrder(context: Context, order: Signed): Promise<ManagedOrder> {
  const orderHash = requireOrder(context, order)
  await requireOpen(context, order)
  await requireApproved(context, order)
  const { transactionHash, blockNumber } = await writeContract(context, {
    address: context.contracts.hub,
    abi: broadcastAbi(order.kind),
    functionName: `broadcast${ORDER_TYPE_NAMES[order.kind]}`,
    args: [order],
    label: `broadcast the ${order.kind} order`,
  })
  return { orderHash, txHash: transactionHash, blockNumber }
}

/** No market takes an order that could not be matched: its broadcast would be paid for nothing. */
async function requireApproved(context: Context, order: Signed): Promise<void> {
  const orderHash = requireOrder(context, order)
  const owner = await ownerOfOrder(context, order)
  const [isSigned, { presignedBy }] = await Promise.all([
    isSignedBy(context, owner, { orderHash, sign: order.sign }),
    readStanding(context, orderHash),
  ])
  if (isSigned || presignedBy?.toLowerCase() === owner.toLowerCase()) return
  throw new IexecError(
    'InvalidInput',
    `The ${order.kind} order ${orderHash} is neither signed nor presigned by ${owner}.`,
    {
      hints: ['Sign it for this chain and this hub, by the owner of this moment.'],
      details: { code: 'NotSigned', orderHash, owner },
    },
  )
}

async function ownerOfOrder(context: Context, order: Order): Promise<Address> {
  return order.kind === 'request' ? order.requester : ownerOf(context, order.kind, orderAsset(order))
}
