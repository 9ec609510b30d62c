// What must be true of an order before anything is done with it.
import { hashOrder as hashUnderDomain, orderAsset, type Order, type OrderHash } from '@iexec/protocol'
import type { Address } from 'viem'
import { requireOwned } from '../asset/requireAsset.ts'
import { requireCategory } from '../category/showCategory.ts'
import type { Context } from '../context.ts'
import { IexecError, asIexecError } from '../error/iexecError.ts'
import { requireSigner } from '../signer/signer.ts'
import { readStanding } from './readStanding.ts'

/**
 * The hash of an order on this market, when all its fields are what they must be.
 *
 * @throws IexecError `InvalidInput`
 */
export function requireOrder({ domain }: Context, order: Order): OrderHash {
  try {
    return hashUnderDomain(order, domain)
  } catch (error) {
    throw asIexecError(error)
  }
}

/**
 * Goes on only when the signer is the one whose signature the order needs: the owner of its asset, or the requester.
 *
 * @throws IexecError `NotOwner`, `NotFound`, `NoSigner`
 */
export async function requireOrderOwner(context: Context, order: Order): Promise<Address> {
  const { address } = requireSigner(context)
  if (order.kind !== 'request') {
    await requireOwned(context, order.kind, orderAsset(order))
    return address
  }
  if (order.requester.toLowerCase() === address.toLowerCase()) return address
  throw new IexecError('NotOwner', `The request order is of ${order.requester}, not of ${address}.`, {
    hints: ['Use the wallet of the requester, or make a request of your own.'],
    details: { kind: 'request', owner: order.requester, signer: address },
  })
}

/**
 * Goes on only when a deal could be made of it by its owner, the signer: it is his, and of a category that there is.
 *
 * @throws IexecError `NotOwner`, `NotFound`, `NoSigner`
 */
export async function requireSignable(context: Context, order: Order): Promise<Address> {
  const [owner] = await Promise.all([
    requireOrderOwner(context, order),
    'category' in order ? requireCategory(context, order.category) : undefined,
  ])
  return owner
}

/**
 * Goes on only when something is left of the order on chain.
 *
 * @returns how many tasks are left
 * @throws IexecError `Refused` when it was cancelled or is used up: the hub does not tell which
 */
export async function requireOpen(context: Context, order: Order): Promise<bigint> {
  const orderHash = requireOrder(context, order)
  const { consumed } = await readStanding(context, orderHash)
  if (consumed < order.volume) return order.volume - consumed
  throw new IexecError(
    'Refused',
    `Nothing is left of the ${order.kind} order ${orderHash}: it was cancelled, or is used up.`,
    {
      hints: ['Sign another one, if it should go on.'],
      details: { orderHash, volume: order.volume, consumed },
    },
  )
}
