// Computes a task again from what a chain tells of it, and says for each step what was read and what was computed.
import {
  NO_ADDRESS,
  dealId,
  formatRlc,
  hashOrder,
  isSameAddress,
  isVoteFor,
  requiredTag,
  resultHash,
  resultSeal,
  taskId,
  type Contribution,
  type OrderKind,
  type Task,
} from '@iexec/protocol'
import { momentOf } from '../task/moment.ts'
import type { Line, MatchedOrders, TaskEvidence } from './evidence.ts'
import { replayTask, type Replayed } from './replay.ts'

/** Which part of a task is looked at: the five nouns of the market, and its money. */
export type CheckStep = 'orders' | 'deal' | 'task' | 'votes' | 'agreement' | 'payments' | 'result'

/** One value that was read and computed. */
export type TaskCheck = {
  readonly step: CheckStep
  /** What it is, in words. */
  readonly what: string
  /** As chain and storage have it. */
  readonly read: string
  /** By the rules of the protocol. */
  readonly computed: string
  /** `open`: it cannot be computed, and `computed` says why. */
  readonly verdict: 'same' | 'different' | 'open'
}

/**
 * Computes a task again: ids, hashes of orders, terms, seals, weights, agreement, payments, and the digest of its result.
 *
 * It needs nothing but the evidence, and runs in any browser.
 *
 * @example
 * checkTask(evidence).filter(({ verdict }) => verdict === 'different') // []
 */
export function checkTask(evidence: TaskEvidence): readonly TaskCheck[] {
  const replayed = replayTask(evidence)
  return [
    ...checkOrders(evidence),
    ...checkDeal(evidence),
    ...checkRecord(evidence, replayed.at(-1)?.task),
    ...checkVotes(evidence),
    ...replayed.flatMap(checkHappening),
    ...checkResult(evidence),
  ]
}

function compare(step: CheckStep, what: string, [read, computed]: readonly [string, string]): TaskCheck {
  return { step, what, read, computed, verdict: normal(read) === normal(computed) ? 'same' : 'different' }
}

/** Hashes and addresses are the same in any case of letters; words are not. */
function normal(value: string): string {
  return /^0x[\da-f]*$/iu.test(value) ? value.toLowerCase() : value
}

function open(step: CheckStep, what: string, [read, why]: readonly [string, string]): TaskCheck {
  return { step, what, read, computed: why, verdict: 'open' }
}

const KINDS: readonly OrderKind[] = ['app', 'dataset', 'workerpool', 'request']

function checkOrders({ deal, domain, matched }: TaskEvidence): readonly TaskCheck[] {
  const { orders, hashes } = matched
  return KINDS.filter((kind) => kind !== 'dataset' || !isSameAddress(deal.dataset.pointer, NO_ADDRESS)).map((kind) => {
    const what = `hash of the ${kind} order`
    return orders === undefined
      ? open('orders', what, [
          hashes[kind],
          'another contract called the hub: its transaction does not hold the orders',
        ])
      : compare('orders', what, [hashes[kind], hashOrder(orders[kind], domain)])
  })
}

function checkDeal({ deal, record, matched }: TaskEvidence): readonly TaskCheck[] {
  const { hashes, volume, at } = matched
  return [
    compare('deal', 'id: hash of the request order and its tasks before', [
      record.deal,
      dealId(hashes.request, deal.botFirst),
    ]),
    compare('deal', 'number of tasks', [`${deal.botSize}`, `${volume}`]),
    compare('deal', 'time', [momentOf(deal.startTime), momentOf(at)]),
    ...checkTerms(deal, matched),
  ]
}

function checkTerms(deal: TaskEvidence['deal'], { orders }: MatchedOrders): readonly TaskCheck[] {
  if (orders === undefined) return []
  const { app, dataset, workerpool, request } = orders
  const hasDataset = !isSameAddress(deal.dataset.pointer, NO_ADDRESS)
  const terms: readonly (readonly [string, string, string])[] = [
    ['app', deal.app.pointer, app.app],
    ['price of the app', formatRlc(deal.app.price), formatRlc(app.appprice)],
    ['dataset', deal.dataset.pointer, request.dataset],
    ['price of the dataset', formatRlc(deal.dataset.price), formatRlc(hasDataset ? dataset.datasetprice : 0n)],
    ['workerpool', deal.workerpool.pointer, workerpool.workerpool],
    ['price of the workerpool', formatRlc(deal.workerpool.price), formatRlc(workerpool.workerpoolprice)],
    ['trust', `${deal.trust}`, `${request.trust > 1n ? request.trust : 1n}`],
    ['category', `${deal.category}`, `${request.category}`],
    ['tag', deal.tag, requiredTag(app.tag, dataset.tag, request.tag)],
    ['requester', deal.requester, request.requester],
    ['beneficiary', deal.beneficiary, request.beneficiary],
    ['callback', deal.callback, request.callback],
    ['params', deal.params, request.params],
  ]
  return terms.map(([what, read, computed]) => compare('deal', what, [read, computed]))
}

/** What the hub keeps of the task now, beside what the rules leave of it. */
function checkRecord({ id, record, contributions }: TaskEvidence, task: Task | undefined): readonly TaskCheck[] {
  const checks = [
    compare('task', 'id: hash of its deal and its place in it', [id, taskId(record.deal, record.index)]),
    compare('task', 'state', [record.status, task?.status ?? 'unset']),
  ]
  if (task === undefined || task.status === 'unset') return checks
  return [
    ...checks,
    compare('task', 'end of the votes', [momentOf(record.contributionDeadline), momentOf(task.contributionDeadline)]),
    compare('task', 'final deadline', [momentOf(record.finalDeadline), momentOf(task.finalDeadline)]),
    compare('agreement', 'what the hub keeps of it', [agreementOf(record), agreementOf(task)]),
    compare('votes', 'what the hub keeps of them', [votesOf(contributions), votesOf(task.contributions)]),
  ]
}

function agreementOf(task: TaskEvidence['record'] | Task): string {
  if (!('consensus' in task) || task.consensus === undefined) return 'none'
  const { value, winners, reveals, resultDigest } = task.consensus
  return `${value.toLowerCase()}, ${reveals} of ${winners} revealed ${resultDigest ?? 'nothing'}`
}

function votesOf(contributions: readonly Contribution[]): string {
  return contributions
    .map(({ worker, status, weight }) => `${worker.toLowerCase()} ${status} with weight ${weight}`)
    .join(', ')
}

function checkVotes({ id, record, contributions }: TaskEvidence): readonly TaskCheck[] {
  const consensus = 'consensus' in record ? record.consensus : undefined
  const digest = consensus?.resultDigest
  return contributions.flatMap((vote) => {
    const { worker } = vote
    const [hashOf, sealOf] = [`hash of the vote of ${worker}`, `its seal`]
    if (digest === undefined || consensus === undefined || !isVoteFor(vote, consensus.value)) {
      return [open('votes', hashOf, [vote.resultHash, 'nobody revealed the digest behind it'])]
    }
    const hash = compare('votes', hashOf, [vote.resultHash, resultHash(id, digest)])
    // Who did not reveal may have copied the vote: then the seal is not his, and he was not paid for it.
    if (vote.status !== 'proved') return [hash]
    return [hash, compare('votes', sealOf, [vote.resultSeal, resultSeal(worker, id, digest)])]
  })
}

/** The events of the task itself; all others are money and scores. */
const STEP_OF: ReadonlyMap<string, CheckStep> = new Map([
  ['TaskInitialize', 'task'],
  ['TaskContribute', 'votes'],
  ['TaskConsensus', 'agreement'],
  ['TaskReveal', 'votes'],
  ['TaskReopen', 'agreement'],
  ['TaskFinalize', 'result'],
  ['TaskClaimed', 'task'],
])

function checkHappening({ happening, read, computed, task }: Replayed): readonly TaskCheck[] {
  const where = `in block ${happening.block}`
  if ('refused' in computed) {
    const step = STEP_OF.get(happening.event) ?? 'task'
    return [
      { step, what: `${happening.event} ${where}`, read: 'done', computed: computed.refused, verdict: 'different' },
    ]
  }
  const count = Math.max(read.length, computed.length)
  return Array.from({ length: count }, (_, place) => {
    const line = read[place] ?? computed[place]
    const step = STEP_OF.get(line?.event ?? '') ?? 'payments'
    const why = line?.event === 'TaskConsensus' ? weightsOf(task) : ''
    return compare(step, `${line?.event ?? ''} ${where}${why}`, [textOf(read[place]), textOf(computed[place])])
  })
}

function textOf(line: Line | undefined): string {
  return line === undefined ? 'nothing' : [line.event, line.account, line.value].filter(Boolean).join(' ')
}

/** Why the votes are enough. */
function weightsOf(task: Task): string {
  if (task.status === 'unset' || !('consensus' in task) || task.consensus === undefined) return ''
  const group = task.votes.groups.get(task.consensus.value.toLowerCase())
  return group === undefined ? '' : `: ${group} of ${task.votes.total} parts agree, for a trust of ${task.terms.trust}`
}

function checkResult({ record, result }: TaskEvidence): readonly TaskCheck[] {
  const digest = 'consensus' in record ? record.consensus?.resultDigest : undefined
  if (digest === undefined) return []
  const what = 'digest'
  if ('missing' in result) return [open('result', what, [digest, result.missing])]
  return [compare('result', what, [digest, result.digest])]
}
