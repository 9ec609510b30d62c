// For the tests of matches: orders and wishes in short, and what came of them in short.
import { NO_TAG, type Order } from '@iexec/protocol'
import type { MatchAnswer, MatchWish } from '@iexec/wire'
import type { Engine } from '@iexec/service'
import { appOrder, datasetOrder, workerpoolOrder } from '@iexec/service/test/chain'
import type { Client } from 'viem'
import { openTestDatabase } from '../../test/database.ts'
import { findMatch } from './findMatch.ts'
import { APP, DATASET, POOLS, REQUESTER, fillBook, marketOf, type Shelf } from './testBook.ts'

export type Sold = Order<'app' | 'dataset' | 'workerpool'>

export const WISH: MatchWish = { app: APP, category: 0, tag: NO_TAG, trust: 1, volume: 1, requester: REQUESTER }

export const app = (fields: Partial<Order<'app'>> = {}): Order<'app'> => appOrder({ app: APP, volume: 10n, ...fields })
export const dataset = (fields: Partial<Order<'dataset'>> = {}): Order<'dataset'> =>
  datasetOrder({ dataset: DATASET, volume: 10n, ...fields })
export const pool = (price: bigint, fields: Partial<Order<'workerpool'>> = {}): Order<'workerpool'> =>
  workerpoolOrder({ workerpool: POOLS[0], workerpoolprice: price, volume: 10n, ...fields })

/** Answers wishes, each in a book of its own. */
export type MatchOf = (
  orders: readonly Sold[],
  wish?: Partial<MatchWish>,
  stakes?: Shelf['stakes'],
) => Promise<MatchAnswer>

/** Matches on an engine. Nobody answers for groups, unless there is a client. */
export function matchesIn(engine: Engine, client?: () => Client): MatchOf {
  return async (orders, wish = {}, stakes = {}) => {
    const database = await openTestDatabase(engine)
    await fillBook(database, { orders, stakes })
    return findMatch(marketOf(database, client?.()), { ...WISH, ...wish })
  }
}

/** Each set in short: the hashes of its orders, its tasks and the price of one. */
export function setsOf(answer: MatchAnswer): readonly (readonly unknown[])[] {
  if (!answer.found) return []
  return answer.matches.map(({ apporder, datasetorder, workerpoolorder, volume, taskPrice }) => [
    ...[apporder, datasetorder, workerpoolorder].flatMap((item) => (item === null ? [] : [item.orderHash])),
    volume,
    taskPrice,
  ])
}

/** Each suggestion in short: the fields that would change, why, and to what. */
export function changesOf({ missing }: MatchAnswer): readonly unknown[] {
  return missing.map(({ changes }) => changes.map(({ field, reason, needed }) => [field, reason, needed]))
}
