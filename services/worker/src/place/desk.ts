// All places of a worker.
import type { Place, PlaceReport } from '@iexec/wire/work'
import { sayWhy } from '@iexec/service'
import type { Hex } from 'viem'
import type { KeptPlace } from '../store/store.ts'
import {
  lookAgain,
  newPlace,
  noteHeard,
  openActor,
  reconcile,
  tellActor,
  tellSafely,
  type Actor,
  type DeskOptions,
  type Room,
} from './actor.ts'
import { gasAhead, hasEnded, isComputing, stakeAhead, type KnownPlace, type RunNeeds } from './state.ts'
import { worksOf, type PlaceEvent } from './step.ts'

/** The places of a worker. */
export type Desk = {
  /** Takes up everything that an earlier life of this process has left. */
  readonly resume: () => Promise<void>
  /** A scheduler offers a place; returns when it is stored. */
  readonly offer: (place: Place) => Promise<void>
  /** Something happened to a place, if there is such a place; returns when it is stored. */
  readonly tell: (taskId: Hex, event: PlaceEvent) => Promise<void>
  /** There may be news of these tasks on the chain; of all of them when left out. */
  readonly lookAt: (taskIds?: ReadonlySet<string>) => void
  /** The newest block is of this second. */
  readonly pass: (seconds: number) => void
  /** Those of which the chain or the scheduler can have news. */
  readonly list: () => readonly KnownPlace[]
  /** What the scheduler should hear at the beginning of a connection. */
  readonly listReports: () => readonly PlaceReport[]
  /** The scheduler has stored a report. */
  readonly hear: (report: PlaceReport) => Promise<void>
  /** Places that compute, but for one. */
  readonly countBusy: (but: Hex) => number
  /** Stake that the places will need and the chain has not locked yet, but for one; in nRLC. */
  readonly sumStakeAhead: (but: Hex) => bigint
  /** What places that compute may take of the machine, but for one. */
  readonly sumNeeds: (but: Hex) => RunNeeds
  /** Gas of the transactions that the places still have to send, but for one. */
  readonly sumGasAhead: (but: Hex) => bigint
  /** Grows when the chain has locked what was ahead. */
  readonly countStakeMoves: () => number
  /** Returns when no place computes, waits for its reveal, or brings its result; or when the signal aborts. */
  readonly whenIdle: (signal: AbortSignal) => Promise<void>
  /** Returns when the scheduler has stored the newest report of each place, or when the signal aborts. */
  readonly whenHeard: (signal: AbortSignal) => Promise<void>
  /** Stops everything that is under way, and returns when it has stopped. */
  readonly close: () => Promise<void>
}

/**
 * Opens the places of a worker.
 *
 * @example
 * const desk = createDesk({ store, works, look, report, log, now: Date.now })
 * await desk.resume()
 */
export function createDesk(options: DeskOptions): Desk {
  const room: Room = {
    options,
    actors: new Map(),
    closing: new AbortController(),
    watchers: new Set(),
    seconds: 0,
    stakeMoves: 0,
  }
  const others = (but: Hex): readonly KnownPlace[] => listKnown(room).filter(({ place }) => place.taskId !== but)
  return {
    resume: async () => resume(room),
    offer: async (place) => offer(room, place),
    tell: async (taskId, event) => {
      const actor = await findActor(room, taskId)
      if (actor !== undefined) await tellActor(actor, event)
    },
    lookAt: (taskIds) => {
      for (const [taskId, actor] of room.actors) {
        if (taskIds === undefined || taskIds.has(taskId)) void lookAgain(actor)
      }
      if (taskIds === undefined) void lookAtFinished(room)
    },
    pass: (seconds) => {
      room.seconds = seconds
      for (const actor of room.actors.values()) void tellSafely(actor, { type: 'passed', now: seconds })
    },
    list: () => listKnown(room),
    listReports: () => [...room.actors.values()].map(({ kept }) => kept.report),
    hear: async (report) => {
      const actor = room.actors.get(report.taskId)
      await (actor === undefined ? options.store.hear(report) : noteHeard(actor, report))
    },
    countBusy: (but) => others(but).filter(isBusy).length,
    sumStakeAhead: (but) => others(but).reduce((sum, known) => sum + stakeAhead(known), 0n),
    sumNeeds: (but) => others(but).filter(isBusy).reduce(addNeeds, NO_NEEDS),
    sumGasAhead: (but) => others(but).reduce((sum, known) => sum + gasAhead(known), 0n),
    countStakeMoves: () => room.stakeMoves,
    whenIdle: async (signal) => whenAll(room, ({ known }) => isAtRest(known), signal),
    whenHeard: async (signal) => whenAll(room, ({ isHeard }) => isHeard, signal),
    close: async () => close(room),
  }
}

async function resume(room: Room): Promise<void> {
  for (const kept of await room.options.store.listOpen()) void takeUp(openActor(room, kept))
}

/** So many places that are done can come back with blocks that are gone. */
const MOST_FINISHED = 200

/** Nobody watches a place that is done. When blocks are gone, its end may be gone, too. */
async function lookAtFinished(room: Room): Promise<void> {
  const { store, log } = room.options
  try {
    for (const kept of await store.listLatest(MOST_FINISHED)) {
      const { at, place } = kept.known
      if (at === 'done' && !room.actors.has(place.taskId)) void lookAgain(openActor(room, kept))
    }
  } catch (error) {
    log.error(`Places that were done could not be looked at: ${sayWhy(error)}`)
  }
}

/** The chain is looked at first: what is under way depends on it. */
async function takeUp(actor: Actor): Promise<void> {
  await lookAgain(actor)
  reconcile(actor)
}

/** A scheduler that offers without end fills neither memory nor disk. */
const MOST_PLACES = 10_000

async function offer(room: Room, place: Place): Promise<void> {
  const { store, now, report } = room.options
  const known = await findActor(room, place.taskId)
  if (known === undefined) {
    if (room.actors.size >= MOST_PLACES) throw new Error(`This worker has ${MOST_PLACES} places already.`)
    const kept = newPlace(place, new Date(now()).toISOString())
    await store.keep(kept)
    await tellActor(openActor(room, kept), { type: 'offered', place })
    return
  }
  await tellActor(known, { type: 'offered', place })
  // Whoever offers again has not heard.
  report(known.kept.report)
  void lookAgain(known)
}

/** A place that is done is not in the room any more, but it is not forgotten. */
async function findActor(room: Room, taskId: Hex): Promise<Actor | undefined> {
  const kept = room.actors.has(taskId) ? undefined : await room.options.store.find(taskId)
  return room.actors.get(taskId) ?? (kept === undefined ? undefined : openActor(room, kept))
}

async function whenAll(
  { actors, watchers }: Room,
  isRight: (kept: KeptPlace) => boolean,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted && ![...actors.values()].every(({ kept }) => isRight(kept))) {
    const { promise, resolve } = Promise.withResolvers<void>()
    const wake = (): void => {
      resolve()
    }
    watchers.add(wake)
    signal.addEventListener('abort', wake, { once: true })
    await promise
    watchers.delete(wake)
    signal.removeEventListener('abort', wake)
  }
}

async function close({ actors, closing }: Room): Promise<void> {
  closing.abort()
  const running = [...actors.values()].flatMap((actor) => [...actor.running.values()])
  for (const { stop } of running) stop.abort()
  await Promise.all(running.map(async ({ ended }) => ended))
  await Promise.all([...actors.values()].map(async ({ chain }) => chain))
}

function listKnown({ actors }: Room): readonly KnownPlace[] {
  return [...actors.values()].map(({ kept }) => kept.known)
}

/** An offer that is not looked at yet takes no place: it may be refused. */
function isBusy(known: KnownPlace): boolean {
  return isComputing(known) && known.at !== 'offered'
}

const NO_NEEDS: RunNeeds = { memoryBytes: 0, diskBytes: 0 }

function addNeeds(sum: RunNeeds, { terms }: Pick<KnownPlace, 'terms'>): RunNeeds {
  const { memoryBytes, diskBytes } = terms?.needs ?? NO_NEEDS
  return { memoryBytes: sum.memoryBytes + memoryBytes, diskBytes: sum.diskBytes + diskBytes }
}

/** Whether nothing is lost when the process ends here: no stake waits for a reveal, no result for a storage. */
function isAtRest(known: KnownPlace): boolean {
  return (known.at === 'revealed' || hasEnded(known)) && worksOf(known).length === 0
}
