import { describe, expect, test } from 'vitest'
import { ORDERS, POOL, POOL_OWNER, REQUESTER, STRANGER, bend } from '../../test/fitting.ts'
import { APP, APP_OWNER } from '../../test/fitting.ts'
import {
  DOMAIN,
  HUB,
  SIGNERS,
  START,
  WORKERS,
  activeMarket,
  after,
  digestOf,
  contributionOf,
  matchedMarket,
  readyMarket,
} from '../../test/running.ts'
import { accountOf } from '../escrow/ledger.ts'
import { finalDeadline } from '../deal/deadline.ts'
import { hashOrder } from '../order/hash.ts'
import { NO_ADDRESS } from '../order/terms.ts'
import { applyAction, applyActions } from './apply.ts'
import type { MarketStep } from './action.ts'
import { walletOf } from './state.ts'
import type { MarketState } from './state.ts'

function refusalOf(step: MarketStep): unknown {
  return step.ok ? 'went through' : step.refusal
}

describe('money', () => {
  test('goes in and comes out one to one', () => {
    const deposited = after(readyMarket(), { do: 'deposit', caller: REQUESTER, amount: 5n, to: STRANGER })
    const withdrawn = after(deposited, { do: 'withdraw', caller: STRANGER, amount: 3n, to: REQUESTER })

    expect(accountOf(withdrawn.ledger, STRANGER).stake).toBe(2n)
    expect(walletOf(withdrawn, REQUESTER)).toBe(10_000n - 5n + 3n)
    expect(walletOf(withdrawn, HUB)).toBe(withdrawn.ledger.totalSupply)
  })

  test('that is not there is refused', () => {
    const state = readyMarket()

    expect(
      refusalOf(applyAction(state, { do: 'deposit', caller: REQUESTER, amount: 10_001n, to: REQUESTER }, START)),
    ).toEqual({
      reason: 'ERC20InsufficientBalance',
      sender: REQUESTER,
      balance: 10_000n,
      needed: 10_001n,
    })
    expect(
      refusalOf(applyAction(state, { do: 'withdraw', caller: REQUESTER, amount: 10_001n, to: REQUESTER }, START)),
    ).toMatchObject({
      reason: 'ERC20InsufficientBalance',
      balance: 10_000n,
    })
  })

  test('that is locked cannot be withdrawn', () => {
    const { state } = matchedMarket()

    expect(
      refusalOf(applyAction(state, { do: 'withdraw', caller: REQUESTER, amount: 10_000n, to: REQUESTER }, START)),
    ).toMatchObject({
      balance: 10_000n - 756n,
    })
  })
})

describe('orders', () => {
  const request = hashOrder(ORDERS.request, DOMAIN)
  const match = { do: 'matchOrders', caller: STRANGER, orders: ORDERS, signers: SIGNERS } as const

  test('a closed order never matches again', () => {
    const closed = after(readyMarket(), {
      do: 'manageOrder',
      caller: REQUESTER,
      operation: 'close',
      order: ORDERS.request,
    })

    expect(closed.consumed.get(request)).toBe(7n)
    expect(refusalOf(applyAction(closed, match, START))).toMatchObject({ reason: 'NothingLeftToMatch', request: 0n })
  })

  test('a presigned order needs no signature, until the asset changes hands', () => {
    const unsigned = { ...match, signers: { ...SIGNERS, app: undefined } }
    const presigned = after(readyMarket(), {
      do: 'manageOrder',
      caller: APP_OWNER,
      operation: 'sign',
      order: ORDERS.app,
    })
    const sold = after(presigned, { do: 'transferAsset', caller: APP_OWNER, kind: 'app', asset: APP, to: STRANGER })

    expect(refusalOf(applyAction(readyMarket(), unsigned, START))).toMatchObject({
      reason: 'AppOrderNotSigned',
      owner: APP_OWNER,
    })
    expect(refusalOf(applyAction(presigned, unsigned, START))).toBe('went through')
    expect(refusalOf(applyAction(sold, unsigned, START))).toMatchObject({
      reason: 'AppOrderNotSigned',
      owner: STRANGER,
    })
  })

  test('are managed by their owner, or by anyone with his signature', () => {
    const close = { do: 'manageOrder', caller: STRANGER, operation: 'close', order: ORDERS.app } as const

    expect(refusalOf(applyAction(readyMarket(), close, START))).toMatchObject({
      reason: 'NotTheOrderSigner',
      caller: STRANGER,
      owner: APP_OWNER,
    })
    expect(refusalOf(applyAction(readyMarket(), { ...close, signedBy: APP_OWNER }, START))).toBe('went through')
  })

  test('of the zero account are nobody’s: a recovery that failed signs nothing', () => {
    const order = { ...ORDERS.request, requester: NO_ADDRESS }
    const close = { do: 'manageOrder', caller: STRANGER, operation: 'close', order, signedBy: NO_ADDRESS } as const

    expect(refusalOf(applyAction(readyMarket(), close, START))).toMatchObject({
      reason: 'NotTheOrderSigner',
      owner: NO_ADDRESS,
    })
  })

  test('of an asset that nobody registered have no owner', () => {
    const order = { ...ORDERS.app, app: STRANGER }

    expect(
      refusalOf(applyAction(readyMarket(), { do: 'manageOrder', caller: STRANGER, operation: 'close', order }, START)),
    ).toEqual({
      reason: 'AssetUnreadable',
      asset: STRANGER,
    })
  })

  test('a sponsor pays in the requester’s place', () => {
    const [sponsor = HUB] = WORKERS
    const step = applyAction(readyMarket(), { ...match, do: 'sponsorMatchOrders', caller: sponsor }, START)

    expect(step.ok && accountOf(step.state.ledger, sponsor)).toEqual({ stake: 10_000n - 756n, locked: 756n })
    expect(step.ok && step.effects.at(-1)).toMatchObject({ event: 'DealSponsored', sponsor })
  })

  test('all mismatches of a refused match are known', () => {
    const step = applyAction(readyMarket(), { ...match, orders: bend({ request: { category: 9n, trust: 9n } }) }, START)

    expect(step.ok ? [] : [step.refusal, ...step.others].map(({ reason }) => reason)).toEqual([
      'CategoryMismatch',
      'UnknownCategory',
      'TrustTooLow',
    ])
  })
})

describe('a workerpool', () => {
  const policy = { workerStakeRatio: 50n, schedulerRewardRatio: 10n }

  test('changes its policy for deals to come', () => {
    const state = after(matchedMarket().state, { do: 'changePolicy', caller: POOL_OWNER, workerpool: POOL, policy })
    const orders = bend({ request: { volume: 1n } })
    const matched = after(state, { do: 'matchOrders', caller: REQUESTER, orders, signers: SIGNERS })

    expect(
      [...matched.deals.values()].map(({ workerStake, schedulerRewardRatio }) => [workerStake, schedulerRewardRatio]),
    ).toEqual([
      [30n, 1n],
      [50n, 10n],
    ])
  })

  test('keeps at most the whole reward, and obeys its owner', () => {
    const change = { do: 'changePolicy', caller: POOL_OWNER, workerpool: POOL, policy } as const

    expect(
      refusalOf(applyAction(readyMarket(), { ...change, policy: { ...policy, schedulerRewardRatio: 101n } }, START)),
    ).toEqual({
      reason: 'RewardRatioTooHigh',
      given: 101n,
      max: 100n,
    })
    expect(refusalOf(applyAction(readyMarket(), { ...change, caller: STRANGER }, START))).toMatchObject({
      reason: 'CallerIsNotTheOwner',
    })
  })
})

describe('limits', () => {
  test('a task takes 255 contributors and not one more', () => {
    const crowd = Array.from(
      { length: 256 },
      (_, index) => `0x${(0x10_000 + index).toString(16).padStart(40, '0')}` as const,
    )
    const { state, task } = activeMarket(
      bend({ request: { trust: 2n ** 64n - 1n }, workerpool: { trust: 2n ** 64n - 1n } }),
    )
    const tasks = [...state.tasks.values()].map((one) =>
      one.status === 'active' ? { ...one, terms: { ...one.terms, workerStake: 0n } } : one,
    )
    const free: MarketState = { ...state, tasks: new Map(tasks.map((one) => [one.id, one])) }

    const full = crowd
      .slice(0, 255)
      .reduce<MarketState>((current, worker) => after(current, contributionOf(task, worker, digestOf(worker))), free)

    expect(refusalOf(applyAction(full, contributionOf(task, crowd[255] ?? HUB, digestOf('last')), START))).toEqual({
      reason: 'TooManyContributors',
      count: 255,
      max: 255,
    })
  })

  test('a group weighs less than 2^176', () => {
    const { state, task } = activeMarket(
      bend({ request: { trust: 2n ** 64n - 1n }, workerpool: { trust: 2n ** 64n - 1n } }),
    )
    const [worker = HUB] = WORKERS
    const vote = contributionOf(task, worker, digestOf('right'))
    const masters = (score: bigint): MarketState => ({ ...state, scores: new Map([[worker.toLowerCase(), score]]) })

    expect(refusalOf(applyAction(masters(3n * 2n ** 176n), vote, START))).toBe('went through')
    expect(refusalOf(applyAction(masters(3n * 2n ** 176n + 3n), vote, START))).toEqual({
      reason: 'GroupWeightOutOfRange',
      weight: 2n ** 176n,
      max: 2n ** 176n - 1n,
    })
  })
})

describe('applyAll', () => {
  test('does all or nothing', () => {
    const { state, deal, task } = matchedMarket()
    const initialize = { do: 'initialize', caller: STRANGER, deal, index: 0n } as const
    const claim = { do: 'claim', caller: STRANGER, task } as const
    const end = finalDeadline({ startTime: START, timeref: 1200n })

    expect(applyActions(state, [initialize, claim], end).ok).toBe(true)
    expect(refusalOf(applyActions(state, [initialize, claim], START))).toMatchObject({
      reason: 'FinalDeadlineNotReached',
    })
  })
})
