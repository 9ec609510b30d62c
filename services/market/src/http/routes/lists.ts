// Routes of lists: a page of what passes the filters of the query.
import type { z } from 'zod'
import type { Reader } from '../../db/database.ts'
import type { ListQuestion } from '../rooms.ts'
import { chainRoute, type Checks, type Route } from '../route.ts'
import { listAnswer } from './answers.ts'

/** A list that can be asked for. */
export type ListSpec<Query> = {
  /** Of the path, and of the list in the answer. */
  readonly name: string
  readonly group: string
  readonly summary: string
  readonly query: z.ZodType<Query>
  readonly item: z.ZodType
  readonly list: (reader: Reader, question: ListQuestion<Query>) => Promise<object>
}

/**
 * The route of a list.
 *
 * @example
 * listRoute(checks, { name: 'deals', group: 'Deals', summary: 'Deals.', query: dealQuery, item: dealItem, list: rooms.listDeals })
 */
export function listRoute<Query>(checks: Checks, { name, item, list, ...facts }: ListSpec<Query>): Route {
  return chainRoute(checks, {
    ...facts,
    method: 'get',
    path: `/${name}`,
    paged: true,
    answer: listAnswer(name, item),
    answerTo: async ({ market, query, page }) => list(market.read, { chainId: market.chainId, query, page }),
  })
}
