// Sets of an app, a dataset and a workerpool order that would serve a wish together, judged by the protocol's rules.
import {
  NO_ADDRESS,
  NO_DATASET_ORDER,
  NO_TAG,
  isSameAddress,
  matchOrders,
  taskPrice,
  whyNotFitting,
  type Mismatch,
  type Signed,
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
export type Claimed = {
  readonly candidates: readonly Candidate[]
  readonly hints: readonly string[]
  /** What the hints say, for programs, as the market writes it. */
  readonly missing?: unknown
}

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
  /** The hash of each order, and how many tasks are left of it: none of one that does not stand. */
  readonly left: ReadonlyMap<string, bigint>
  /** Whose stake stands for the tasks, and how much of it is free, in nRLC. */
  readonly stake: { readonly owner: Address; readonly free: bigint }
}

const KINDS = ['app', 'dataset', 'workerpool'] as const

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
export function fitsOnPaper(wish: CheckedWish, candidate: Candidate): boolean {
  return whyNotFitting(ordersOf(wish, candidate), { categories: wish.category + 1n, memberships: [] }).length === 0
}

/** Judges one task of a set by everything that the chain says of it now. */
export async function judgeOnChain(context: Context, wish: CheckedWish, candidate: Candidate): Promise<Verdict> {
  const orders = ordersOf(wish, { ...candidate, volume: 1n })
  const state = await readMatchState(context, orders, wish.requester)
  const match = matchOrders(orders, state)
  const owner = state.owners.workerpool ?? NO_ADDRESS
  const mismatches = (match.ok ? [] : match.mismatches).filter((mismatch) => !isOfRequester(mismatch, orders))
  const moment = mismatches.filter(({ reason }) => OF_THE_MOMENT.has(reason))
  const left = KINDS.map((kind): [string, bigint] => {
    const { hash, consumed } = state.orders[kind]
    const isFallen = moment.some(({ reason }) => reason.toLowerCase().startsWith(kind))
    return [hash, isFallen ? 0n : orders[kind].volume - consumed]
  })
  return {
    terms: mismatches.filter(({ reason }) => !OF_THE_MOMENT.has(reason)),
    moment,
    left: new Map(left),
    stake: { owner, free: state.freeStakes.get(owner) ?? 0n },
  }
}

/** The request is not there yet, and its requester can still deposit: both are told later. */
function isOfRequester(mismatch: Mismatch, { request }: SignedMatch): boolean {
  if (mismatch.reason === 'RequestOrderNotSigned') return true
  return mismatch.reason === 'InsufficientStake' && isSameAddress(mismatch.account, request.requester)
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
