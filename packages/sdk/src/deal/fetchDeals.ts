// The deals of a requester, or of an asset, as the market lists them.
import { isSameAddress } from '@iexec/protocol'
import type { Address } from 'viem'
import { requireAddress } from '../asset/requireAsset.ts'
import type { Context } from '../context.ts'
import { fetchPage, type Page, type PageOptions } from '../service/page.ts'
import { wrongPiece } from '../service/parse.ts'
import { parseDeal, type ListedDeal } from '../service/parseDeal.ts'

/** Which deals are sought. What is left out does not matter. */
export type DealFilters = PageOptions & {
  readonly requester?: Address | undefined
  readonly app?: Address | undefined
  readonly dataset?: Address | undefined
  readonly workerpool?: Address | undefined
}

const PARTIES = ['requester', 'app', 'dataset', 'workerpool'] as const

/**
 * Deals, the newest first.
 *
 * @throws IexecError `InvalidInput`, `NotConfigured`, `ServiceUnreachable`, `ServiceRefused`, `BadAnswer`
 * @example
 * const { items, count, more } = await fetchDeals(context, { requester: '0x…' })
 */
export async function fetchDeals(context: Context, filters: DealFilters = {}): Promise<Page<ListedDeal>> {
  const { page, pageSize, signal } = filters
  const query = Object.fromEntries(
    PARTIES.flatMap((name) => {
      const address = filters[name]
      return address === undefined ? [] : [[name, requireAddress(address)]]
    }),
  )
  return fetchPage(context, 'market', {
    page,
    pageSize,
    signal,
    query,
    path: '/deals',
    field: 'deals',
    parse: (given) => requireSought(parseDeal(context, given), filters),
  })
}

/** A market that answers other deals than those that were sought is not believed. */
function requireSought(deal: ListedDeal, filters: DealFilters): ListedDeal {
  for (const name of PARTIES) {
    const wanted = filters[name]
    const actual = name === 'requester' ? deal.requester : deal[name].pointer
    if (wanted !== undefined && !isSameAddress(wanted, actual))
      throw wrongPiece(`the ${name} of a deal`, wanted, actual)
  }
  return deal
}
