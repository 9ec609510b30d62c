// A small world for the property tests of a place: a chain, a scheduler, a storage and a power supply, all of which misbehave.
import type { Place } from '@iexec/wire/work'
import fc from 'fast-check'
import type { Hex } from 'viem'
import {
  openPlace,
  type KnownPlace,
  type PlaceTerms,
  type PlaceWork,
  type StoredVote,
  type TaskSight,
} from './state.ts'
import { step, worksOf, type PlaceEvent } from './step.ts'

/** One thing that happens. */
export type Move =
  /** One of the works that are under way comes to its end. */
  | { readonly do: 'work'; readonly which: number }
  /** The worker looks at the chain. */
  | { readonly do: 'look' }
  /** The worker is killed and starts again: what was not stored is gone. */
  | { readonly do: 'crash' }
  /** A block: what was sent is mined. */
  | { readonly do: 'block' }
  | { readonly do: 'initialize' | 'othersAgree' | 'agree' | 'reopen' | 'finalize' | 'reorganise' }
  | { readonly do: 'withdraw' | 'deliver' | 'offer' | 'offerAnew' | 'late' | 'fault' }

/** The chain, as far as one task and one worker go. */
type Chain = TaskSight & { readonly pending: boolean; readonly now: number }

/** What was counted on the way. */
type Log = {
  readonly votes: number
  readonly unstored: number
  readonly sentWhileVoted: number
  readonly reorganisations: number
}

/** Everything at one moment. */
export type World = {
  readonly chain: Chain
  /** What the worker has stored: it is what it knows. */
  readonly known: KnownPlace
  readonly terms: PlaceTerms
  readonly vote: StoredVote
  readonly log: Log
}

const NAMES = [
  'look',
  'crash',
  'block',
  'initialize',
  'othersAgree',
  'agree',
  'reopen',
  'finalize',
  'reorganise',
  'withdraw',
  'deliver',
  'offer',
  'offerAnew',
  'late',
  'fault',
] as const
const anyWork = fc.record({ do: fc.constant('work' as const), which: fc.nat(2) })
const anyName = fc.record({ do: fc.constantFrom(...NAMES) })

const GOOD_DAY: readonly Move[] = [
  { do: 'initialize' },
  { do: 'work', which: 0 },
  { do: 'work', which: 0 },
  { do: 'look' },
  { do: 'work', which: 0 },
  { do: 'block' },
  { do: 'look' },
]
const anyAccidents: fc.Arbitrary<readonly Move[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: anyWork },
    { weight: 3, arbitrary: fc.constant<Move>({ do: 'look' }) },
    { weight: 6, arbitrary: anyName },
  ),
  { maxLength: 30 },
)

/** A good day up to any hour, and then any moves. */
export const anyMoves: fc.Arbitrary<readonly Move[]> = fc
  .tuple(fc.nat(GOOD_DAY.length), anyAccidents)
  .map(([hours, accidents]) => [...GOOD_DAY.slice(0, hours), ...accidents])

/** A world in which a place was just offered. */
export function openWorld(place: Place, terms: PlaceTerms, vote: StoredVote): World {
  const chain: Chain = { status: 'unset', mine: 'none', pending: false, now: 1 }
  const log: Log = { votes: 0, unstored: 0, sentWhileVoted: 0, reorganisations: 0 }
  return { chain, known: openPlace(place), terms, vote, log }
}

/** Lets moves happen, one after the other. */
export function play(world: World, moves: readonly Move[]): World {
  return moves.reduce(happen, world)
}

/** From here on everybody does what he should: so often that everything that can end has ended. */
export function settle(world: World): World {
  const round: readonly Move[] = [
    { do: 'look' },
    { do: 'work', which: 0 },
    { do: 'work', which: 1 },
    { do: 'initialize' },
    { do: 'block' },
    { do: 'look' },
    { do: 'agree' },
    { do: 'look' },
    { do: 'work', which: 0 },
    { do: 'work', which: 1 },
  ]
  const rounds = Array.from({ length: 6 }, () => round).flat()
  return play(world, [...rounds, { do: 'finalize' }, { do: 'late' }, { do: 'finalize' }, ...round])
}

function happen(world: World, move: Move): World {
  const { chain, terms, vote } = world
  const setChain = (change: Partial<Chain>): World => ({ ...world, chain: { ...chain, ...change } })
  switch (move.do) {
    case 'work': {
      const works = worksOf(world.known)
      return work(world, works[move.which % Math.max(1, works.length)])
    }
    case 'look':
      return look(world)
    case 'crash':
      return { ...world, known: JSON.parse(JSON.stringify(world.known)) as KnownPlace }
    case 'block':
      return mine(world)
    case 'initialize':
      return chain.status === 'unset' ? setChain({ status: 'active' }) : world
    case 'othersAgree':
      return agree(world, '0x5555')
    case 'agree':
      return chain.mine === 'contributed' ? agree(world, vote.resultHash) : world
    case 'reopen':
      // Whoever should have revealed and did not would lose its stake: no honest pool reopens while its worker is at it.
      return chain.status === 'revealing' && chain.consensus === '0x5555' && chain.mine !== 'proved'
        ? setChain({ status: 'active', consensus: undefined, winnersBefore: undefined })
        : world
    case 'finalize': {
      if (chain.status === 'revealing' && (chain.mine === 'proved' || chain.consensus === '0x5555'))
        return setChain({ status: 'completed' })
      return chain.now >= terms.finalDeadline && chain.status !== 'completed' ? setChain({ status: 'failed' }) : world
    }
    case 'reorganise':
      return chain.mine === 'contributed' && chain.status === 'active'
        ? { ...setChain({ mine: 'none' }), log: { ...world.log, reorganisations: world.log.reorganisations + 1 } }
        : world
    case 'late':
      return tell(setChain({ now: terms.finalDeadline }), { type: 'passed', now: terms.finalDeadline })
    default:
      return tell(world, eventOf(move.do, world))
  }
}

function eventOf(name: 'withdraw' | 'deliver' | 'offer' | 'offerAnew' | 'fault', { known }: World): PlaceEvent {
  const { place } = known
  switch (name) {
    case 'withdraw':
      return { type: 'withdrawn', message: 'Enough.' }
    case 'deliver':
      return { type: 'deliver' }
    case 'offer':
      return { type: 'offered', place }
    case 'offerAnew':
      return { type: 'offered', place: { ...place, wantedUntil: place.wantedUntil + 1 } }
    case 'fault':
      return { type: 'failed', cause: 'MACHINE_FAULT', message: 'The disk is broken.' }
  }
}

function tell(world: World, event: PlaceEvent): World {
  return { ...world, known: step(world.known, event).known }
}

function look(world: World): World {
  const { status, consensus, mine: own, winnersBefore } = world.chain
  const voted = own === 'none' ? undefined : world.vote.resultHash
  return tell(world, { type: 'seen', sight: { status, consensus, mine: own, voted, winnersBefore } })
}

function agree(world: World, consensus: Hex): World {
  if (world.chain.status !== 'active') return world
  const winnersBefore = consensus === world.vote.resultHash ? 0 : undefined
  return { ...world, chain: { ...world.chain, status: 'revealing', consensus, winnersBefore } }
}

/** What the hub does with a vote that was sent. */
function mine(world: World): World {
  const { chain, log, terms, known, vote } = world
  if (!chain.pending) return world
  const left: Chain = { ...chain, pending: false }
  const isOpen = known.place.path === 'finalize' ? chain.status !== 'revealing' : chain.status === 'active'
  if (!isOpen || isOver(chain) || chain.mine !== 'none' || chain.now >= terms.contributionDeadline) {
    return { ...world, chain: left }
  }
  const voted: Chain =
    known.place.path === 'finalize'
      ? { ...left, status: 'completed', mine: 'proved', consensus: vote.resultHash, winnersBefore: 0 }
      : { ...left, mine: 'contributed' }
  return { ...world, chain: voted, log: { ...log, votes: log.votes + 1 } }
}

function isOver({ status }: Chain): boolean {
  return status === 'completed' || status === 'failed'
}

function work(world: World, which: PlaceWork | undefined): World {
  const { chain, known, terms, vote, log } = world
  switch (which) {
    case undefined:
      return world
    case 'verify':
      if (isOver(chain) || chain.now >= terms.contributionDeadline)
        return tell(world, { type: 'refused', cause: 'DEAL_TOO_LATE', message: 'Too late.' })
      return tell(look(world), { type: 'accepted', terms })
    case 'compute':
      return tell(world, { type: 'computed', vote })
    case 'contribute':
    case 'finalize': {
      const counted: Log = {
        ...log,
        unstored: log.unstored + (known.vote === undefined ? 1 : 0),
        sentWhileVoted: log.sentWhileVoted + (known.sight?.mine === 'none' ? 0 : 1),
      }
      return { ...world, chain: { ...chain, pending: true }, log: counted }
    }
    case 'reveal': {
      const isOpen = chain.status === 'revealing' && chain.mine === 'contributed'
      return isOpen && chain.consensus === vote.resultHash
        ? look({ ...world, chain: { ...chain, mine: 'proved' } })
        : world
    }
    case 'upload':
      return tell(world, { type: 'uploaded', cid: 'Qm' })
  }
}
