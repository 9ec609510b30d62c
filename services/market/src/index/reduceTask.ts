// Tasks and contributions, from their beginning to one of their ends.
import {
  asInstant,
  contributionDeadline,
  finalDeadline,
  findFailure,
  revealDeadline,
  type DealClock,
} from '@iexec/protocol'
import { toWide } from '@iexec/service'
import type { Hex } from 'viem'
import type { DealTable, TaskTable } from '../db/schema.ts'
import type { MarketEvent } from './events.ts'
import { factOf, rowOf, type Reduction } from './reduction.ts'
import { asCount } from './sanitise.ts'
import { countFailed, countFruitless, countResult } from './statistics.ts'

/** A task of a deal begins. */
export function initializeTask(reduction: Reduction, { task, logIndex }: MarketEvent<'TaskInitialize'>): void {
  const { ledger, block } = reduction
  const facts = factOf(block.facts.tasks, task)
  const deal = rowOf(reduction, 'deal', facts.deal)
  const clock = clockOf(reduction, deal)
  const row: TaskTable = {
    id: task,
    deal: deal.id,
    idx: asCount(facts.index),
    status: 'active',
    requester: deal.requester,
    app: deal.app,
    workerpool: deal.workerpool,
    consensus: null,
    result_digest: null,
    results: null,
    results_callback: null,
    failure: null,
    contribution_deadline: asCount(contributionDeadline(clock)),
    reveal_deadline: null,
    final_deadline: asCount(finalDeadline(clock)),
    initialized_at: block.timestamp,
    ended_at: null,
    updated_at: block.timestamp,
    block: block.number,
    log_index: logIndex,
  }
  ledger.put('task', row)
  tell(reduction, row)
}

/** A worker commits a vote. */
export function contribute(reduction: Reduction, event: MarketEvent<'TaskContribute'>): void {
  const { ledger, block } = reduction
  const { task, account, detail, logIndex } = event
  const id = `${task}-${account}`
  const { seal, challenge, weight } = factOf(block.facts.votes, id)
  ledger.put('contribution', {
    id,
    task,
    worker: account,
    status: 'contributed',
    hash: detail.hash,
    seal,
    challenge,
    weight: toWide(weight),
    digest: null,
    block: block.number,
    log_index: logIndex,
    timestamp: block.timestamp,
  })
  changeTask(reduction, task, {})
}

/** Enough workers agree; they have some time to prove it. */
export function reachConsensus(reduction: Reduction, { task, detail }: MarketEvent<'TaskConsensus'>): void {
  const clock = clockOf(reduction, dealOf(reduction, task))
  const deadline = revealDeadline(clock, asInstant(BigInt(reduction.block.timestamp)))
  changeTask(reduction, task, {
    status: 'revealing',
    consensus: detail.consensus,
    reveal_deadline: asCount(deadline),
  })
}

/** A worker proves a vote. */
export function reveal(reduction: Reduction, { task, account, detail }: MarketEvent<'TaskReveal'>): void {
  const { digest } = detail
  const row = rowOf(reduction, 'contribution', `${task}-${account}`)
  reduction.ledger.put('contribution', { ...row, status: 'proved', digest })
  changeTask(reduction, task, { result_digest: digest })
}

/** Nobody has proved the consensus in time: who voted for it is rejected, and the others go on. */
export function reopenTask(reduction: Reduction, { task }: MarketEvent<'TaskReopen'>): void {
  const { ledger } = reduction
  const { consensus } = rowOf(reduction, 'task', task)
  for (const row of ledger.contributionsOf(task)) {
    if (row.hash === consensus) ledger.put('contribution', { ...row, status: 'rejected' })
  }
  changeTask(reduction, task, { status: 'active', consensus: null, reveal_deadline: null, result_digest: null })
}

/** The result is published, or the failure on which the workers agreed. Contributions stay as they are on chain: punished is who is not proved. */
export function finalizeTask(reduction: Reduction, { task, detail }: MarketEvent<'TaskFinalize'>): void {
  const { ledger, block } = reduction
  const { resultsCallback } = factOf(block.facts.tasks, task)
  const { results } = detail
  const { result_digest } = rowOf(reduction, 'task', task)
  const failure = findFailure(result_digest ?? undefined) ?? null
  changeTask(reduction, task, {
    status: 'completed',
    results,
    results_callback: resultsCallback,
    failure,
    ended_at: block.timestamp,
  })
  const deal = dealOf(reduction, task)
  ledger.put('deal', { ...deal, completed_count: deal.completed_count + 1 })
  if (failure === null) countResult(reduction, deal)
  else countFruitless(reduction, deal)
}

/** The task was not finalized in time, and somebody ended it. */
export function failTask(reduction: Reduction, { task }: MarketEvent<'TaskClaimed'>): void {
  const { ledger, block } = reduction
  changeTask(reduction, task, { status: 'failed', ended_at: block.timestamp })
  const deal = dealOf(reduction, task)
  ledger.put('deal', { ...deal, claimed_count: deal.claimed_count + 1 })
  countFailed(reduction, deal)
}

function changeTask(reduction: Reduction, task: Hex, change: Partial<TaskTable>): void {
  const { ledger, block } = reduction
  const row = { ...rowOf(reduction, 'task', task), ...change, updated_at: block.timestamp }
  ledger.put('task', row)
  tell(reduction, row)
}

function tell({ tasks }: Reduction, { id, deal, status }: TaskTable): void {
  tasks.set(id, { deal, status })
}

function dealOf(reduction: Reduction, task: Hex): DealTable {
  return rowOf(reduction, 'deal', rowOf(reduction, 'task', task).deal)
}

function clockOf(reduction: Reduction, { category, start_time }: DealTable): DealClock {
  const { work_clock_time_ref } = rowOf(reduction, 'category', category)
  return { startTime: asInstant(BigInt(start_time)), timeref: BigInt(work_clock_time_ref) }
}
