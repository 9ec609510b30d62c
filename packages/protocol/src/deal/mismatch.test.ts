// Each reason why four orders make no deal.
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  APP,
  APP_OWNER,
  DATASET,
  DATASET_OWNER,
  ORDERS,
  POOL,
  POOL_OWNER,
  REQUESTER,
  STATE,
  STRANGER,
  bend,
  tagOf,
} from '../../test/fitting.ts'
import { NO_ADDRESS, NO_DATASET_ORDER } from '../order/terms.ts'
import { NO_TAG } from '../tag.ts'
import { formatRlc } from '../units.ts'
import { MAX_UINT256 } from '../words.ts'
import { explainMismatch } from './explainMismatch.ts'
import { matchOrders } from './match.ts'
import type { MatchState } from './matchState.ts'
import type { Mismatch } from './mismatch.ts'
import { TEE, mismatchesOf, withStanding } from './testing.ts'
import type { MatchOrders } from './volume.ts'

const MAX_96 = 2n ** 96n - 1n

const MAX_64 = 2n ** 64n - 1n

function richState(change: Partial<MatchState>): MatchState {
  const plenty = 2n ** 200n
  return {
    ...STATE,
    freeStakes: new Map([
      [REQUESTER, plenty],
      [POOL_OWNER, plenty],
    ]),
    ...change,
  }
}

const CLUB = STRANGER

// One bent field for each error, in the hub's order of checks.
const SINGLE_MISMATCHES: readonly (readonly [Mismatch, MatchOrders, MatchState])[] = [
  [{ reason: 'CategoryMismatch', requested: 2n, offered: 1n }, bend({ request: { category: 2n } }), STATE],
  [
    { reason: 'UnknownCategory', category: 5n, count: 5n },
    bend({ request: { category: 5n }, workerpool: { category: 5n } }),
    STATE,
  ],
  [{ reason: 'TrustTooLow', wanted: 5n, offered: 4n }, bend({ request: { trust: 5n } }), STATE],
  [{ reason: 'AppPriceTooHigh', asked: 3n, offered: 2n }, bend({ request: { appmaxprice: 2n } }), STATE],
  [{ reason: 'DatasetPriceTooHigh', asked: 5n, offered: 4n }, bend({ request: { datasetmaxprice: 4n } }), STATE],
  [
    { reason: 'WorkerpoolPriceTooHigh', asked: 100n, offered: 99n },
    bend({ request: { workerpoolmaxprice: 99n } }),
    STATE,
  ],
  [
    { reason: 'WorkerpoolLacksTag', required: tagOf(0x100n), offered: NO_TAG },
    bend({ request: { tag: tagOf(0x100n) } }),
    STATE,
  ],
  [
    { reason: 'AppLacksTee', required: TEE, offered: NO_TAG },
    bend({ request: { tag: TEE }, workerpool: { tag: TEE } }),
    STATE,
  ],
  [{ reason: 'AppMismatch', requested: STRANGER, offered: APP }, bend({ request: { app: STRANGER } }), STATE],
  [
    { reason: 'DatasetMismatch', requested: STRANGER, offered: DATASET },
    bend({ request: { dataset: STRANGER } }),
    STATE,
  ],
  [
    { reason: 'WorkerpoolRefusedByRequest', allowed: CLUB, actual: POOL },
    bend({ request: { workerpool: CLUB } }),
    STATE,
  ],
  [{ reason: 'DatasetRefusedByApp', allowed: CLUB, actual: DATASET }, bend({ app: { datasetrestrict: CLUB } }), STATE],
  [
    { reason: 'WorkerpoolRefusedByApp', allowed: CLUB, actual: POOL },
    bend({ app: { workerpoolrestrict: CLUB } }),
    STATE,
  ],
  [
    { reason: 'RequesterRefusedByApp', allowed: CLUB, actual: REQUESTER },
    bend({ app: { requesterrestrict: CLUB } }),
    STATE,
  ],
  [{ reason: 'AppRefusedByDataset', allowed: CLUB, actual: APP }, bend({ dataset: { apprestrict: CLUB } }), STATE],
  [
    { reason: 'WorkerpoolRefusedByDataset', allowed: CLUB, actual: POOL },
    bend({ dataset: { workerpoolrestrict: CLUB } }),
    STATE,
  ],
  [
    { reason: 'RequesterRefusedByDataset', allowed: CLUB, actual: REQUESTER },
    bend({ dataset: { requesterrestrict: CLUB } }),
    STATE,
  ],
  [
    { reason: 'AppRefusedByWorkerpool', allowed: CLUB, actual: APP },
    bend({ workerpool: { apprestrict: CLUB } }),
    STATE,
  ],
  [
    { reason: 'DatasetRefusedByWorkerpool', allowed: CLUB, actual: DATASET },
    bend({ workerpool: { datasetrestrict: CLUB } }),
    STATE,
  ],
  [
    { reason: 'RequesterRefusedByWorkerpool', allowed: CLUB, actual: REQUESTER },
    bend({ workerpool: { requesterrestrict: CLUB } }),
    STATE,
  ],
  [{ reason: 'AppNotRegistered', app: APP }, ORDERS, { ...STATE, owners: { ...STATE.owners, app: undefined } }],
  [
    { reason: 'AppOrderNotSigned', owner: APP_OWNER, orderHash: STATE.orders.app.hash },
    ORDERS,
    withStanding('app', { signedBy: STRANGER, presignedBy: STRANGER }),
  ],
  [
    { reason: 'DatasetNotRegistered', dataset: DATASET },
    ORDERS,
    { ...STATE, owners: { ...STATE.owners, dataset: undefined } },
  ],
  [
    { reason: 'DatasetOrderNotSigned', owner: DATASET_OWNER, orderHash: STATE.orders.dataset.hash },
    ORDERS,
    withStanding('dataset', { signedBy: undefined }),
  ],
  [
    { reason: 'WorkerpoolNotRegistered', workerpool: POOL },
    ORDERS,
    { ...STATE, owners: { ...STATE.owners, workerpool: undefined } },
  ],
  [
    { reason: 'WorkerpoolOrderNotSigned', owner: POOL_OWNER, orderHash: STATE.orders.workerpool.hash },
    ORDERS,
    withStanding('workerpool', { signedBy: undefined }),
  ],
  [
    { reason: 'RequestOrderNotSigned', requester: REQUESTER, orderHash: STATE.orders.request.hash },
    ORDERS,
    withStanding('request', { signedBy: undefined }),
  ],
  [
    { reason: 'NothingLeftToMatch', app: 0n, dataset: 9n, workerpool: 8n, request: 7n },
    ORDERS,
    withStanding('app', { consumed: 10n }),
  ],
  [
    { reason: 'AppPriceOutOfRange', price: MAX_96 + 1n, max: MAX_96 },
    bend({ app: { appprice: MAX_96 + 1n }, request: { appmaxprice: MAX_UINT256 } }),
    richState({}),
  ],
  [
    { reason: 'DatasetPriceOutOfRange', price: MAX_96 + 1n, max: MAX_96 },
    bend({ dataset: { datasetprice: MAX_96 + 1n }, request: { datasetmaxprice: MAX_UINT256 } }),
    richState({}),
  ],
  [
    { reason: 'WorkerpoolPriceOutOfRange', price: MAX_96 + 1n, max: MAX_96 },
    bend({ workerpool: { workerpoolprice: MAX_96 + 1n }, request: { workerpoolmaxprice: MAX_UINT256 } }),
    richState({}),
  ],
  [
    { reason: 'TrustOutOfRange', trust: MAX_64 + 1n, max: MAX_64 },
    bend({ request: { trust: MAX_64 + 1n }, workerpool: { trust: MAX_UINT256 } }),
    STATE,
  ],
  [
    { reason: 'VolumeOutOfRange', consumed: MAX_64 + 1n, max: MAX_64 },
    bend({ request: { volume: MAX_64 + 1n } }),
    withStanding('request', { consumed: MAX_64 }),
  ],
  [
    { reason: 'WorkerStakeOutOfRange', stake: MAX_96 + 1n, max: MAX_96 },
    ORDERS,
    { ...STATE, policy: { workerStakeRatio: MAX_96 + 1n, schedulerRewardRatio: 1n } },
  ],
  [
    { reason: 'RewardRatioOutOfRange', ratio: 101n, max: 100n },
    ORDERS,
    { ...STATE, policy: { workerStakeRatio: 30n, schedulerRewardRatio: 101n } },
  ],
  [
    { reason: 'InsufficientStake', account: REQUESTER, free: 755n, needed: 756n },
    ORDERS,
    {
      ...STATE,
      freeStakes: new Map([
        [REQUESTER, 755n],
        [POOL_OWNER, 210n],
      ]),
    },
  ],
  [
    { reason: 'InsufficientStake', account: POOL_OWNER, free: 0n, needed: 210n },
    ORDERS,
    { ...STATE, freeStakes: new Map([[REQUESTER, 756n]]) },
  ],
]

describe('a mismatch', () => {
  test.each(SINGLE_MISMATCHES)('$reason is found alone, with both values', (mismatch, orders, state) => {
    const others = mismatchesOf(orders, state).filter(({ reason }) => !reason.endsWith('OutOfRange'))

    // A price out of range makes the stakes out of range too; only what is named first is compared then.
    expect(mismatchesOf(orders, state)[0]).toEqual(mismatch)
    expect(others.length).toBe(mismatch.reason.endsWith('OutOfRange') ? 0 : 1)
  })

  test('a member of the group that a restriction names is let in', () => {
    const orders = bend({ app: { requesterrestrict: CLUB } })

    expect(matchOrders(orders, { ...STATE, memberships: [{ group: CLUB, member: REQUESTER }] }).ok).toBe(true)
  })

  test('a restriction on the dataset refuses a match without one', () => {
    const orders = {
      ...bend({ request: { dataset: NO_ADDRESS }, app: { datasetrestrict: DATASET } }),
      dataset: NO_DATASET_ORDER,
    }

    expect(mismatchesOf(orders)).toEqual([{ reason: 'DatasetRefusedByApp', allowed: DATASET, actual: NO_ADDRESS }])
  })

  test('the framework bits of a dataset ask for nothing', () => {
    expect(matchOrders(bend({ dataset: { tag: tagOf(0x0en) } }), STATE)).toMatchObject({ deal: { tag: NO_TAG } })
  })

  test('a forged request of the zero account is refused', () => {
    const orders = bend({ request: { requester: NO_ADDRESS } })

    expect(
      mismatchesOf(orders, { ...withStanding('request', { signedBy: NO_ADDRESS }), sponsor: REQUESTER }),
    ).toMatchObject([{ reason: 'RequestOrderNotSigned', requester: NO_ADDRESS }])
  })

  test('who is sponsor and pool owner at once needs both stakes', () => {
    const owners = { ...STATE.owners, workerpool: REQUESTER }
    const state = { ...withStanding('workerpool', { signedBy: REQUESTER }), owners }

    expect(mismatchesOf(ORDERS, { ...state, freeStakes: new Map([[REQUESTER, 966n]]) })).toEqual([])
    expect(mismatchesOf(ORDERS, { ...state, freeStakes: new Map([[REQUESTER, 965n]]) })).toEqual([
      { reason: 'InsufficientStake', account: REQUESTER, free: 209n, needed: 210n },
    ])
  })

  test('with nothing left to match, whose stake is too short for one task is told as well', () => {
    const exhausted = withStanding('app', { consumed: 10n })
    const stakes = (sponsor: bigint, owner: bigint): MatchState => ({
      ...exhausted,
      freeStakes: new Map([
        [REQUESTER, sponsor],
        [POOL_OWNER, owner],
      ]),
    })
    const nothingLeft = { reason: 'NothingLeftToMatch', app: 0n, dataset: 9n, workerpool: 8n, request: 7n }

    expect(mismatchesOf(ORDERS, stakes(107n, 29n))).toEqual([
      nothingLeft,
      { reason: 'InsufficientStake', account: REQUESTER, free: 107n, needed: 108n },
      { reason: 'InsufficientStake', account: POOL_OWNER, free: 29n, needed: 30n },
    ])
    expect(mismatchesOf(ORDERS, stakes(108n, 30n))).toEqual([nothingLeft])
  })

  test('free stakes are found however their addresses are written', () => {
    const party = '0xAbCdEf0000000000000000000000000000000001'
    const stakeOf = (account: string, stake: bigint): MatchState => ({
      ...withStanding('workerpool', { signedBy: party }),
      owners: { ...STATE.owners, workerpool: party },
      sponsor: party,
      freeStakes: new Map([[account, stake]]),
    })
    const written = [party, party.toLowerCase(), `0x${party.slice(2).toUpperCase()}`]

    expect(written.map((account) => mismatchesOf(ORDERS, stakeOf(account, 966n)))).toEqual([[], [], []])
    // Both locks still draw on the one account.
    expect(written.flatMap((account) => mismatchesOf(ORDERS, stakeOf(account, 965n)))).toEqual(
      written.map(() => ({ reason: 'InsufficientStake', account: party, free: 209n, needed: 210n })),
    )
  })

  test('an absurd worker stake policy saturates as on the hub', () => {
    const state = { ...STATE, policy: { workerStakeRatio: MAX_UINT256, schedulerRewardRatio: 1n } }

    expect(mismatchesOf(ORDERS, state)).toEqual([
      { reason: 'WorkerStakeOutOfRange', stake: MAX_UINT256 / 100n, max: MAX_96 },
    ])
  })

  test('the largest values that a deal holds are not out of range', () => {
    const fitting: readonly (readonly [MatchOrders, MatchState])[] = [
      [bend({ app: { appprice: MAX_96 }, request: { appmaxprice: MAX_96 } }), richState({})],
      [bend({ dataset: { datasetprice: MAX_96 }, request: { datasetmaxprice: MAX_96 } }), richState({})],
      [bend({ workerpool: { workerpoolprice: MAX_96 }, request: { workerpoolmaxprice: MAX_96 } }), richState({})],
      [bend({ request: { trust: MAX_64 }, workerpool: { trust: MAX_64 } }), STATE],
      [bend({ request: { volume: MAX_64 } }), withStanding('request', { consumed: MAX_64 - 1n })],
      [
        bend({ workerpool: { workerpoolprice: MAX_96 }, request: { workerpoolmaxprice: MAX_96 } }),
        richState({ policy: { workerStakeRatio: 100n, schedulerRewardRatio: 100n } }),
      ],
    ]

    expect(fitting.map(([orders, state]) => mismatchesOf(orders, state))).toEqual(fitting.map(() => []))
  })

  test('all of them are told, in the order of the checks', () => {
    const orders = bend({
      request: { category: 2n, trust: 5n, appmaxprice: 0n, app: STRANGER, workerpool: CLUB },
      app: { requesterrestrict: CLUB },
    })
    const state = { ...withStanding('request', { signedBy: undefined }), freeStakes: new Map() }

    expect(mismatchesOf(orders, state).map(({ reason }) => reason)).toEqual([
      'CategoryMismatch',
      'TrustTooLow',
      'AppPriceTooHigh',
      'AppMismatch',
      'WorkerpoolRefusedByRequest',
      'RequesterRefusedByApp',
      'RequestOrderNotSigned',
      'InsufficientStake',
      'InsufficientStake',
    ])
  })

  test('any of them come in the order of the checks', () => {
    const order = SINGLE_MISMATCHES.map(([{ reason }]) => reason)
    const party = fc.constantFrom(NO_ADDRESS, APP, STRANGER)
    const number = fc.constantFrom(0n, 4n, 5n, 101n, MAX_64 + 1n, MAX_96 + 1n)
    const bent = fc.record({
      app: fc.record({
        appprice: number,
        tag: fc.constantFrom(NO_TAG, TEE),
        datasetrestrict: party,
        workerpoolrestrict: party,
      }),
      dataset: fc.record({ datasetprice: number, apprestrict: party, requesterrestrict: party }),
      workerpool: fc.record({ workerpoolprice: number, category: number, trust: number, apprestrict: party }),
      request: fc.record({
        app: party,
        category: number,
        trust: number,
        volume: number,
        tag: fc.constantFrom(NO_TAG, TEE),
      }),
    })
    const owner = fc.constantFrom(undefined, STRANGER, APP_OWNER)

    fc.assert(
      fc.property(bent, owner, number, (change, by, ratio) => {
        const state = {
          ...STATE,
          owners: { app: by, dataset: by, workerpool: by },
          policy: { workerStakeRatio: ratio, schedulerRewardRatio: ratio },
        }
        const places = mismatchesOf(bend(change), state).map(({ reason }) => order.indexOf(reason))

        expect(places).toEqual(places.toSorted((one, other) => one - other))
      }),
    )
  })

  test('each has its sentence, with the values that it carries', () => {
    for (const [mismatch] of SINGLE_MISMATCHES) {
      const sentence = explainMismatch(mismatch)

      expect(sentence).not.toContain('undefined')
      expect(sentence).not.toMatch(/\.$/)
      const { reason: _, ...values } = mismatch
      for (const value of Object.values(values)) {
        if (typeof value === 'string' && value.length < 66) expect(sentence).toContain(value)
        // Amounts are written in RLC when that is shorter, and share a unit.
        if (typeof value === 'bigint')
          expect(sentence).toMatch(new RegExp(`\\b(${value}|${formatRlc(value).split(' ')[0]})\\b`))
      }
    }
  })

  test('the sentences are those of the style guide', () => {
    expect(explainMismatch({ reason: 'WorkerpoolPriceTooHigh', asked: 7n, offered: 5n })).toBe(
      'the workerpool asks 7 nRLC, the request pays at most 5',
    )
    expect(explainMismatch({ reason: 'WorkerpoolLacksTag', required: tagOf(0x101n), offered: TEE })).toBe(
      'the deal needs tee, gpu, the workerpool does not offer gpu',
    )
    expect(
      explainMismatch({ reason: 'NothingLeftToMatch', app: 1n, dataset: MAX_UINT256, workerpool: 0n, request: 2n }),
    ).toBe('nothing is left to match: 1 of the app order, 0 of the workerpool order, 2 of the request')
  })
})
