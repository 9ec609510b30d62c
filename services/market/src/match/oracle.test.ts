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
  type MatchOrders,
  type Order,
  type OrderStanding,
} from '@iexec/protocol'
import * as fc from 'fast-check'
import type { Address } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { onBothEngines, openTestDatabase } from '../../test/database.ts'
import { appOrder, datasetOrder, workerpoolOrder } from '../../test/chain.ts'
import { address } from '../../test/rows.ts'
import { findMatch } from './findMatch.ts'
import { APP, DATASET, OWNERS, POOLS, REQUESTER, STRANGER, fillBook, groupCode, hashOf, marketOf } from './testBook.ts'
import type { MatchWish } from './wish.ts'

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
  fc.oneof({ weight: 3, arbitrary: fc.constant(NO_ADDRESS) }, fc.constantFrom(CLUB, OTHER_CLUB, ...others))
const tag = fc.oneof(
  { weight: 2, arbitrary: fc.constant(NO_TAG) },
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
const maxPrice = fc.option(fc.nat(12), { nil: undefined })
const wishArbitrary: fc.Arbitrary<MatchWish> = fc.record({
  app: fc.constant(APP),
  dataset: fc.constantFrom(undefined, DATASET),
  workerpool: fc.constantFrom(undefined, undefined, undefined, POOLS[0], CLUB),
  requester: fc.constantFrom(undefined, REQUESTER, REQUESTER),
  category: fc.constantFrom(0, 0, 0, 1),
  tag,
  trust: fc.constantFrom(0, 1, 5),
  volume: fc.constant(1),
  appmaxprice: maxPrice,
  datasetmaxprice: maxPrice,
  workerpoolmaxprice: maxPrice,
  maxprice: fc.option(fc.nat(30), { nil: undefined }),
})
const listOf = (order: fc.Arbitrary<Sold>): fc.Arbitrary<readonly Sold[]> =>
  fc.array(order, { minLength: 1, maxLength: 6 })
const stakesArbitrary = fc.tuple(fc.bigInt(0n, 4n), fc.bigInt(0n, 4n), fc.bigInt(0n, 4n))

type Stakes = Readonly<Record<Address, bigint>>

function stakesOf(stakes: readonly bigint[]): Stakes {
  return Object.fromEntries(POOLS.map((pool, index) => [OWNERS[pool] ?? pool, stakes[index] ?? 0n]))
}

/** The cheapest of all combinations that the protocol's rule accepts for one task. */
function naive(orders: readonly Sold[], wish: MatchWish, stakes: Stakes): bigint | undefined {
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

function isMatch(orders: MatchOrders, stakes: Stakes): boolean {
  const standing = (order: Order, signedBy: Address | undefined): OrderStanding => ({
    hash: asOrderHash(hashOf(order)),
    consumed: 0n,
    signedBy,
    presignedBy: undefined,
  })
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
  test('costs as little as the cheapest of all combinations, and exists when one does', async () => {
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
        const [orders, stakes] = [lists.flat(), stakesOf(some)]
        await empty()
        await fillBook(database, { orders, stakes })

        const answer = await findMatch(marketOf(database, anvil.client(0)), wish)

        const cheapest = naive(orders, wish, stakes)
        found += answer.found ? 1 : 0
        expect(answer.isComplete).toBe(true)
        expect(answer.found ? BigInt(answer.totalPrice) : undefined).toBe(cheapest)
        if (!answer.found) expect(answer.missing.flatMap(({ changes }) => changes)).not.toEqual([])
      },
    )

    await fc.assert(property, { numRuns: 300 })

    // Both outcomes are common: else the property would say little.
    expect(found).toBeGreaterThan(60)
    expect(found).toBeLessThan(270)
  })
})
