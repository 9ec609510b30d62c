// Offers many orders at once, under one login.
import type { OrderHash, Signed } from '@iexec/protocol'
import { wireOfKind } from '@iexec/wire/codec'
import type { Context } from '../context.ts'
import { IexecError } from '../error/iexecError.ts'
import { callService } from '../service/callService.ts'
import { underLogin } from '../service/logIn.ts'
import { asWords, readList, readObject, readText, wrongPiece } from '../service/parse.ts'
import { parsePublishedOrder, type PublishedOrder } from '../service/parseOrder.ts'
import { asWire, requireSame } from './publishOrder.ts'
import { requireOrder, requireSignable } from './requireOrder.ts'

/** What became of one order of many. */
export type PublishResult =
  | { readonly ok: true; readonly orderHash: OrderHash; readonly published: PublishedOrder }
  | { readonly ok: false; readonly orderHash: OrderHash; readonly error: string }

/** So many orders one login may publish. */
const MAX_ORDERS = 100

/**
 * Offers up to 100 signed orders of any kinds under one login. One that the market refuses does not stop the others.
 *
 * @returns what became of each, in their order
 * @throws IexecError as `publishOrder` does, for what concerns all of them; `InvalidInput` when there are more than 100
 * @example
 * const refused = (await publishOrders(context, signed)).filter(({ ok }) => !ok)
 */
export async function publishOrders(context: Context, orders: readonly Signed[]): Promise<readonly PublishResult[]> {
  if (orders.length === 0) return []
  if (orders.length > MAX_ORDERS) {
    throw new IexecError(
      'InvalidInput',
      `${orders.length} orders are too many: one login publishes at most ${MAX_ORDERS}.`,
      {
        hints: ['Publish them in several parts.'],
        details: { code: 'TooMany', given: orders.length, max: MAX_ORDERS },
      },
    )
  }
  const sent = orders.map((order) => ({
    order,
    orderHash: requireOrder(context, order),
    entry: { kind: wireOfKind(order.kind), order: asWire(order) },
  }))
  await Promise.all(orders.map(async (order) => requireSignable(context, order)))
  const answer = await underLogin(context, async (authorization) =>
    callService(context, 'market', {
      method: 'POST',
      path: '/orders',
      query: { chainId: context.chain.chainId },
      headers: { authorization },
      body: { orders: sent.map(({ entry }) => entry) },
    }),
  )
  const results = readList(readObject(answer, 'the answer to a publication')['results'], 'the results')
  if (results.length !== sent.length) throw wrongPiece('the results', `a list of ${sent.length}`, results.length)
  return sent.map(({ order, orderHash }, index) => readResult(context, { kind: order.kind, orderHash }, results[index]))
}

function readResult(
  context: Context,
  { kind, orderHash }: { readonly kind: Signed['kind']; readonly orderHash: OrderHash },
  given: unknown,
): PublishResult {
  const result = readObject(given, 'a result')
  if (result['ok'] !== true) {
    return { ok: false, orderHash, error: asWords(readText(result['error'], 'the reason of a refusal')) }
  }
  return {
    ok: true,
    orderHash,
    published: requireSame(parsePublishedOrder(context, kind, result['published']), orderHash),
  }
}
