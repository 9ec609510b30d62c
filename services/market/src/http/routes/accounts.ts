// Routes of accounts, and of the apps, datasets and workerpools that they own.
import { ASSET_KINDS, accountItem, assetItem, assetQuery, historyItem, type WireAssetKind } from '@iexec/wire'
import { orNotFound } from '../notFound.ts'
import type { Rooms } from '../rooms.ts'
import { chainRoute, type Checks, type Route } from '../route.ts'
import { itemAnswer, listAnswer } from './answers.ts'
import { byAddress } from './fields.ts'

type AccountRooms = Pick<Rooms, 'findAccount' | 'accountHistory' | 'listAssets' | 'findAsset'>

/** The routes of accounts and assets. */
export function accountRoutes(checks: Checks, rooms: AccountRooms): readonly Route[] {
  return [
    chainRoute(checks, {
      method: 'get',
      path: '/accounts/:address',
      group: 'Accounts',
      summary: 'What the hub keeps for an address; zeros when it has never seen it.',
      params: byAddress,
      answer: itemAnswer(accountItem),
      answerTo: async ({ market, params }) =>
        rooms.findAccount(market.read, { chainId: market.chainId, address: params.address }),
    }),
    chainRoute(checks, {
      method: 'get',
      path: '/accounts/:address/history',
      group: 'Accounts',
      summary: 'Events of the chain about an account, the newest first.',
      params: byAddress,
      paged: true,
      answer: listAnswer('events', historyItem),
      answerTo: async ({ market, params, page }) =>
        rooms.accountHistory(market.read, { chainId: market.chainId, address: params.address, page }),
    }),
    ...ASSET_KINDS.flatMap((kind) => assetRoutes(kind, checks, rooms)),
  ]
}

function assetRoutes(kind: WireAssetKind, checks: Checks, rooms: AccountRooms): readonly Route[] {
  return [
    chainRoute(checks, {
      method: 'get',
      path: `/${kind}s`,
      group: 'Assets',
      summary: `Registered ${kind}s, the newest first.`,
      query: assetQuery,
      paged: true,
      answer: listAnswer(`${kind}s`, assetItem),
      answerTo: async ({ market, query, page }) => {
        const { assets, ...rest } = await rooms.listAssets(market.read, { chainId: market.chainId, kind, query, page })
        return { [`${kind}s`]: assets, ...rest }
      },
    }),
    chainRoute(checks, {
      method: 'get',
      path: `/${kind}s/:address`,
      group: 'Assets',
      summary: `One ${kind}.`,
      params: byAddress,
      answer: itemAnswer(assetItem),
      failures: { 404: `${kind} not found` },
      answerTo: async ({ market, params }) => {
        const question = { chainId: market.chainId, kind, address: params.address }
        return orNotFound(await rooms.findAsset(market.read, question), kind)
      },
    }),
  ]
}
