// For the tests of publishing: a market with one app, one dataset and one workerpool, and people with enough stake.
import { startMarket, type TestMarket } from '@iexec/chain/test/market'
import type { WireKind, WireOrder } from '@iexec/wire'
import type { Engine } from '@iexec/service'
import type { Address } from 'viem'
import { getAddress } from 'viem/utils'
import { afterAll, beforeAll } from 'vitest'
import { publishOrders, type PublishOutcome } from './publish.ts'
import {
  appOrder,
  assetAddress,
  openTestBook,
  person,
  requestOrder,
  rowOf,
  seedAsset,
  seedBook,
  seedStake,
  sign,
  type TestBook,
} from './testMarket.ts'

type Shop = {
  readonly [Asset in 'APP' | 'DATASET' | 'POOL' | 'STRANGER_ASSET']: Address
} & { readonly [Person in 'APP_OWNER' | 'DATASET_OWNER' | 'POOL_OWNER' | 'REQUESTER' | 'STRANGER']: number }

/** Assets and their owners; people go by the numbers of their accounts. Nobody registered the asset of the stranger. */
export const SHOP: Shop = {
  APP: getAddress(assetAddress(1)),
  DATASET: getAddress(assetAddress(2)),
  POOL: getAddress(assetAddress(3)),
  STRANGER_ASSET: getAddress(assetAddress(77)),
  APP_OWNER: 1,
  DATASET_OWNER: 2,
  POOL_OWNER: 3,
  REQUESTER: 4,
  STRANGER: 5,
}
const { APP, DATASET, POOL, APP_OWNER, DATASET_OWNER, POOL_OWNER, REQUESTER } = SHOP

/** A real market for the tests of a file, from before the first of them until after the last. */
export function useChain(): () => TestMarket {
  let chain: TestMarket | undefined
  beforeAll(async () => {
    chain = await startMarket()
  })
  afterAll(async () => {
    await chain?.stop()
  })
  return () => {
    if (chain === undefined) throw new Error('The chain starts before the first test.')
    return chain
  }
}

/** A book with one app, dataset and workerpool, and nobody short of stake. */
export async function openShop(engine: Engine, maxOpenOrdersPerWallet = 50): Promise<TestBook> {
  const book = await openTestBook(engine, { settings: { maxOpenOrdersPerWallet, challengeLifetimeMs: 1 } })
  await seedAsset(book.database, { kind: 'app', address: APP, owner: person(APP_OWNER) })
  await seedAsset(book.database, { kind: 'dataset', address: DATASET, owner: person(DATASET_OWNER) })
  await seedAsset(book.database, { kind: 'workerpool', address: POOL, owner: person(POOL_OWNER) })
  for (const who of [POOL_OWNER, REQUESTER]) await seedStake(book.database, person(who), 10n ** 12n)
  return book
}

/** As `openShop`, with an app order of price 5 in the book. */
export async function openStockedShop(engine: Engine, fields: Parameters<typeof appOrder>[1] = {}): Promise<TestBook> {
  const book = await openShop(engine)
  await seedBook(book.database, [rowOf('apporder', appOrder(APP, fields), { signer: person(APP_OWNER) })])
  return book
}

type Signing = { readonly by: number; readonly as?: number }

/** Signs and publishes one order: as who signs it, unless told otherwise. */
export async function publish<K extends WireKind>(
  { market }: TestBook,
  [kind, unsigned]: readonly [K, Omit<WireOrder<K>, 'sign'>],
  { by, as = by }: Signing,
): Promise<PublishOutcome<K> | undefined> {
  const order = await sign(kind, unsigned, { by })
  const [outcome] = await publishOrders(market, { kind, orders: [order], signedInAs: person(as) })
  return outcome
}

/** The outcome of a refusal. */
export function refused(error: string): PublishOutcome {
  return { ok: false, status: 403, error }
}

/** A request for the app. */
export const ask: (fields?: Parameters<typeof requestOrder>[1]) => ReturnType<typeof requestOrder> = (fields = {}) =>
  requestOrder({ app: APP, requester: person(REQUESTER) }, fields)

/** The market, where what only the chain can tell is asked of a real hub. It judges any hash, of whatever domain. */
export function onChain(chain: TestMarket, { market }: TestBook): TestBook['market'] {
  return { ...market, client: chain.owner, contracts: { ...market.contracts, hub: chain.addresses.hub } }
}
