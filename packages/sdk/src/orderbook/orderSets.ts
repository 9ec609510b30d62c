// Sets of an app, a dataset and a workerpool order that would serve a wish together, judged by the protocol's rules.
import {
  MAX_UINT256,
  NO_ADDRESS,
  NO_DATASET_ORDER,
  NO_TAG,
  asInstant,
  hashOrder,
  isSameAddress,
  matchOrders,
  remainingVolumes,
  taskPrice,
  type MatchState,
  type Mismatch,
  type OrderHash,
  type OrderStanding,
  type Signed,
  type Volumes,
} from '@iexec/protocol'
import type { Address } from 'viem'
import type { Context } from '../context.ts'
import { readMatchState, type SignedMatch } from '../order/readMatchState.ts'
import type { CheckedWish } from './wish.ts'

/** Orders that make a deal of so many tasks together, as soon as a request asks for it. */
export type OrderSet = {
  readonly app: Signed<'app'>
  /** Absent when the wish has no dataset. */
  readonly dataset: Signed<'dataset'> | undefined
  readonly workerpool: Signed<'workerpool'>
  /** Number of tasks. */
  readonly volume: bigint
  /** nRLC for one task. */
  readonly taskPrice: bigint
}

/** A set that may serve a wish: with its volume as somebody claims it. */
export type Candidate = Omit<OrderSet, 'taskPrice'>

/** What somebody says that serves a wish, and what would have to change for more. */
export type Claimed = { readonly candidates: readonly Candidate[]; readonly hints: readonly string[] }

/** nRLC for one task. */
export function priceOf({ app, dataset, workerpool }: Candidate): bigint {
  return taskPrice({
    app: app.appprice,
    dataset: dataset?.datasetprice ?? 0n,
    workerpool: workerpool.workerpoolprice,
  })
}

/** What stands against a set: `terms` never change, what is of the `moment` may have been true a block ago. */
export type Verdict = {
  readonly terms: readonly Mismatch[]
  readonly moment: readonly Mismatch[]
  /** The hash of each order, and how many tasks are left of it. */
  readonly left: ReadonlyMap<OrderHash, bigint>
}

const OF_THE_MOMENT: ReadonlySet<Mismatch['reason']> = new Set([
  'AppNotRegistered',
  'DatasetNotRegistered',
  'WorkerpoolNotRegistered',
  'AppOrderNotSigned',
  'DatasetOrderNotSigned',
  'WorkerpoolOrderNotSigned',
  'NothingLeftToMatch',
  'InsufficientStake',
])

/** Whether the terms of a set fit the wish and one another, without a look at the chain: then no group is known. */
export function fitsOnPaper(context: Context, wish: CheckedWish, candidate: Candidate): boolean {
  const orders = ordersOf(wish, candidate)
  return judge(orders, paperState(context, orders)).terms.length === 0
}

/** Judges a set by everything that the chain says of it now. */
export async function judgeOnChain(context: Context, wish: CheckedWish, candidate: Candidate): Promise<Verdict> {
  const orders = ordersOf(wish, candidate)
  return judge(orders, await readMatchState(context, orders, orders.request.requester))
}

function judge(orders: SignedMatch, state: MatchState): Verdict {
  const match = matchOrders(orders, state)
  const mismatches = (match.ok ? [] : match.mismatches).filter((mismatch) => !isOfRequester(mismatch, orders))
  return {
    terms: mismatches.filter(({ reason }) => !OF_THE_MOMENT.has(reason)),
    moment: mismatches.filter(({ reason }) => OF_THE_MOMENT.has(reason)),
    left: leftOf(orders, state),
  }
}

/** The request is not there yet, and its requester can still deposit: both are told later. */
function isOfRequester(mismatch: Mismatch, { request }: SignedMatch): boolean {
  if (mismatch.reason === 'RequestOrderNotSigned') return true
  return mismatch.reason === 'InsufficientStake' && isSameAddress(mismatch.account, request.requester)
}

function leftOf(orders: SignedMatch, { orders: standing }: MatchState): ReadonlyMap<OrderHash, bigint> {
  const consumed: Volumes = {
    app: standing.app.consumed,
    dataset: standing.dataset.consumed,
    workerpool: standing.workerpool.consumed,
    request: standing.request.consumed,
  }
  const left = remainingVolumes(orders, consumed)
  return new Map([
    [standing.app.hash, left.app],
    [standing.dataset.hash, left.dataset],
    [standing.workerpool.hash, left.workerpool],
  ])
}

/** The four orders of the deal that the wish would become with a set: the request pays what they ask, up to its limits. */
function ordersOf(wish: CheckedWish, { app, dataset = NO_DATASET_ORDER, workerpool, volume }: Candidate): SignedMatch {
  return {
    app,
    dataset,
    workerpool,
    request: {
      kind: 'request',
      app: wish.app,
      appmaxprice: wish.appmaxprice ?? app.appprice,
      dataset: wish.dataset,
      datasetmaxprice: wish.datasetmaxprice ?? dataset.datasetprice,
      workerpool: wish.workerpool,
      workerpoolmaxprice: wish.workerpoolmaxprice ?? workerpool.workerpoolprice,
      requester: wish.requester,
      volume,
      tag: wish.tag,
      category: wish.category,
      trust: wish.trust,
      beneficiary: wish.requester,
      callback: NO_ADDRESS,
      params: '',
      salt: NO_TAG,
      sign: '0x',
    },
  }
}

/** A chain on which everything is there: what stands against a match then, stands in the orders. */
function paperState({ domain }: Context, orders: SignedMatch): MatchState {
  const owner: Address = orders.request.requester
  const standing = (order: Signed): OrderStanding => ({
    hash: hashOrder(order, domain),
    consumed: 0n,
    signedBy: owner,
    presignedBy: undefined,
  })
  return {
    now: asInstant(0),
    orders: {
      app: standing(orders.app),
      dataset: standing(orders.dataset),
      workerpool: standing(orders.workerpool),
      request: standing(orders.request),
    },
    owners: { app: owner, dataset: owner, workerpool: owner },
    memberships: [],
    categories: { length: Number(orders.request.category) + 1 },
    policy: { workerStakeRatio: 0n, schedulerRewardRatio: 0n },
    sponsor: owner,
    freeStakes: new Map([[owner, MAX_UINT256]]),
    teeBroker: NO_ADDRESS,
  }
}
