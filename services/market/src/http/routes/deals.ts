// Routes of deals and of what determines them: categories and prices.
import { z } from 'zod'
import {
  categoryItem,
  categoryQuery,
  dealItem,
  dealQuery,
  ohlcQuery,
  priceItem,
  priceQuery,
  tradeItem,
} from '@iexec/wire'
import { orNotFound } from '../notFound.ts'
import type { Rooms } from '../rooms.ts'
import { chainRoute, type Checks, type Route } from '../route.ts'
import { itemAnswer, okAnswer } from './answers.ts'
import { byHash, byNumber } from './fields.ts'
import { listRoute } from './lists.ts'

type DealRooms = Pick<Rooms, 'listDeals' | 'findDeal' | 'listOhlc' | 'listCategories' | 'findCategory' | 'prices'>

/** The routes of deals, categories and prices. */
export function dealRoutes(checks: Checks, rooms: DealRooms): readonly Route[] {
  return [...categoryRoutes(checks, rooms), ...routesOfDeals(checks, rooms), ...priceRoutes(checks, rooms)]
}

function categoryRoutes(checks: Checks, rooms: DealRooms): readonly Route[] {
  const group = 'Categories'
  return [
    listRoute(checks, {
      name: 'categories',
      group,
      summary: 'Categories, the shortest first.',
      query: categoryQuery,
      item: categoryItem,
      list: rooms.listCategories,
    }),
    chainRoute(checks, {
      method: 'get',
      path: '/categories/:catid',
      group,
      summary: 'One category.',
      params: byNumber('catid'),
      answer: itemAnswer(categoryItem, { chainId: z.string() }),
      failures: { 404: 'category not found' },
      answerTo: async ({ market, params, chainId }) => {
        const found = await rooms.findCategory(market.read, { chainId: market.chainId, catid: params.catid })
        return orNotFound(found === undefined ? undefined : { ...found, chainId }, 'category')
      },
    }),
  ]
}

function routesOfDeals(checks: Checks, rooms: DealRooms): readonly Route[] {
  const group = 'Deals'
  return [
    listRoute(checks, {
      name: 'deals',
      group,
      summary: 'Deals, the newest first.',
      query: dealQuery,
      item: dealItem,
      list: rooms.listDeals,
    }),
    chainRoute(checks, {
      method: 'get',
      path: '/deals/:dealid',
      group,
      summary: 'One deal.',
      params: byHash('dealid'),
      answer: itemAnswer(dealItem),
      failures: { 404: 'deal not found' },
      answerTo: async ({ market, params }) =>
        orNotFound(await rooms.findDeal(market.read, { chainId: market.chainId, dealid: params.dealid }), 'deal'),
    }),
    chainRoute(checks, {
      method: 'get',
      path: '/ohlc',
      group,
      summary: 'The newest 100 deals of a category as [time, price of the workerpool, tasks].',
      query: ohlcQuery,
      answer: okAnswer({ ohlc: z.array(tradeItem) }),
      answerTo: async ({ market, query }) => ({ ohlc: await rooms.listOhlc(market.read, query) }),
    }),
  ]
}

function priceRoutes(checks: Checks, rooms: DealRooms): readonly Route[] {
  return [
    chainRoute(checks, {
      method: 'get',
      path: '/prices',
      group: 'Statistics',
      summary: 'What a task of a category cost, day by day.',
      query: priceQuery,
      answer: okAnswer({ prices: z.array(priceItem) }),
      answerTo: async ({ market, query }) => ({ prices: await rooms.prices(market.read, query) }),
    }),
  ]
}
