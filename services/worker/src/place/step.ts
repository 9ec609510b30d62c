// The life of one place, as a pure function: what is known and what happened give what is known now, and what has to be under way.
//
// Nothing here is an order that could get lost. What has to be under way follows from what is known alone, so a worker that
// was killed looks at its table and at the chain, and goes on: the same end is reached from every point.
import type { Place, PlaceCause, PlaceState } from '@iexec/wire/work'
import { unreachable } from '@iexec/protocol'
import {
  hasEnded,
  openPlace,
  type KnownPlace,
  type PlaceEnding,
  type PlaceTerms,
  type PlaceWork,
  type StoredVote,
  type TaskSight,
} from './state.ts'

/** Something that happened to a place. */
export type PlaceEvent =
  /** The scheduler offers it, for the first time or again. */
  | { readonly type: 'offered'; readonly place: Place }
  | { readonly type: 'accepted'; readonly terms: PlaceTerms }
  | { readonly type: 'refused'; readonly cause: PlaceCause; readonly message: string }
  | { readonly type: 'fetching' }
  | { readonly type: 'running' }
  | { readonly type: 'computed'; readonly vote: StoredVote }
  /** It cannot go on: the machine, or a transaction that the chain does not take. */
  | { readonly type: 'failed'; readonly cause: PlaceCause; readonly message: string }
  /** Somebody looked at the chain. */
  | { readonly type: 'seen'; readonly sight: TaskSight }
  /** The newest block is of this second. */
  | { readonly type: 'passed'; readonly now: number }
  | { readonly type: 'uploaded'; readonly cid: string }
  | { readonly type: 'undeliverable' }
  | { readonly type: 'withdrawn'; readonly message: string }
  | { readonly type: 'deliver' }

/** What is known after an event, and everything that has to be under way from now on. What is not listed is to be stopped. */
export type PlaceStep = { readonly known: KnownPlace; readonly works: readonly PlaceWork[] }

/** So many winners bring the result by themselves. */
const BRINGERS = 2

/**
 * What follows from an event. The caller stores what is known before it begins any of the works.
 *
 * @example
 * step(openPlace(place), { type: 'accepted', terms }).works // ['compute']
 */
export function step(known: KnownPlace, event: PlaceEvent): PlaceStep {
  const next = advance(apply(known, event))
  return { known: next, works: worksOf(next) }
}

/**
 * Everything that has to be under way, as after a restart.
 *
 * @example
 * worksOf(openPlace(place)) // ['verify']
 */
export function worksOf(known: KnownPlace): readonly PlaceWork[] {
  switch (known.at) {
    case 'offered':
      return ['verify']
    case 'accepted':
    case 'fetching':
    case 'running':
      return ['compute']
    case 'computed':
      // The result's link is a part of the one transaction. A storage keeps it unseen until that stands.
      return known.place.path === 'finalize' && known.cid === undefined ? ['upload'] : []
    case 'contributing':
      return known.place.path === 'finalize' ? ['finalize'] : ['contribute']
    case 'contributed':
      return []
    case 'revealing':
      return isBringer(known) ? ['reveal', 'upload'] : ['reveal']
    case 'revealed':
      return isBringer(known) ? ['upload'] : []
    case 'done':
    case 'refused':
    case 'failed':
    case 'aborted':
      return isLateBringer(known) ? ['upload'] : []
    default:
      return unreachable(known.at)
  }
}

function apply(known: KnownPlace, event: PlaceEvent): KnownPlace {
  switch (event.type) {
    case 'offered':
      return offerAgain(known, event.place)
    case 'accepted':
      return known.at === 'offered' ? { ...known, at: 'accepted', terms: event.terms } : known
    case 'refused':
      return known.at === 'offered' ? end(known, { ...event, state: 'refused' }) : known
    case 'fetching':
      return isBeforeVote(known) ? { ...known, at: 'fetching' } : known
    case 'running':
      return isBeforeVote(known) ? { ...known, at: 'running' } : known
    case 'computed':
      // The first vote stays: a second one, should it ever differ, could not be revealed.
      return isBeforeVote(known) && known.vote === undefined ? { ...known, at: 'computed', vote: event.vote } : known
    case 'failed':
      return hasVoted(known) ? known : end(known, { ...event, state: 'failed' })
    case 'seen':
      return { ...known, sight: event.sight }
    case 'passed':
      return isTooLate(known, event.now) ? end(known, TOO_LATE) : known
    case 'uploaded':
      return { ...known, cid: event.cid }
    case 'undeliverable':
      return cannotDeliver(known)
    case 'withdrawn':
      return isCommitted(known) ? known : end(known, { state: 'aborted', cause: 'WITHDRAWN', message: event.message })
    case 'deliver':
      return { ...known, isDeliveryWanted: true, isUndeliverable: false }
    default:
      return unreachable(event)
  }
}

/** Without a link there is nothing to finalize with. After a vote, the other winner's copy has to do. */
function cannotDeliver(known: KnownPlace): KnownPlace {
  const undeliverable: KnownPlace = { ...known, isUndeliverable: true }
  if (known.place.path !== 'finalize' || hasVoted(known) || known.cid !== undefined || hasEnded(known))
    return undeliverable
  const message = 'No storage takes the result.'
  return end(undeliverable, { state: 'failed', cause: 'STORAGE_UNREACHABLE', message })
}

/** The same offer comes again after each break. A later one means it anew, unless the chain has this worker's vote. */
function offerAgain(known: KnownPlace, place: Place): KnownPlace {
  const isNewer = place.wantedUntil > known.place.wantedUntil || place.authorization !== known.place.authorization
  if (known.ending === undefined || known.ending.state === 'done' || !isNewer || hasVoted(known)) return known
  // What was computed for this task is found where it lies, if it is still there and still right.
  return openAgain({ ...known, place })
}

/** Draws the conclusions from what the chain says. */
function advance(before: KnownPlace): KnownPlace {
  const known = withVoteOfChain(before)
  const { sight } = known
  if (sight === undefined || (known.at === 'offered' && known.vote === undefined)) return known
  if (isDealRenewed(known, sight)) return { ...openAgain(known), sight }
  if (known.ending !== undefined && !isRevived(known, sight)) return known
  return conclude({ ...known, ending: undefined }, sight)
}

/** A place from its beginning, but for the vote that may have been sent. */
function openAgain({ place, vote, former }: KnownPlace): KnownPlace {
  return { ...openPlace(place), former: vote ?? former }
}

/** Only what stands on the chain can be revealed: when that is what was computed before, it counts again. */
function withVoteOfChain(known: KnownPlace): KnownPlace {
  const { sight, vote, former } = known
  if (sight?.voted === undefined || sight.voted === vote?.resultHash || sight.voted !== former?.resultHash) return known
  return { ...known, vote: former, former: vote }
}

/**
 * A deal whose block was mined anew begins at another time: other deadlines, and another clock for the app, so that what was
 * computed is not what the others vote for. Once a vote may be on its way it has to stand: only that one can be revealed.
 */
function isDealRenewed(known: KnownPlace, { startTime }: TaskSight): boolean {
  if (startTime === undefined || known.terms?.startTime === undefined) return false
  return startTime !== known.terms.startTime && !isCommitted(known)
}

/**
 * A transaction that was given up, or that an earlier life of this process has sent, may be mined all the same. Then there is
 * a vote to reveal, whatever was thought before. And blocks may be gone that held the end of a task: its vote counts again, or has
 * to be cast again.
 */
function isRevived({ vote, ending }: KnownPlace, { mine, status, isDealGone }: TaskSight): boolean {
  if (vote === undefined || isDealGone === true) return false
  const isOpen = status === 'active' || status === 'revealing'
  return ending?.state === 'done' ? isOpen || status === 'unset' : mine === 'contributed' && isOpen
}

function conclude(known: KnownPlace, sight: TaskSight): KnownPlace {
  if (sight.status === 'failed') return end(known, ENDED)
  if (sight.isDealGone === true) return end(known, GONE)
  if (sight.mine === 'rejected') return end(known, UNREVEALED)
  if (sight.mine === 'proved') return afterReveal(known, sight)
  if (sight.status === 'completed') return end(known, OUTVOTED)
  if (sight.status === 'revealing') return atConsensus(known, sight)
  if (sight.mine === 'contributed') return { ...known, at: 'contributed' }
  return towardsVote(known, sight)
}

/** The vote is proved. Once the task is finished, so is the place, unless the result still has to be brought. */
function afterReveal(known: KnownPlace, { status }: TaskSight): KnownPlace {
  const revealed: KnownPlace = { ...known, at: 'revealed' }
  return status === 'completed' ? end(revealed, { state: 'done' }) : revealed
}

function atConsensus(known: KnownPlace, { consensus, mine }: TaskSight): KnownPlace {
  // When nobody reveals, the task is opened again, and then this vote still counts: it is followed until the task's end.
  if (mine === 'contributed')
    return { ...known, at: consensus === known.vote?.resultHash ? 'revealing' : 'contributed' }
  return end(known, OUTVOTED)
}

/** The chain has no vote of this worker, or not any more. */
function towardsVote(known: KnownPlace, { status }: TaskSight): KnownPlace {
  if (known.vote === undefined) return known
  if (known.place.path === 'finalize') return { ...known, at: known.cid === undefined ? 'computed' : 'contributing' }
  return { ...known, at: status === 'active' ? 'contributing' : 'computed' }
}

const TOO_LATE: PlaceEnding = {
  state: 'aborted',
  cause: 'TASK_ENDED',
  message: 'The time to contribute was over before this worker had contributed.',
}
const GONE: PlaceEnding = {
  state: 'aborted',
  cause: 'TASK_ENDED',
  message: 'The chain took the deal back; when it comes again, so does its offer.',
}
const ENDED: PlaceEnding = {
  state: 'aborted',
  cause: 'TASK_ENDED',
  message: 'The task was claimed without a result; stakes are free again.',
}
const UNREVEALED: PlaceEnding = {
  state: 'failed',
  cause: 'REVEAL_REVERTED',
  message: 'This vote won and was not revealed in time: its stake is lost when the task is finalized.',
}
const OUTVOTED: PlaceEnding = {
  state: 'aborted',
  cause: 'CONSENSUS_OF_OTHERS',
  message: 'Others agreed on the result without this worker.',
}

function end(known: KnownPlace, { state, cause, message }: PlaceEnding): KnownPlace {
  return { ...known, at: state, ending: { state, cause, message } }
}

const BEFORE_VOTE: readonly PlaceState[] = ['accepted', 'fetching', 'running']

function isBeforeVote({ at }: KnownPlace): boolean {
  return BEFORE_VOTE.includes(at)
}

/** Whether the chain has a vote of this worker, as far as it is known. */
function hasVoted({ sight }: KnownPlace): boolean {
  return sight !== undefined && sight.mine !== 'none'
}

/** A transaction may be on its way: nobody can take that back. */
function isCommitted(known: KnownPlace): boolean {
  return known.ending !== undefined || known.at === 'contributing' || hasVoted(known)
}

function isTooLate(known: KnownPlace, now: number): boolean {
  if (known.ending !== undefined || known.terms === undefined || hasVoted(known)) return false
  return now >= known.terms.contributionDeadline
}

/** Whether the result has to be brought by this worker and was not yet. */
function isBringer(known: KnownPlace): boolean {
  if (known.cid !== undefined || known.isUndeliverable || known.vote === undefined) return false
  return known.isDeliveryWanted || (known.sight?.winnersBefore ?? BRINGERS) < BRINGERS
}

/** A finished task needs its result even more than one that is not. */
function isLateBringer(known: KnownPlace): boolean {
  return known.ending?.state === 'done' && isBringer(known)
}
