// Where a task stands, why it waits, and what happens next: from the task, its deal and the time alone.
import {
  contributionDeadline,
  finalDeadline,
  findFailure,
  hasEnoughReveals,
  hasPassed,
  nextDeadline,
  unreachable,
  type Contribution,
  type Deal,
  type FailureCause,
  type Instant,
  type TaskRecord,
  type TaskStatus,
} from '@iexec/protocol'

/** The names of the states in capital letters, as scripts know them; `TIMEOUT` is a task that was not finished in time. */
export type TaskStatusName = 'UNSET' | 'ACTIVE' | 'REVEALING' | 'COMPLETED' | 'FAILED' | 'TIMEOUT'

/** How a task ended: with a result, claimed after its final deadline, or over and not claimed yet. */
export type TaskEnd = 'completed' | 'failed' | 'timeout'

/** A moment that lies ahead, and what happens then. */
export type NextMoment = {
  /** Seconds since 1970. */
  readonly at: Instant
  /** A few words without capital and full stop. */
  readonly what: string
}

/** Where a task stands. */
export type TaskState = {
  readonly status: TaskStatus
  readonly statusName: TaskStatusName
  /** Whether it was not finished before its final deadline, and nobody claimed it yet. */
  readonly isTimedOut: boolean
  /** `undefined` while something can still happen by itself. */
  readonly end: TaskEnd | undefined
  /** What the workers agreed on where there is no result: the app failed, or could not be run. The task is paid for all the same. */
  readonly failure: FailureCause | undefined
  /** One sentence: why it waits, or how it ended. */
  readonly reason: string
  readonly nextDeadline: NextMoment | undefined
}

/** What a state is derived from. */
export type TaskFacts = {
  readonly task: TaskRecord
  /** The deal that the task is of. */
  readonly deal: Pick<Deal, 'startTime' | 'timeref' | 'trust'>
  /** The time of the chain. */
  readonly now: Instant
  /** The votes; without them the reason does not say who agrees. */
  readonly contributions?: readonly Contribution[]
}

/**
 * Where a task stands.
 *
 * @example
 * taskStateOf({ task, deal, now }).reason // 'No worker has contributed yet.'
 */
export function taskStateOf(facts: TaskFacts): TaskState {
  const { task } = facts
  const isTimedOut = hasTimedOut(facts)
  return {
    status: task.status,
    statusName: isTimedOut ? 'TIMEOUT' : STATUS_NAMES[task.status],
    isTimedOut,
    end: endOf(task, isTimedOut),
    failure: failureOf(task),
    reason: isTimedOut ? TIMED_OUT : reasonOf(facts),
    nextDeadline: isTimedOut ? undefined : nextMoment(facts),
  }
}

const STATUS_NAMES = {
  unset: 'UNSET',
  active: 'ACTIVE',
  revealing: 'REVEALING',
  completed: 'COMPLETED',
  failed: 'FAILED',
} as const

const TIMED_OUT = 'It was not finished in time: anyone can claim it, and then its price goes back to who paid.'

function hasTimedOut({ task, deal, now }: TaskFacts): boolean {
  if (task.status === 'completed' || task.status === 'failed') return false
  return hasPassed(task.status === 'unset' ? finalDeadline(deal) : task.finalDeadline, now)
}

function endOf({ status }: TaskRecord, isTimedOut: boolean): TaskEnd | undefined {
  if (status === 'completed' || status === 'failed') return status
  return isTimedOut ? 'timeout' : undefined
}

function failureOf(task: TaskRecord): FailureCause | undefined {
  return task.status === 'completed' ? findFailure(task.consensus.resultDigest) : undefined
}

const FAILURE_WORDS: { readonly [Cause in FailureCause]: string } = {
  PARAMS_REFUSED: 'the params of the request ask for what no worker can do',
  APP_IMAGE_DOWNLOAD_FAILED: 'the app could not be fetched',
  APP_IMAGE_REFUSED: 'the app is not what was registered, or is none that workers run',
  DATASET_FILE_DOWNLOAD_FAILED: 'the dataset could not be fetched',
  DATASET_FILE_BAD_CHECKSUM: 'the dataset is not what was registered',
  INPUT_FILES_DOWNLOAD_FAILED: 'the input files could not be fetched',
  APP_EXITED: 'the app ended with another exit code than 0',
  APP_OUT_OF_MEMORY: 'the app needed more memory than its category has',
  APP_TIMEOUT: 'the app took longer than its category allows',
  APP_DISK_FULL: 'the app wrote more than its category allows',
  APP_TRAPPED: 'the module of the app stopped itself',
  RESULT_REFUSED:
    'what the app left is no result: links, files that it named and did not leave, or names that nobody can unpack',
}

function reasonOf(facts: TaskFacts): string {
  const { task, deal, now } = facts
  switch (task.status) {
    case 'unset':
      return hasPassed(contributionDeadline(deal), now)
        ? 'The workerpool never began it, and it is too late for contributions: it will fail.'
        : 'The workerpool has not begun it yet.'
    case 'active':
      return reasonOfVoting(facts)
    case 'revealing':
      return reasonOfRevealing(facts)
    case 'completed':
      return reasonOfEnd(failureOf(task))
    case 'failed':
      return 'It was not finished in time, and was claimed: its price went back to who paid.'
    default:
      return unreachable(task)
  }
}

function reasonOfEnd(failure: FailureCause | undefined): string {
  if (failure === undefined) return 'It is finished, and the workers agreed on its result.'
  return `It is finished without a result. The workers agreed: ${FAILURE_WORDS[failure]}.`
}

function reasonOfVoting({ task, deal, now, contributions }: TaskFacts): string {
  if (task.status !== 'active') return ''
  const said = votesSaid(task.contributors.length, contributions)
  if (hasPassed(task.contributionDeadline, now)) return `${said}, and it is too late for more: it will fail.`
  if (task.contributors.length === 0) return `${said} yet.`
  return `${said}; a trust of ${deal.trust} takes more who agree.`
}

/** In words: how many contributed, and how many of them are of one mind. */
function votesSaid(count: number, contributions: readonly Contribution[] | undefined): string {
  if (count === 0) return 'No worker has contributed'
  const workers = `${count} ${count === 1 ? 'worker has' : 'workers have'} contributed`
  if (contributions === undefined || count === 1) return workers
  const groups = new Map<string, number>()
  for (const { resultHash, status } of contributions) {
    if (status !== 'rejected') groups.set(resultHash, (groups.get(resultHash) ?? 0) + 1)
  }
  const largest = Math.max(0, ...groups.values())
  if (groups.size === 0) return `${workers}, all for a result that nobody revealed`
  return groups.size === 1 && largest === count ? `${workers}, and all agree` : `${workers}, ${largest} of them agree`
}

function reasonOfRevealing({ task, now }: TaskFacts): string {
  if (task.status !== 'revealing') return ''
  const { reveals, winners, revealDeadline } = task.consensus
  if (reveals === winners) return `All ${winners} who agreed revealed their result: the workerpool has to finish it.`
  if (hasEnoughReveals(task.consensus, now)) {
    return `${reveals} of ${winners} revealed their result in time: the workerpool has to finish it.`
  }
  if (hasPassed(revealDeadline, now)) {
    return `None of the ${winners} who agreed revealed his result in time: the workerpool has to start the vote again.`
  }
  return `The workers agree; ${reveals} of ${winners} revealed their result.`
}

const CLAIM = 'anyone can claim it, and its price goes back to who paid'
const NO_MORE_VOTES = 'nobody can contribute any more, and without agreement it fails'

function nextMoment({ task, deal, now }: TaskFacts): NextMoment | undefined {
  if (task.status === 'unset') {
    const ahead: readonly NextMoment[] = [
      { at: contributionDeadline(deal), what: NO_MORE_VOTES },
      { at: finalDeadline(deal), what: CLAIM },
    ]
    return ahead.find(({ at }) => !hasPassed(at, now))
  }
  const next = nextDeadline(task, now)
  if (next === undefined) return undefined
  return { at: next.at, what: wordsOf(task, next.ends) }
}

function wordsOf(task: TaskRecord, ends: 'contributing' | 'revealing' | 'task'): string {
  if (ends === 'task') return CLAIM
  if (ends === 'contributing') return NO_MORE_VOTES
  return task.status === 'revealing' && task.consensus.reveals > 0
    ? 'the workerpool can finish it with the results that were revealed'
    : 'the agreement is void, and the workerpool can start the vote again'
}
