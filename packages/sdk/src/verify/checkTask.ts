// Computes a task again from what a chain tells of it, and says for each step what was read and what was computed.
import { isVoteFor, resultHash, resultSeal, taskId, type Contribution, type Task } from '@iexec/protocol'
import { momentOf } from '../task/moment.ts'
import { compare, open, type CheckStep, type TaskCheck } from './check.ts'
import { checkDeal, checkOrders } from './checkOrders.ts'
import { checkPermission } from './checkPermission.ts'
import type { Line, TaskEvidence } from './evidence.ts'
import { replayTask, type Replayed } from './replay.ts'

export type { CheckStep, TaskCheck } from './check.ts'

/**
 * Computes a task again: ids, hashes of orders, signatures, terms, owners, seals, weights, agreement, payments, and the digest of its result.
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
    ...evidence.contributions.flatMap((vote) => checkPermission(evidence, vote)),
    ...replayed.flatMap(checkHappening),
    ...checkResult(evidence),
  ]
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
  return [compare('result', what, [digest, 'refused' in result ? result.refused : result.digest])]
}
