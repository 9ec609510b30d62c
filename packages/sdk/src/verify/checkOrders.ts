// The orders of a deal, and the deal that they make: hashes, signatures, whether they fit one another, owners and terms.
import {
  NO_ADDRESS,
  computeDealVolume,
  dealId,
  formatRlc,
  hashOrder,
  isSameAddress,
  requiredTag,
  whyNotFitting,
  workerStake,
  type Mismatch,
  type OrderKind,
  type RestrictionMismatch,
} from '@iexec/protocol'
import type { Address, Hex } from 'viem'
import type { SignedMatch } from '../order/readMatchState.ts'
import { momentOf } from '../task/moment.ts'
import { compare, open, type CheckStep, type TaskCheck } from './check.ts'
import type { TaskEvidence } from './evidence.ts'
import { signerOf } from './signer.ts'

const KINDS: readonly OrderKind[] = ['app', 'dataset', 'workerpool', 'request']
const NOT_HELD = 'another contract called the hub: its transaction does not hold the orders'
const TOO_MANY_EVENTS = 'the node does not give so many events of before'

/**
 * What can be said of the orders of a deal.
 *
 * @example
 * checkOrders(evidence).filter(({ verdict }) => verdict === 'different') // []
 */
export function checkOrders(evidence: TaskEvidence): readonly TaskCheck[] {
  const { domain, matched } = evidence
  const { orders, hashes } = matched
  const kinds = KINDS.filter((kind) => kind !== 'dataset' || hasDataset(evidence))
  const hashed = kinds.map((kind) => {
    const what = `hash of the ${kind} order`
    return orders === undefined
      ? open('orders', what, [hashes[kind], NOT_HELD])
      : compare('orders', what, [hashes[kind], hashOrder(orders[kind], domain)])
  })
  return [...hashed, ...kinds.map((kind) => checkSignature(kind, evidence)), ...checkFit(evidence)]
}

function hasDataset({ deal }: TaskEvidence): boolean {
  return !isSameAddress(deal.dataset.pointer, NO_ADDRESS)
}

function checkSignature(kind: OrderKind, evidence: TaskEvidence): TaskCheck {
  const { deal, domain, matched } = evidence
  const what = `signature of the ${kind} order`
  const signer = kind === 'request' ? deal.requester : (matched.owners[kind] ?? deal[kind].owner)
  if (matched.orders === undefined) return open('orders', what, [signer, NOT_HELD])
  const order = matched.orders[kind]
  const claim = { signer, hash: hashOrder(order, domain), sign: order.sign }
  const check = checkSigned({ step: 'orders', what, ...claim }, matched.contracts)
  if (check.verdict !== 'different') return check
  // Of an order that was signed on chain the hub asks for no signature.
  if (matched.history === undefined) return open('orders', what, [check.read, TOO_MANY_EVENTS])
  if (!matched.history.presigned.includes(kind)) return check
  return open('orders', what, [check.read, 'it was signed on chain, and the event does not say by whom'])
}

/** Who has to have signed what. */
export type SignatureClaim = {
  readonly step: CheckStep
  readonly what: string
  readonly signer: Address
  readonly hash: Hex
  readonly sign: Hex
}

/** Compares the account whose key made a signature with the one that had to; a contract answers for itself. */
export function checkSigned(claim: SignatureClaim, contracts: readonly string[]): TaskCheck {
  const { step, what, signer, hash, sign } = claim
  const found = signerOf(hash, sign)
  const isKey = found !== undefined && isSameAddress(found, signer)
  if (!isKey && contracts.includes(signer.toLowerCase())) {
    return open(step, what, [signer, 'it is a contract, which answered for itself then (ERC-1271)'])
  }
  return compare(step, what, [found ?? 'nobody', signer])
}

/** The rules of a match, over the orders alone. */
function checkFit({ matched, deal }: TaskEvidence): readonly TaskCheck[] {
  const what = 'what the orders ask of each other'
  const { orders, history, contracts } = matched
  if (orders === undefined) return [open('orders', what, ['they were matched', NOT_HELD])]
  const isKnown = history === undefined || history.timeref !== undefined
  const categories = isKnown ? deal.category + 1n : 0n
  const mismatches = whyNotFitting(orders, { categories, memberships: [] })
  if (mismatches.length === 0) return [compare('orders', what, ['fits', 'fits'])]
  return mismatches.map((mismatch) => {
    const { reason, ...values } = mismatch
    const told = Object.entries(values).map(([name, value]) => `${name} ${value}`)
    if (isRestriction(mismatch) && contracts.includes(mismatch.allowed.toLowerCase())) {
      const why = `${mismatch.allowed} is a contract: no event tells whether it knew ${mismatch.actual} then (ERC-734)`
      return open('orders', what, ['fits', why])
    }
    return compare('orders', what, ['fits', `${reason}: ${told.join(', ')}`])
  })
}

function isRestriction(mismatch: Mismatch): mismatch is RestrictionMismatch {
  return 'allowed' in mismatch
}

/**
 * What can be said of the deal that the orders made.
 *
 * @example
 * checkDeal(evidence).find(({ what }) => what === 'owner of the app')?.verdict // 'same'
 */
export function checkDeal(evidence: TaskEvidence): readonly TaskCheck[] {
  const { deal, record, matched } = evidence
  const { hashes, volume, at, orders } = matched
  return [
    compare('deal', 'id: hash of the request order and its tasks before', [
      record.deal,
      dealId(hashes.request, deal.botFirst),
    ]),
    compare('deal', 'number of tasks', [`${deal.botSize}`, `${volume}`]),
    compare('deal', 'time', [momentOf(deal.startTime), momentOf(at)]),
    orders === undefined
      ? open('deal', 'terms', ['as the hub keeps them', NOT_HELD])
      : compare('deal', 'params', [deal.params, orders.request.params]),
    ...(orders === undefined ? [] : checkTerms(evidence, orders)),
    ...checkVolume(evidence),
    ...checkOwners(evidence),
    ...checkPolicy(evidence),
  ]
}

function checkTerms({ deal, matched: { payer } }: TaskEvidence, orders: SignedMatch): readonly TaskCheck[] {
  const { app, dataset, workerpool, request } = orders
  const isWithout = isSameAddress(deal.dataset.pointer, NO_ADDRESS)
  const terms: readonly (readonly [string, string, string])[] = [
    ['app', deal.app.pointer, app.app],
    ['price of the app', formatRlc(deal.app.price), formatRlc(app.appprice)],
    ['dataset', deal.dataset.pointer, request.dataset],
    ['price of the dataset', formatRlc(deal.dataset.price), formatRlc(isWithout ? 0n : dataset.datasetprice)],
    ['workerpool', deal.workerpool.pointer, workerpool.workerpool],
    ['price of the workerpool', formatRlc(deal.workerpool.price), formatRlc(workerpool.workerpoolprice)],
    ['trust', `${deal.trust}`, `${request.trust > 1n ? request.trust : 1n}`],
    ['category', `${deal.category}`, `${request.category}`],
    ['tag', deal.tag, requiredTag(app.tag, dataset.tag, request.tag)],
    ['requester', deal.requester, request.requester],
    ['who pays', deal.sponsor, payer ?? request.requester],
    ['beneficiary', deal.beneficiary, request.beneficiary],
    ['callback', deal.callback, request.callback],
  ]
  return terms.map(([what, read, computed]) => compare('deal', what, [read, computed]))
}

/** What the orders still had when they were matched, and the length of their category. */
function checkVolume({ deal, matched }: TaskEvidence): readonly TaskCheck[] {
  const { orders, history } = matched
  const [left, length] = ['tasks that were left of the orders', 'longest run of the category']
  const run = `${deal.timeref} s`
  if (history === undefined) {
    return [open('deal', left, [`${deal.botSize}`, TOO_MANY_EVENTS]), open('deal', length, [run, TOO_MANY_EVENTS])]
  }
  const timed = compare('deal', length, [
    run,
    history.timeref === undefined ? 'no such category' : `${history.timeref} s`,
  ])
  if (orders === undefined) return [open('deal', left, [`${deal.botSize}`, NOT_HELD]), timed]
  const takenOf = (kind: OrderKind): bigint => {
    const taken = history.taken[kind]
    return taken === 'closed' ? orders[kind].volume : taken
  }
  const volume = computeDealVolume(orders, {
    app: takenOf('app'),
    dataset: takenOf('dataset'),
    workerpool: takenOf('workerpool'),
    request: takenOf('request'),
  })
  return [compare('deal', left, [`${deal.botSize}`, `${volume}`]), timed]
}

function checkOwners(evidence: TaskEvidence): readonly TaskCheck[] {
  const { deal, matched } = evidence
  return (['app', 'dataset', 'workerpool'] as const)
    .filter((kind) => kind !== 'dataset' || hasDataset(evidence))
    .map((kind) => {
      const [what, read, owner] = [`owner of the ${kind}`, deal[kind].owner, matched.owners[kind]]
      return owner === undefined
        ? open('deal', what, [read, 'its registry tells of no owner: it may come from an earlier registry'])
        : compare('deal', what, [read, owner])
    })
}

/** What the workerpool took for itself and asked of workers, by its policy then. */
function checkPolicy({ deal, matched: { policy } }: TaskEvidence): readonly TaskCheck[] {
  const [stake, share] = ['stake of each worker', 'share of the scheduler']
  const [staked, ratio] = [formatRlc(deal.workerStake), `${deal.schedulerRewardRatio} %`]
  if (policy === undefined) {
    const why = 'the workerpool tells of no policy: it may come from an earlier registry'
    return [open('deal', stake, [staked, why]), open('deal', share, [ratio, why])]
  }
  return [
    compare('deal', stake, [staked, formatRlc(workerStake(deal.workerpool.price, policy.workerStakeRatio))]),
    compare('deal', share, [ratio, `${policy.schedulerRewardRatio} %`]),
  ]
}
