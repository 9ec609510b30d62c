// The search against every combination: on small random books, nothing that the protocol's rule accepts may be cheaper.
import { startAnvil, type Anvil } from '@iexec/chain/test/anvil'
import {
  NO_ADDRESS,
  NO_DATASET_ORDER,
  NO_TAG,
  asInstant,
  asOrderHash,
  encodeTag,
  matchOrders,
  workerpoolStake,
  type MatchOrders,
  type Order,
  type OrderStanding,
} from '@iexec/protocol'
import * as fc from 'fast-check'
import type { Address, Hex } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { onBothEngines, openTestDatabase } from '../../test/database.ts'
import { appOrder, datasetOrder, workerpoolOrder } from '../../test/chain.ts'
import { address } from '../../test/rows.ts'
import type { MatchWish, MatchedSet } from '@iexec/wire'
import { findMatch } from './findMatch.ts'
import { APP, DATASET, OWNERS, POOLS, REQUESTER, STRANGER, fillBook, groupCode, hashOf, marketOf } from './testBook.ts'

type Sold = Order<'app' | 'dataset' | 'workerpool'>

const CLUB = address(0xc1b, 'c')
const MEMBERS = [REQUESTER, APP, POOLS[1]]
const OTHER_CLUB = address(0xc1c, 'c')
const OTHER_MEMBERS = [DATASET, POOLS[2]]
const MEMBERSHIPS = [
  ...MEMBERS.map((member) => ({ group: CLUB, member })),
  ...OTHER_MEMBERS.map((member) => ({ group: OTHER_CLUB, member })),
]

let anvil: Anvil

beforeAll(async () => {
  anvil = await startAnvil()
  await anvil.client(0).setCode({ address: CLUB, bytecode: groupCode(MEMBERS) })
  await anvil.client(0).setCode({ address: OTHER_CLUB, bytecode: groupCode(OTHER_MEMBERS) })
})
afterAll(async () => anvil.stop())

const restriction = (...others: readonly Address[]): fc.Arbitrary<Address> =>
  fc.oneof({ weight: 8, arbitrary: fc.constant(NO_ADDRESS) }, fc.constantFrom(CLUB, OTHER_CLUB, ...others))
const tag = fc.oneof(
  { weight: 4, arbitrary: fc.constant(NO_TAG) },
  fc.constantFrom(encodeTag('tee'), encodeTag('gpu'), encodeTag('tee,scone,gpu')),
)
const always = { volume: fc.bigInt(1n, 4n), tag, requesterrestrict: restriction(REQUESTER, STRANGER) }
const price = fc.bigInt(0n, 12n)
const appArbitrary = fc
  .record({
    appprice: price,
    datasetrestrict: restriction(DATASET),
    workerpoolrestrict: restriction(...POOLS),
    ...always,
  })
  .map((fields): Sold => appOrder({ app: APP, ...fields }))
const datasetArbitrary = fc
  .record({ datasetprice: price, apprestrict: restriction(APP), workerpoolrestrict: restriction(...POOLS), ...always })
  .map((fields): Sold => datasetOrder({ dataset: DATASET, ...fields }))
const poolArbitrary = fc
  .record({
    workerpool: fc.constantFrom(...POOLS),
    workerpoolprice: price,
    category: fc.constantFrom(0n, 0n, 0n, 1n),
    trust: fc.constantFrom(1n, 5n),
    apprestrict: restriction(APP),
    datasetrestrict: restriction(DATASET),
    ...always,
  })
  .map((fields): Sold => workerpoolOrder(fields))
const maxPrice = fc.option(fc.nat(12), { nil: undefined, freq: 1 })
const wishArbitrary: fc.Arbitrary<MatchWish> = fc.record({
  app: fc.constant(APP),
  dataset: fc.constantFrom(undefined, DATASET),
  workerpool: fc.oneof({ weight: 8, arbitrary: fc.constant(undefined) }, fc.constantFrom(POOLS[0], CLUB)),
  requester: fc.constantFrom(undefined, REQUESTER, REQUESTER),
  category: fc.constantFrom(0, 0, 0, 1),
  tag,
  trust: fc.constantFrom(0, 1, 5),
  volume: fc.constantFrom(1, 2, 9),
  appmaxprice: maxPrice,
  datasetmaxprice: maxPrice,
  workerpoolmaxprice: maxPrice,
  maxprice: fc.option(fc.nat(30), { nil: undefined, freq: 1 }),
})
const listOf = (order: fc.Arbitrary<Sold>): fc.Arbitrary<readonly Sold[]> =>
  fc.array(order, { minLength: 1, maxLength: 6 })
const stakesArbitrary = fc.tuple(fc.bigInt(0n, 9n), fc.bigInt(0n, 9n), fc.bigInt(0n, 9n))

type Stakes = Readonly<Record<Address, bigint>>

function stakesOf(stakes: readonly bigint[]): Stakes {
  return Object.fromEntries(POOLS.map((pool, index) => [OWNERS[pool] ?? pool, stakes[index] ?? 0n]))
}

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

onBothEngines('a match in a random book', (engine) => {
  test(
    'costs as little as the cheapest of all combinations, and exists when one does',
    { timeout: 60_000 },
    async () => {
      const database = await openTestDatabase(engine)
      const empty = async (): Promise<void> =>
        database.write(async (writer) => {
          for (const table of ['book_order', 'account', 'asset', 'category'] as const)
            await writer.deleteFrom(table).execute()
        })
      let found = 0
      const property = fc.asyncProperty(
        fc.tuple(
          listOf(appArbitrary),
          listOf(datasetArbitrary),
          fc.array(poolArbitrary, { minLength: 1, maxLength: 12 }),
        ),
        wishArbitrary,
        stakesArbitrary,
        async (lists, wish, some) => {
          const orders = lists.flat().map((order): Offered => ({ ...order, hash: hashOf(order) }))
          const stakes = stakesOf(some)
          await empty()
          await fillBook(database, { orders, stakes })

          const answer = await findMatch(marketOf(database, anvil.client(0)), wish)

          const book = { orders, stakes }
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
        },
      )

      await fc.assert(property, { numRuns: 80 })

      // Both outcomes are common: else the property would say little.
      expect(found).toBeGreaterThan(15)
      expect(found).toBeLessThan(75)
    },
  )
})
