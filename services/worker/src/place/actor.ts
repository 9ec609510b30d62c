// One place on its way: told one thing after the other, stored at each step, with exactly that under way which should be.
import { pause, sayWhy } from '@iexec/service'
import type { Place, PlaceReport } from '@iexec/wire/work'
import type { Logger } from 'pino'
import type { Hex } from 'viem'
import type { KeptPlace, Store } from '../store/store.ts'
import {
  hasEnded,
  isSettled,
  openPlace,
  reportOf,
  stakeAhead,
  type KnownPlace,
  type PlaceWork,
  type TaskSight,
} from './state.ts'
import { step, worksOf, type PlaceEvent } from './step.ts'

/**
 * Does a work, and returns what happened, in order. May be called again for the same: after a crash, or when it had to give up.
 * What it throws is logged, and it is called again a while later.
 */
export type DoWork = (known: KnownPlace, context: WorkContext) => Promise<readonly PlaceEvent[]>

/** What a work may use while it lasts. */
export type WorkContext = {
  readonly signal: AbortSignal
  /** Says what happens on the way; returns when it is stored. */
  readonly tell: (event: PlaceEvent) => Promise<void>
  /** Looks at the chain; returns when what was seen is stored, unless a later look has seen more. */
  readonly look: () => Promise<TaskSight>
}

/** What the places need. */
export type DeskOptions = {
  readonly store: Store
  readonly works: Readonly<Record<PlaceWork, DoWork>>
  readonly look: (place: Pick<Place, 'taskId' | 'dealId'>) => Promise<TaskSight>
  readonly report: (report: PlaceReport) => void
  /** Nobody needs anything of this place any more. */
  readonly discard: (taskId: Hex) => void
  readonly log: Logger
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** What all places share. */
export type Room = {
  readonly options: DeskOptions
  readonly actors: Map<string, Actor>
  readonly closing: AbortController
  /** Called at each change of any place. */
  readonly watchers: Set<() => void>
  /** Of the newest block. */
  seconds: number
  /** Grows when the chain has locked what was ahead. */
  stakeMoves: number
}

/** One place. */
export type Actor = {
  readonly room: Room
  kept: KeptPlace
  readonly running: Map<PlaceWork, { readonly stop: AbortController; readonly ended: Promise<void> }>
  readonly attempts: Map<PlaceWork, number>
  /** What is told waits for what was told before. */
  chain: Promise<void>
  looks: 'none' | 'running' | 'again'
  /** So many looks at the chain have begun, and which of them has told last: what an earlier one saw is old. */
  readonly sights: { begun: number; told: number }
}

const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 15_000
const LOOK_PAUSE_MS = 500

/** Puts a place into the room. Nothing is under way yet. */
export function openActor(room: Room, kept: KeptPlace): Actor {
  const actor: Actor = {
    room,
    kept,
    running: new Map(),
    attempts: new Map(),
    chain: Promise.resolve(),
    looks: 'none',
    sights: { begun: 0, told: 0 },
  }
  room.actors.set(kept.known.place.taskId, actor)
  return actor
}

/** A place as it is offered, before it is stored. */
export function newPlace(place: KnownPlace['place'], at: string): KeptPlace {
  const known = openPlace(place)
  return { known, report: reportOf(known, at), isOpen: true, isHeard: false }
}

/**
 * Says that something happened.
 *
 * @returns when it is stored
 * @throws when it cannot be stored; then nothing has changed
 */
export async function tellActor(actor: Actor, event: PlaceEvent): Promise<void> {
  const told = actor.chain.then(async () => takeStep(actor, event))
  // A place of which nothing can be stored stops where it is: it must not act on what it would forget.
  actor.chain = told.catch((error: unknown) => {
    actor.room.options.log.error({ task: taskOf(actor) }, `A step could not be stored: ${sayWhy(error)}`)
  })
  return told
}

/** As `tellActor`, for who cannot do anything about a disk that is full: the same is found again later. */
export async function tellSafely(actor: Actor, event: PlaceEvent): Promise<void> {
  await tellActor(actor, event).catch(() => undefined)
}

async function takeStep(actor: Actor, event: PlaceEvent): Promise<void> {
  const { room, kept: before } = actor
  const { known } = step(before.known, event)
  const isOpen = !isSettled(known, room.seconds) || worksOf(known).length > 0
  if (!isSame(known, before.known)) await keepStep(actor, known, isOpen)
  else if (before.isOpen && !isOpen) await keep(actor, { ...before, isOpen })
  reconcile(actor)
  forgetIfDone(actor)
}

async function keepStep(actor: Actor, known: KnownPlace, isOpen: boolean): Promise<void> {
  const { room, kept: before } = actor
  const report = reportOf(known, new Date(room.options.now()).toISOString())
  const isNews = sayWords(report) !== sayWords(before.report)
  await keep(actor, isNews ? { known, report, isHeard: false, isOpen } : { ...before, known, isOpen })
  if (stakeAhead(known) < stakeAhead(before.known)) room.stakeMoves += 1
  if (!isNews) return
  tellLog(room.options.log, known)
  room.options.report(report)
}

/** What would be stored says whether anything is new. */
function isSame(one: KnownPlace, other: KnownPlace): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other)
}

async function keep(actor: Actor, kept: KeptPlace): Promise<void> {
  await actor.room.options.store.keep(kept)
  actor.kept = kept
  for (const wake of actor.room.watchers) wake()
}

/** Stops what should not be under way, and begins what should. */
export function reconcile(actor: Actor): void {
  const { room, running, attempts, kept } = actor
  const wanted = room.closing.signal.aborted ? [] : worksOf(kept.known)
  for (const [work, { stop }] of running) if (!wanted.includes(work)) stop.abort()
  for (const work of attempts.keys()) if (!wanted.includes(work)) attempts.delete(work)
  for (const work of wanted) if (!running.has(work)) begin(actor, work)
}

function begin(actor: Actor, work: PlaceWork): void {
  const stop = new AbortController()
  const attempt = actor.attempts.get(work) ?? 0
  actor.attempts.set(work, attempt + 1)
  actor.running.set(work, { stop, ended: carryOut(actor, work, { attempt, signal: stop.signal }) })
}

async function carryOut(
  actor: Actor,
  work: PlaceWork,
  { attempt, signal }: { readonly attempt: number; readonly signal: AbortSignal },
): Promise<void> {
  if (attempt > 0) await pause(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1)), signal)
  const events = signal.aborted ? [] : await doWork(actor, work, signal)
  // What a work found before it was stopped still holds: a vote, a receipt, an identifier.
  for (const event of events) await tellSafely(actor, event)
  actor.running.delete(work)
  reconcile(actor)
  forgetIfDone(actor)
}

async function doWork(actor: Actor, work: PlaceWork, signal: AbortSignal): Promise<readonly PlaceEvent[]> {
  const { works, log } = actor.room.options
  try {
    return await works[work](actor.kept.known, {
      signal,
      tell: async (event) => tellSafely(actor, event),
      look: async () => lookOnce(actor),
    })
  } catch (error) {
    if (!signal.aborted) {
      log.warn({ task: taskOf(actor), work }, `${WORK_WORDS[work]} is tried again: ${sayWhy(error)}`)
    }
    return []
  }
}

const WORK_WORDS: Readonly<Record<PlaceWork, string>> = {
  verify: 'Looking at an offer',
  compute: 'Computing',
  contribute: 'Voting',
  finalize: 'Finishing',
  reveal: 'Revealing',
  upload: 'Bringing the result',
}

/** What is seen is told in the order in which looks began: what came of a task in between must not be taken back. */
async function lookOnce(actor: Actor): Promise<TaskSight> {
  const { room, sights, kept } = actor
  sights.begun += 1
  const look = sights.begun
  const sight = await room.options.look(kept.known.place)
  if (look > sights.told) {
    sights.told = look
    await tellSafely(actor, { type: 'seen', sight })
  }
  return sight
}

/** Looks at the chain. Who asks while somebody looks has the next look: the first one may have been too early. */
export async function lookAgain(actor: Actor): Promise<void> {
  const { options, closing } = actor.room
  if (actor.looks !== 'none') {
    actor.looks = 'again'
    return
  }
  const isWanted = (): boolean => actor.looks === 'again' && !closing.signal.aborted
  do {
    actor.looks = 'running'
    try {
      await lookOnce(actor)
    } catch (error) {
      options.log.debug({ task: taskOf(actor) }, `The chain does not tell of the task: ${sayWhy(error)}`)
      await pause(LOOK_PAUSE_MS, closing.signal)
      actor.looks = 'again'
    }
  } while (isWanted())
  actor.looks = 'none'
  forgetIfDone(actor)
}

/** The scheduler has stored what was reported. */
export async function noteHeard(actor: Actor, report: PlaceReport): Promise<void> {
  // Behind what is being stored, which would say that nobody has heard.
  await actor.chain
  if (sayWords(actor.kept.report) === sayWords(report)) actor.kept = { ...actor.kept, isHeard: true }
  // Of an open place, the next process tells the scheduler anyway.
  if (!actor.kept.isOpen) await actor.room.options.store.hear(report)
  forgetIfDone(actor)
  for (const wake of actor.room.watchers) wake()
}

function forgetIfDone(actor: Actor): void {
  const { room, running, kept, looks } = actor
  // Who is just looking at the chain may find that it is not done any more.
  if (kept.isOpen || !kept.isHeard || running.size > 0 || looks !== 'none') return
  if (room.actors.get(taskOf(actor)) !== actor) return
  room.actors.delete(taskOf(actor))
  // A result that was paid for is kept a while.
  if (kept.known.at !== 'done') room.options.discard(taskOf(actor))
}

/** A report without its moment. */
function sayWords(report: PlaceReport): string {
  return JSON.stringify({ ...report, at: '' })
}

function taskOf({ kept }: Actor): Hex {
  return kept.known.place.taskId
}

function tellLog(log: Logger, known: KnownPlace): void {
  const { place, at, ending, vote } = known
  const words = hasEnded(known) ? ending?.message : at === 'computed' ? vote?.message : undefined
  const facts = { task: place.taskId, state: at, ...(ending?.cause === undefined ? {} : { cause: ending.cause }) }
  log.info(facts, words ?? `The task is ${at}.`)
}
