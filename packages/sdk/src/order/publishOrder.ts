// Offers a signed order on the market.
import type { OrderKind, Signed } from '@iexec/protocol'
import { toWireOrder, type WireOrder } from '@iexec/wire/codec'
import type { Context } from '../context.ts'
import { IexecError } from '../error/iexecError.ts'
import { callService } from '../service/callService.ts'
import { underLogin } from '../service/logIn.ts'
import { readObject } from '../service/parse.ts'
import { parsePublishedOrder, type PublishedOrder } from '../service/parseOrder.ts'
import { whenIndexed } from '../service/whenIndexed.ts'
import { requireOrder, requireSignable } from './requireOrder.ts'

/**
 * Offers a signed order of any kind on the market. It can be matched from then on, at any market that hears of it.
 *
 * @returns the order as the market shows it, with its hash
 * @throws IexecError `NotOwner`, `NotFound`, `InvalidInput` before anything is signed; `ServiceRefused` with the reason of the
 * market; `NotConfigured`, `ServiceUnreachable`, `BadAnswer`, `NoSigner`, `RejectedByUser`
 * @example
 * (await publishOrder(context, signed)).orderHash // '0x…'
 */
export async function publishOrder<Kind extends OrderKind>(
  context: Context,
  order: Signed<Kind> & Signed,
): Promise<PublishedOrder<Kind>> {
  const orderHash = requireOrder(context, order)
  const wire = asWire(order)
  await requireSignable(context, order)
  const post = async (): Promise<unknown> => postOrder(context, order.kind, wire)
  const answer = await post().catch(async (refusal: unknown) => {
    // The chain knows the asset, as was just seen. Whoever sells what he has registered a moment ago need not try again himself.
    if (isOfTheUnknown(refusal) && (await whenIndexed(context))) return post()
    throw refusal
  })
  const { published } = readObject(answer, 'the answer to a publication')
  return requireSame(parsePublishedOrder<Kind>(context, order.kind, published), orderHash)
}

async function postOrder(context: Context, kind: OrderKind, order: WireOrder): Promise<unknown> {
  return underLogin(context, async (authorization) =>
    callService(context, 'market', {
      method: 'POST',
      path: `/${kind}orders`,
      query: { chainId: context.chain.chainId },
      headers: { authorization },
      body: { order },
    }),
  )
}

/** Whether a market refuses because it does not know the asset. */
function isOfTheUnknown(error: unknown): boolean {
  return error instanceof IexecError && error.code === 'ServiceRefused' && error.message === 'Resource not deployed'
}

/**
 * An order as JSON carries it.
 *
 * @throws IexecError `InvalidInput` when a number is too large for that
 */
export function asWire(order: Signed): WireOrder {
  const wire = toWireOrder<OrderKind>(order)
  if (wire !== undefined) return wire
  throw new IexecError(
    'InvalidInput',
    `A number of the ${order.kind} order is above 2^53 - 1, which no market can write.`,
    {
      hints: ['Make prices and volume smaller; or match it, or broadcast it, without a market.'],
      details: { code: 'TooLarge', order },
    },
  )
}

/** @throws IexecError `BadAnswer` when the market published another order */
export function requireSame<Item extends { readonly orderHash: string }>(published: Item, orderHash: string): Item {
  if (published.orderHash === orderHash) return published
  throw new IexecError(
    'BadAnswer',
    `The market says that it published ${published.orderHash}, and was given ${orderHash}.`,
    {
      details: { given: orderHash, published: published.orderHash },
    },
  )
}
