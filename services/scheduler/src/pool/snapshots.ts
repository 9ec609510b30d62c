// The book, as deciding sees it.
import type { Deal, DealFacts, Task } from '../book/model.ts'
import { contributionEnd, finalEnd } from '../book/model.ts'
import type { Durations } from '../decide/durations.ts'
import type { DealSnapshot, SentSnapshot, TaskSnapshot } from '../decide/snapshot.ts'

/** By what durations are learned: the particular before the general. */
export function durationNames({ app, category }: DealFacts): readonly string[] {
  return [`app ${app} ${category}`, `category ${category}`]
}

/** A task, as deciding sees it. */
export function snapshotOfTask(task: Task, durations: Durations): TaskSnapshot {
  return {
    id: task.id,
    deal: snapshotOfDeal(task.deal, durations),
    status: task.status,
    consensus: task.agreement,
    votes: task.votes,
    places: [...task.places.values()],
    sent: new Map([...task.sent].map(([key, sent]) => [key, sentOf(sent)])),
  }
}

function snapshotOfDeal({ facts }: Deal, durations: Durations): DealSnapshot {
  return {
    id: facts.id,
    trust: BigInt(facts.trust),
    timeref: facts.timeref,
    workerStake: stakeOf(facts),
    contributionDeadline: contributionEnd(facts),
    finalDeadline: finalEnd(facts),
    callback: facts.callback,
    requirement: facts.requirement,
    expectedMs: durations.usual(durationNames(facts)),
  }
}

/** What a vote locks, in nRLC. */
export function stakeOf({ workerStake }: Pick<DealFacts, 'workerStake'>): bigint {
  return BigInt(workerStake)
}

function sentOf({ state, retryAt }: { readonly state: string; readonly retryAt: number }): SentSnapshot {
  return state === 'failed' ? { state: 'failed', retryAt } : { state: 'open' }
}
