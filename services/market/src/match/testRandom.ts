// For the tests of matches: random books and wishes, small enough to try every combination and larger than a first page.
import { NO_ADDRESS, NO_TAG, encodeTag } from '@iexec/protocol'
import type { MatchWish } from '@iexec/wire'
import { appOrder, datasetOrder, workerpoolOrder } from '@iexec/service/test/chain'
import * as fc from 'fast-check'
import type { Address } from 'viem'
import { address } from '../../test/rows.ts'
import { APP, DATASET, OWNERS, POOLS, REQUESTER, STRANGER, type Shelf } from './testBook.ts'
import type { Sold } from './testMatch.ts'

/** A group, and its members. */
export const CLUB: Address = address(0xc1b, 'c')
export const MEMBERS: readonly Address[] = [REQUESTER, APP, POOLS[1]]
/** Another one. */
export const OTHER_CLUB: Address = address(0xc1c, 'c')
export const OTHER_MEMBERS: readonly Address[] = [DATASET, POOLS[2]]
/** Who belongs to whom. */
export const MEMBERSHIPS: readonly { readonly group: Address; readonly member: Address }[] = [
  ...MEMBERS.map((member) => ({ group: CLUB, member })),
  ...OTHER_MEMBERS.map((member) => ({ group: OTHER_CLUB, member })),
]

const restriction = (...others: readonly Address[]): fc.Arbitrary<Address> =>
  fc.oneof({ weight: 8, arbitrary: fc.constant(NO_ADDRESS) }, fc.constantFrom(CLUB, OTHER_CLUB, ...others))
const tag = fc.oneof(
  { weight: 4, arbitrary: fc.constant(NO_TAG) },
  fc.constantFrom(encodeTag('tee'), encodeTag('gpu'), encodeTag('tee,scone,gpu')),
)
const always = { volume: fc.bigInt(1n, 4n), tag, requesterrestrict: restriction(REQUESTER, STRANGER) }
const price = fc.bigInt(0n, 12n)
const appOrders = fc
  .record({
    appprice: price,
    datasetrestrict: restriction(DATASET),
    workerpoolrestrict: restriction(...POOLS),
    ...always,
  })
  .map((fields): Sold => appOrder({ app: APP, ...fields }))
const datasetOrders = fc
  .record({ datasetprice: price, apprestrict: restriction(APP), workerpoolrestrict: restriction(...POOLS), ...always })
  .map((fields): Sold => datasetOrder({ dataset: DATASET, ...fields }))
const poolOrders = fc
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
/** A wish for the app of the books. */
export const wishes: fc.Arbitrary<MatchWish> = fc.record({
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

/** Orders and stakes. Apps and pools have more orders than a search reads at first. */
export const shelves: fc.Arbitrary<Required<Shelf>> = fc
  .tuple(
    fc.array(appOrders, { minLength: 1, maxLength: 12 }),
    fc.array(datasetOrders, { minLength: 1, maxLength: 9 }),
    fc.array(poolOrders, { minLength: 1, maxLength: 12 }),
    fc.tuple(fc.bigInt(0n, 9n), fc.bigInt(0n, 9n), fc.bigInt(0n, 9n)),
  )
  .map(([apps, datasets, pools, stakes]) => ({
    orders: [...apps, ...datasets, ...pools],
    stakes: Object.fromEntries(POOLS.map((pool, index) => [OWNERS[pool] ?? pool, stakes[index] ?? 0n])),
  }))
