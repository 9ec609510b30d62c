// All rooms behind the routes, as the HTTP side asks for them.
import { accountHistory } from './account/accountHistory.ts'
import { findAccount } from './account/findAccount.ts'
import { findAsset, listAssets } from './asset/listAssets.ts'
import { findBadge } from './badge/findBadge.ts'
import { findOrder, listOrders, publishEntries, unpublishOrders } from './book/index.ts'
import { findCategory, listCategories } from './category/listCategories.ts'
import { findDeal, listDeals, listOhlc } from './deal/listDeals.ts'
import { createGraphql } from './graphql/graphql.ts'
import type { Rooms } from './http/rooms.ts'
import type { Places } from './live/places.ts'
import { streamEvents } from './live/stream.ts'
import { findMatch } from './match/findMatch.ts'
import { search } from './search/search.ts'
import { prices } from './stat/prices.ts'
import { statistics } from './stat/statistics.ts'
import { listContributions } from './task/listContributions.ts'
import { findTask, listTasks } from './task/listTasks.ts'

/** What the rooms are told. */
export type RoomsOptions = {
  /** Ends the streams when the service stops. */
  readonly signal: AbortSignal
  /** Where those who listen take places, by streams as by sockets. */
  readonly places: Places
  readonly onError: (error: unknown) => void
}

/** The functions of all rooms. */
export function createRooms({ signal, places, onError }: RoomsOptions): Rooms {
  return {
    publishEntries,
    unpublishOrders,
    listOrders,
    findOrder,
    listDeals,
    findDeal,
    listOhlc,
    listCategories,
    findCategory,
    listTasks,
    findTask,
    listContributions,
    findAccount,
    accountHistory,
    listAssets,
    findAsset,
    findBadge,
    statistics,
    prices,
    search,
    findMatch,
    graphql: createGraphql({ onError }),
    streamEvents: (market, wish) =>
      streamEvents(market, { ...wish, places, signal: AbortSignal.any([wish.signal, signal]) }),
  }
}
