// Where a task stands, why it waits, and what comes next: from what the market tells of it and the time. Names of sentences, no words.
import { findFailure, type FailureCause } from '@iexec/protocol'
import type { ContributionItem, TaskItem } from '@iexec/wire'
import type { Status } from '../../show/TaskStatus.tsx'

/** The sentence that says why a task waits, or how it ended, and its numbers. */
export type Why =
  | {
      readonly sentence:
        | 'unset'
        | 'unsetLate'
        | 'noVotes'
        | 'noVotesLate'
        | 'completed'
        | 'failed'
        | 'claimable'
        | 'fruitless'
    }
  | {
      readonly sentence: 'votes' | 'votesLate'
      readonly count: number
      readonly agree: number
      readonly trust: number
    }
  | {
      readonly sentence: 'revealing' | 'allRevealed' | 'enoughRevealed' | 'noneRevealed'
      readonly reveals: number
      readonly count: number
    }

/** A moment ahead, in seconds since 1970, and what happens then. */
export type Deadline = { readonly at: number; readonly effect: 'noMoreVotes' | 'revealsOver' | 'voteAgain' | 'claim' }

/** Where a task stands. */
export type Standing = {
  readonly status: Status
  readonly why: Why
  /** What the workers agreed on in the place of a result. */
  readonly failure: FailureCause | undefined
  /** The next one first. */
  readonly ahead: readonly Deadline[]
  /** Whether it can still change. */
  readonly isOpen: boolean
}

/** What a standing is made of. */
export type Facts = {
  /** `undefined` for a task that nobody has begun. */
  readonly task: Pick<TaskItem, 'status' | 'revealDeadline' | 'resultDigest' | 'consensus'> | undefined
  readonly votes: readonly Pick<ContributionItem, 'status' | 'resultHash'>[]
  readonly trust: number
  readonly contributionDeadline: number
  readonly finalDeadline: number
  /** Seconds since 1970, by the clock of the chain. */
  readonly now: number
}

/**
 * Where a task stands.
 *
 * @example
 * standingOf(facts).why // { sentence: 'noVotes' }
 */
export function standingOf(facts: Facts): Standing {
  const { task, now, finalDeadline } = facts
  const failure = findFailure(task?.resultDigest ?? undefined)
  if (task?.status === 'completed') {
    const status = failure === undefined ? 'completed' : 'fruitless'
    return { status, why: { sentence: status }, failure, ahead: [], isOpen: false }
  }
  if (task?.status === 'failed')
    return { status: 'failed', why: { sentence: 'failed' }, failure: undefined, ahead: [], isOpen: false }
  if (now >= finalDeadline) {
    return { status: 'claimable', why: { sentence: 'claimable' }, failure: undefined, ahead: [], isOpen: true }
  }
  const status = task?.status ?? 'unset'
  return { status, why: whyOf(facts), failure: undefined, ahead: deadlinesOf(facts), isOpen: true }
}

function whyOf(facts: Facts): Why {
  const { task, now, contributionDeadline, votes, trust } = facts
  const isLate = now >= contributionDeadline
  if (task === undefined) return { sentence: isLate ? 'unsetLate' : 'unset' }
  if (task.status === 'revealing') return whyOfRevealing(facts)
  if (votes.length === 0) return { sentence: isLate ? 'noVotesLate' : 'noVotes' }
  return { sentence: isLate ? 'votesLate' : 'votes', count: votes.length, agree: largestGroup(votes), trust }
}

function whyOfRevealing({ task, votes, now }: Facts): Why {
  const winners = votes.filter(({ resultHash, status }) => resultHash === task?.consensus && status !== 'rejected')
  const reveals = winners.filter(({ status }) => status === 'proved').length
  const numbers = { reveals, count: winners.length }
  if (reveals === winners.length) return { sentence: 'allRevealed', ...numbers }
  if (now < (task?.revealDeadline ?? 0)) return { sentence: 'revealing', ...numbers }
  return { sentence: reveals > 0 ? 'enoughRevealed' : 'noneRevealed', ...numbers }
}

/** How many of the votes that still count are for the same. */
function largestGroup(votes: Facts['votes']): number {
  const groups = new Map<string, number>()
  for (const { resultHash, status } of votes) {
    if (status !== 'rejected') groups.set(resultHash, (groups.get(resultHash) ?? 0) + 1)
  }
  return Math.max(0, ...groups.values())
}

function deadlinesOf({ task, votes, contributionDeadline, finalDeadline, now }: Facts): readonly Deadline[] {
  const hasReveal = votes.some(({ status }) => status === 'proved')
  const first: Deadline =
    task?.status === 'revealing'
      ? { at: task.revealDeadline ?? finalDeadline, effect: hasReveal ? 'revealsOver' : 'voteAgain' }
      : { at: contributionDeadline, effect: 'noMoreVotes' }
  const all: readonly Deadline[] = [first, { at: finalDeadline, effect: 'claim' }]
  return all.filter(({ at }) => at > now)
}

/** What became of a vote. */
export type VoteStanding = 'sealed' | 'revealed' | 'rejected' | 'outvoted' | 'notRevealed'

/**
 * What became of a vote, which the chain says only together with what became of its task.
 *
 * @example
 * voteStandingOf({ status: 'contributed', resultHash: '0xaa' }, { status: 'completed', consensus: '0xbb' }) // 'outvoted'
 */
export function voteStandingOf(
  vote: Pick<ContributionItem, 'status' | 'resultHash'>,
  task: Pick<TaskItem, 'status' | 'consensus'>,
): VoteStanding {
  if (vote.status === 'proved') return 'revealed'
  if (vote.status === 'rejected') return 'rejected'
  if (task.consensus !== null && vote.resultHash !== task.consensus) return 'outvoted'
  return task.status === 'completed' ? 'notRevealed' : 'sealed'
}

const MINUTE = 60
const HOUR = 3_600
const DAY = 86_400

/**
 * How long it still is: digits up to a day, then days and hours.
 *
 * @param seconds below zero counts as none left
 * @example
 * sayCountdown(3_725, 'en') // '1:02:05'
 */
export function sayCountdown(seconds: number, language: string): string {
  const left = Math.max(0, Math.floor(seconds))
  if (left >= DAY) {
    const say = (value: number, unit: string): string =>
      new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(value)
    const parts = [say(Math.floor(left / DAY), 'day'), say(Math.floor((left % DAY) / HOUR), 'hour')]
    return new Intl.ListFormat(language, { type: 'unit', style: 'narrow' }).format(parts)
  }
  const [hours, minutes] = [Math.floor(left / HOUR), Math.floor((left % HOUR) / MINUTE)]
  return hours > 0 ? `${hours}:${two(minutes)}:${two(left % MINUTE)}` : `${minutes}:${two(left % MINUTE)}`
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}
