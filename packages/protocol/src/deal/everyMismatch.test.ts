// The rules of a match written a second time, straight from contracts.md §7.1: every one that orders break is told, and no other.
import * as fc from 'fast-check'
import type { Address } from 'viem'
import { expect, test } from 'vitest'
import {
  APP,
  APP_OWNER,
  DATASET,
  DATASET_OWNER,
  POOL,
  POOL_OWNER,
  REQUESTER,
  STATE,
  STRANGER,
  bend,
  tagOf,
} from '../../test/fitting.ts'
import { NO_ADDRESS } from '../order/terms.ts'
import { matchOrders } from './match.ts'
import type { MatchState } from './matchState.ts'
import type { Mismatch } from './mismatch.ts'
import type { MatchOrders } from './volume.ts'

type Offer = { readonly orders: MatchOrders; readonly state: MatchState }

const CLUB: Address = '0x00000000000000000000000000000000000000cc'

// Only what a rule needs to be read is shared by the rules; nothing comes from the code under test.
const unionOf = ({ app, dataset, request }: MatchOrders): bigint =>
  BigInt(app.tag) | (BigInt(dataset.tag) & ~0x0en) | BigInt(request.tag)
const isAuthorized = ({ memberships }: MatchState, restriction: string, account: string): boolean =>
  BigInt(restriction) === 0n ||
  restriction === account ||
  memberships.some(({ group, member }) => group === restriction && member === account)
const isApprovedBy = ({ orders }: MatchState, kind: keyof MatchState['orders'], owner: string): boolean =>
  BigInt(owner) !== 0n && (orders[kind].presignedBy === owner || orders[kind].signedBy === owner)
const leastLeft = ({ orders, state }: Offer): bigint => {
  const kinds = (['app', 'dataset', 'workerpool', 'request'] as const).filter(
    (kind) => kind !== 'dataset' || orders.dataset.dataset !== NO_ADDRESS,
  )
  const [least = 0n] = kinds
    .map((kind) => orders[kind].volume - state.orders[kind].consumed)
    .toSorted((one, other) => Number(one - other))
  return least
}
const sponsorNeeds = ({ orders, state }: Offer): bigint => {
  const { app, dataset, workerpool } = orders
  const datasetPrice = dataset.dataset === NO_ADDRESS ? 0n : dataset.datasetprice
  const tasks = leastLeft({ orders, state })
  return (app.appprice + datasetPrice + workerpool.workerpoolprice) * (tasks < 1n ? 1n : tasks)
}
const ownerNeeds = ({ orders, state }: Offer): bigint => {
  const tasks = leastLeft({ orders, state })
  return ((orders.workerpool.workerpoolprice * 30n) / 100n) * (tasks < 1n ? 1n : tasks)
}

// What must hold, in the order of the hub's checks (§7.1, then the locks of §7.2). Nobody is asked to have signed for an
// unregistered asset, and nobody to stake for an unregistered workerpool.
const RULES: readonly (readonly [Mismatch['reason'], (offer: Offer) => boolean])[] = [
  ['CategoryMismatch', ({ orders: { request, workerpool } }) => request.category === workerpool.category],
  ['UnknownCategory', ({ orders: { request }, state }) => request.category < BigInt(state.categories.length)],
  ['TrustTooLow', ({ orders: { request, workerpool } }) => request.trust <= workerpool.trust],
  ['AppPriceTooHigh', ({ orders: { request, app } }) => request.appmaxprice >= app.appprice],
  ['DatasetPriceTooHigh', ({ orders: { request, dataset } }) => request.datasetmaxprice >= dataset.datasetprice],
  ['WorkerpoolPriceTooHigh', ({ orders: { request: r, workerpool: w } }) => r.workerpoolmaxprice >= w.workerpoolprice],
  ['WorkerpoolLacksTag', ({ orders }) => (unionOf(orders) & ~BigInt(orders.workerpool.tag)) === 0n],
  ['AppLacksTee', ({ orders }) => ((unionOf(orders) ^ BigInt(orders.app.tag)) & 1n) === 0n],
  ['AppMismatch', ({ orders: { request, app } }) => request.app === app.app],
  ['DatasetMismatch', ({ orders: { request, dataset } }) => request.dataset === dataset.dataset],
  [
    'WorkerpoolRefusedByRequest',
    ({ orders: o, state }) => isAuthorized(state, o.request.workerpool, o.workerpool.workerpool),
  ],
  ['DatasetRefusedByApp', ({ orders: o, state }) => isAuthorized(state, o.app.datasetrestrict, o.dataset.dataset)],
  [
    'WorkerpoolRefusedByApp',
    ({ orders: o, state }) => isAuthorized(state, o.app.workerpoolrestrict, o.workerpool.workerpool),
  ],
  [
    'RequesterRefusedByApp',
    ({ orders: o, state }) => isAuthorized(state, o.app.requesterrestrict, o.request.requester),
  ],
  ['AppRefusedByDataset', ({ orders: o, state }) => isAuthorized(state, o.dataset.apprestrict, o.app.app)],
  [
    'WorkerpoolRefusedByDataset',
    ({ orders: o, state }) => isAuthorized(state, o.dataset.workerpoolrestrict, o.workerpool.workerpool),
  ],
  [
    'RequesterRefusedByDataset',
    ({ orders: o, state }) => isAuthorized(state, o.dataset.requesterrestrict, o.request.requester),
  ],
  ['AppRefusedByWorkerpool', ({ orders: o, state }) => isAuthorized(state, o.workerpool.apprestrict, o.app.app)],
  [
    'DatasetRefusedByWorkerpool',
    ({ orders: o, state }) => isAuthorized(state, o.workerpool.datasetrestrict, o.dataset.dataset),
  ],
  [
    'RequesterRefusedByWorkerpool',
    ({ orders: o, state }) => isAuthorized(state, o.workerpool.requesterrestrict, o.request.requester),
  ],
  ['AppNotRegistered', ({ state: { owners } }) => owners.app !== undefined],
  ['AppOrderNotSigned', ({ state }) => state.owners.app === undefined || isApprovedBy(state, 'app', state.owners.app)],
  [
    'DatasetNotRegistered',
    ({ orders: { dataset }, state: { owners } }) => dataset.dataset === NO_ADDRESS || owners.dataset !== undefined,
  ],
  [
    'DatasetOrderNotSigned',
    ({ orders: { dataset }, state }) =>
      dataset.dataset === NO_ADDRESS ||
      state.owners.dataset === undefined ||
      isApprovedBy(state, 'dataset', state.owners.dataset),
  ],
  ['WorkerpoolNotRegistered', ({ state: { owners } }) => owners.workerpool !== undefined],
  [
    'WorkerpoolOrderNotSigned',
    ({ state }) => state.owners.workerpool === undefined || isApprovedBy(state, 'workerpool', state.owners.workerpool),
  ],
  ['RequestOrderNotSigned', ({ orders, state }) => isApprovedBy(state, 'request', orders.request.requester)],
  ['NothingLeftToMatch', (offer) => leastLeft(offer) > 0n],
  ['InsufficientStake', (offer) => (offer.state.freeStakes.get(offer.state.sponsor) ?? 0n) >= sponsorNeeds(offer)],
  [
    'InsufficientStake',
    (offer) =>
      offer.state.owners.workerpool === undefined ||
      (offer.state.freeStakes.get(offer.state.owners.workerpool) ?? 0n) >= ownerNeeds(offer),
  ],
]

// Every field as it fits, and once in a while otherwise: some offers match, and many break several rules at once.
function mostly<Value>(fitting: Value, ...others: readonly Value[]): fc.Arbitrary<Value> {
  return fc.oneof({ weight: 14, arbitrary: fc.constant(fitting) }, { weight: 1, arbitrary: fc.constantFrom(...others) })
}

const restriction = mostly<Address>(NO_ADDRESS, APP, DATASET, POOL, REQUESTER, STRANGER, CLUB)
const tag = mostly(tagOf(0n), tagOf(1n), tagOf(0x100n), tagOf(0x0en), tagOf(0x03n))
const consumed = mostly(0n, 3n, 7n, 8n, 9n, 10n)
const standing = (owner: Address) =>
  fc.record({
    consumed,
    signedBy: mostly<Address | undefined>(owner, undefined, STRANGER),
    presignedBy: mostly<Address | undefined>(undefined, owner, STRANGER),
  })

const offers: fc.Arbitrary<Offer> = fc
  .record({
    asset: mostly<Address>(DATASET, NO_ADDRESS),
    app: fc.record({
      appprice: mostly(3n, 0n, 4n),
      tag,
      datasetrestrict: restriction,
      workerpoolrestrict: restriction,
      requesterrestrict: restriction,
    }),
    dataset: fc.record({
      datasetprice: mostly(5n, 0n, 6n),
      tag,
      apprestrict: restriction,
      workerpoolrestrict: restriction,
      requesterrestrict: restriction,
    }),
    workerpool: fc.record({
      workerpoolprice: mostly(100n, 99n, 101n),
      tag: fc.constantFrom(tagOf(0x10fn), tagOf(0x10fn), tagOf(0x10fn), tagOf(1n), tagOf(0n)),
      category: mostly(1n, 2n, 5n),
      trust: mostly(4n, 3n),
      apprestrict: restriction,
      datasetrestrict: restriction,
      requesterrestrict: restriction,
    }),
    request: fc.record({
      app: mostly<Address>(APP, STRANGER, NO_ADDRESS),
      tag,
      category: mostly(1n, 2n, 5n),
      trust: mostly(4n, 0n, 5n),
      workerpool: restriction,
      requester: mostly<Address>(REQUESTER, STRANGER, NO_ADDRESS),
    }),
    isAssetAskedFor: mostly(true, false),
    standings: fc.record({
      app: standing(APP_OWNER),
      dataset: standing(DATASET_OWNER),
      workerpool: standing(POOL_OWNER),
      request: standing(REQUESTER),
    }),
    owners: fc.record({
      app: mostly<Address | undefined>(APP_OWNER, undefined, STRANGER),
      dataset: mostly<Address | undefined>(DATASET_OWNER, undefined, STRANGER),
      workerpool: mostly<Address | undefined>(POOL_OWNER, undefined, STRANGER),
    }),
    members: fc.subarray([APP, DATASET, POOL, REQUESTER]),
    stakes: fc.record({ sponsor: mostly(1000n, 756n, 755n, 107n, 0n), owner: mostly(1000n, 210n, 209n, 29n, 0n) }),
  })
  .map(({ asset, app, dataset, workerpool, request, isAssetAskedFor, standings, owners, members, stakes }) => ({
    orders: bend({
      app,
      dataset: { ...dataset, dataset: asset },
      workerpool,
      request: { ...request, dataset: isAssetAskedFor ? asset : STRANGER },
    }),
    state: {
      ...STATE,
      orders: {
        app: { ...STATE.orders.app, ...standings.app },
        dataset: { ...STATE.orders.dataset, ...standings.dataset },
        workerpool: { ...STATE.orders.workerpool, ...standings.workerpool },
        request: { ...STATE.orders.request, ...standings.request },
      },
      owners,
      memberships: members.map((member) => ({ group: CLUB, member })),
      freeStakes: new Map([
        [REQUESTER, stakes.sponsor],
        [POOL_OWNER, stakes.owner],
      ]),
    },
  }))

test('whatever several rules orders break at once, all of them are told, in their order, and no other', () => {
  const seen = new Map<string, number>()
  let several = 0

  fc.assert(
    fc.property(offers, (offer) => {
      const broken = RULES.filter(([, holds]) => !holds(offer)).map(([reason]) => reason)

      const match = matchOrders(offer.orders, offer.state)

      expect(match.ok ? [] : match.mismatches.map(({ reason }) => reason)).toEqual(broken)
      for (const reason of broken.length > 0 ? broken : ['none']) seen.set(reason, (seen.get(reason) ?? 0) + 1)
      if (broken.length > 2) several += 1
    }),
    { numRuns: 2000 },
  )

  expect([...seen.keys()].toSorted()).toEqual([...new Set(['none', ...RULES.map(([reason]) => reason)])].toSorted())
  expect(several).toBeGreaterThan(300)
})
