// The search against every combination: on small random books, nothing that the protocol's rule accepts may be cheaper.
import { startAnvil, type Anvil } from '@iexec/chain/test/anvil'
import {
  NO_ADDRESS,
  NO_DATASET_ORDER,
  NO_TAG,
  asInstant,
  asOrderHash,
  matchOrders,
  workerpoolStake,
  type MatchOrders,
  type Order,
  type OrderStanding,
} from '@iexec/protocol'
import * as fc from 'fast-check'
import type { Address, Hex } from 'viem'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { openTestDatabase } from '../../test/database.ts'
import { address } from '../../test/rows.ts'
import type { MatchWish, MatchedSet } from '@iexec/wire'
import { onBothEngines } from '@iexec/service/test/database'
import type { Database } from '../db/database.ts'
import { findMatch } from './findMatch.ts'
import { OWNERS, fillBook, groupCode, hashOf, marketOf } from './testBook.ts'
import type { Sold } from './testMatch.ts'
import { CLUB, MEMBERS, MEMBERSHIPS, OTHER_CLUB, OTHER_MEMBERS, shelves, wishes } from './testRandom.ts'

/** On each engine alone, and on both side by side; `pnpm test:deep` has more. */
const BOOKS = Number(process.env['MATCH_BOOKS'] ?? 100)

let anvil: Anvil

beforeAll(async () => {
  anvil = await startAnvil()
  await anvil.client(0).setCode({ address: CLUB, bytecode: groupCode(MEMBERS) })
  await anvil.client(0).setCode({ address: OTHER_CLUB, bytecode: groupCode(OTHER_MEMBERS) })
})
afterAll(async () => anvil.stop())

type Stakes = Readonly<Record<Address, bigint>>

/** What is offered, and what pool owners can stake. */
type Book = { readonly orders: readonly Offered[]; readonly stakes: Stakes }
/** An order under the hash of the book, whatever of its volume is left. */
type Offered = Sold & { readonly hash: Hex }

function hashesOf({ apporder, datasetorder, workerpoolorder }: MatchedSet): readonly Hex[] {
  return [apporder, datasetorder, workerpoolorder].flatMap((item) => (item === null ? [] : [item.orderHash]))
}

function only({ orders, stakes }: Book, set: MatchedSet): Book {
  return { orders: orders.filter(({ hash }) => hashesOf(set).includes(hash)), stakes }
}

/** What a set leaves. It may take no more than there is. */
function without({ orders, stakes }: Book, set: MatchedSet): Book {
  const volume = BigInt(set.volume)
  const rest = orders.map((order) =>
    hashesOf(set).includes(order.hash) ? { ...order, volume: order.volume - volume } : order,
  )
  const owner = set.workerpoolorder.signer.toLowerCase() as Address
  const stake = (stakes[owner] ?? 0n) - workerpoolStake(BigInt(set.workerpoolorder.order.workerpoolprice)) * volume
  expect(stake).toBeGreaterThanOrEqual(0n)
  for (const order of rest) expect(order.volume).toBeGreaterThanOrEqual(0n)
  return { orders: rest, stakes: { ...stakes, [owner]: stake } }
}

/** The cheapest of all combinations that the protocol's rule accepts for one task. */
function naive({ orders, stakes }: Book, wish: MatchWish): bigint | undefined {
  const apps = orders.filter((order) => order.kind === 'app')
  const datasets = wish.dataset === undefined ? [NO_DATASET_ORDER] : orders.filter((order) => order.kind === 'dataset')
  const pools = orders.filter((order) => order.kind === 'workerpool')
  const prices = apps.flatMap((app) =>
    datasets.flatMap((dataset) =>
      pools
        .filter((workerpool) => isMatch({ app, dataset, workerpool, request: requestOf(wish) }, stakes))
        .map((workerpool) => app.appprice + dataset.datasetprice + workerpool.workerpoolprice),
    ),
  )
  const limit = wish.maxprice === undefined ? undefined : BigInt(wish.maxprice)
  const payable = prices.filter((sum) => limit === undefined || sum <= limit)
  return payable.reduce<bigint | undefined>(
    (least, sum) => (least === undefined || sum < least ? sum : least),
    undefined,
  )
}

/** Nobody's address, to which no order is restricted. */
const SOMEBODY = address(77, 'd')
const PLENTY = 10n ** 9n

function requestOf(wish: MatchWish): Order<'request'> {
  const requester = wish.requester ?? SOMEBODY
  return {
    kind: 'request',
    app: wish.app,
    appmaxprice: BigInt(wish.appmaxprice ?? PLENTY),
    dataset: wish.dataset ?? NO_ADDRESS,
    datasetmaxprice: BigInt(wish.datasetmaxprice ?? PLENTY),
    workerpool: wish.workerpool ?? NO_ADDRESS,
    workerpoolmaxprice: BigInt(wish.workerpoolmaxprice ?? PLENTY),
    requester,
    volume: 1n,
    tag: wish.tag,
    category: BigInt(wish.category),
    trust: BigInt(wish.trust),
    beneficiary: requester,
    callback: NO_ADDRESS,
    params: '',
    salt: NO_TAG,
  }
}

function standing(order: Order, signedBy: Address | undefined): OrderStanding {
  return { hash: asOrderHash(hashOf(order)), consumed: 0n, signedBy, presignedBy: undefined }
}

function isMatch(orders: MatchOrders, stakes: Stakes): boolean {
  const { app, dataset, workerpool, request } = orders
  const owners = { app: OWNERS[app.app], dataset: OWNERS[dataset.dataset], workerpool: OWNERS[workerpool.workerpool] }
  return matchOrders(orders, {
    now: asInstant(0n),
    orders: {
      app: standing(app, owners.app),
      dataset: standing(dataset, owners.dataset),
      workerpool: standing(workerpool, owners.workerpool),
      request: standing(request, request.requester),
    },
    owners,
    memberships: MEMBERSHIPS,
    categories: [1n, 1n, 1n, 1n, 1n],
    policy: { workerStakeRatio: 30n, schedulerRewardRatio: 1n },
    sponsor: SOMEBODY,
    freeStakes: new Map([...Object.entries(stakes), [SOMEBODY, PLENTY]]),
    teeBroker: NO_ADDRESS,
  }).ok
}

async function empty(database: Database): Promise<void> {
  await database.write(async (writer) => {
    for (const table of ['book_order', 'account', 'asset', 'category'] as const)
      await writer.deleteFrom(table).execute()
  })
}

onBothEngines('a match in a random book', (engine) => {
  // On PostgreSQL a look at each is enough: below, both engines answer the same in as many books again.
  const runs = engine === 'sqlite' ? BOOKS : BOOKS / 2

  test(
    'costs as little as the cheapest of all combinations, and exists when one does',
    { timeout: 60_000 + BOOKS * 500 },
    async () => {
      const database = await openTestDatabase(engine)
      let found = 0
      const property = fc.asyncProperty(shelves, wishes, async (shelf, wish) => {
        await empty(database)
        await fillBook(database, shelf)

        const answer = await findMatch(marketOf(database, anvil.client(0)), wish)

        const book = { ...shelf, orders: shelf.orders.map((order): Offered => ({ ...order, hash: hashOf(order) })) }
        const sets = answer.found ? answer.matches : []
        found += sets.length > 0 ? 1 : 0
        expect(answer.isComplete).toBe(true)
        const left = sets.reduce<Book>((rest, set) => {
          // Each set is the cheapest of what those before it have left, and really fits.
          expect(BigInt(set.taskPrice)).toBe(naive(rest, wish))
          expect(naive(only(rest, set), wish)).toBe(BigInt(set.taskPrice))
          return without(rest, set)
        }, book)
        const volume = sets.reduce((sum, set) => sum + set.volume, 0)
        expect(answer.missing.length > 0).toBe(volume < wish.volume)
        if (volume < wish.volume) expect(naive(left, wish)).toBeUndefined()
      })

      await fc.assert(property, { numRuns: runs })

      // Both outcomes are common: else the property would say little.
      expect(found).toBeGreaterThan(runs / 5)
      expect(found).toBeLessThan(runs * 0.9)
    },
  )
})

describe.skipIf(inject('postgresUrl') === undefined)('a match in a random book', () => {
  test(
    'is the same to the letter on both engines, with all that is said of it',
    { timeout: 60_000 + BOOKS * 500 },
    async () => {
      const databases = [await openTestDatabase('sqlite'), await openTestDatabase('postgres')]
      const property = fc.asyncProperty(shelves, wishes, async (shelf, wish) => {
        const answers = databases.map(async (database) => {
          await empty(database)
          await fillBook(database, shelf)
          return findMatch(marketOf(database, anvil.client(0)), wish)
        })

        const [onSqlite, onPostgres] = await Promise.all(answers)

        expect(onPostgres).toEqual(onSqlite)
      })

      await fc.assert(property, { numRuns: BOOKS })
    },
  )
})
