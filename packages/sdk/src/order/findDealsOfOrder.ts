// The deals that an order made.
import type { OrderKind } from '@iexec/protocol'
import type { Hex } from 'viem'
import type { Context } from '../context.ts'
import { fetchPage, type Page, type PageOptions } from '../service/page.ts'
import { wrongPiece } from '../service/parse.ts'
import { parseDeal, type ListedDeal } from '../service/parseDeal.ts'
import { requireHash } from './unpublishOrder.ts'

/** An order whose deals are sought. */
export type DealsOfOrder = PageOptions & { readonly kind: OrderKind; readonly orderHash: Hex }

/**
 * The deals that an order made, the newest first.
 *
 * @throws IexecError `InvalidInput`, `NotConfigured`, `ServiceUnreachable`, `ServiceRefused`, `BadAnswer`
 * @example
 * const { items, count, more } = await findDealsOfOrder(context, { kind: 'app', orderHash: '0x…' })
 */
export async function findDealsOfOrder(
  context: Context,
  { kind, orderHash, ...paging }: DealsOfOrder,
): Promise<Page<ListedDeal>> {
  const hash = requireHash(orderHash)
  return fetchPage(context, 'market', {
    ...paging,
    path: '/deals',
    field: 'deals',
    query: { [`${kind}orderHash`]: hash },
    parse: (given) => {
      const deal = parseDeal(context, given)
      if (deal.orderHashes[kind] !== hash) throw wrongPiece(`the ${kind} order of a deal`, hash, deal.orderHashes[kind])
      return deal
    },
  })
}
