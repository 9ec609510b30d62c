// A pool in miniature for tests of deciding: a task's chain by the rules of the protocol, and workers who do as they are told, or not.
import { contributeVote, hasConsensus, NO_VOTES, workerWeight, type Votes } from '@iexec/protocol'
import type { PlaceCause, PlaceState } from '@iexec/wire/work'
import { keccak256, toHex, type Address, type Hex } from 'viem'
import type { Command } from './command.ts'
import { decide, type Decision } from './decide.ts'
import {
  PATIENCE,
  type ConsensusSnapshot,
  type DealSnapshot,
  type Now,
  type PlaceSnapshot,
  type Requirement,
  type SentSnapshot,
  type Snapshot,
  type TaskSnapshot,
  type WorkerSnapshot,
  type VoteSnapshot,
} from './snapshot.ts'

/** Any content identifier. */
export const CID = 'QmW2WQi7j6c7UgJTarActp7tDNikE4B2qXtFCfLPdsgaTQ'

/** What any worker of these tests can do. */
export const REQUIREMENT: Requirement = {
  engine: 'WASM',
  checksum: `0x${'c5'.repeat(32)}`,
  cpus: 1,
  memoryBytes: 1,
  gpu: false,
  network: false,
}

/** The address of the nth worker. */
export function addressOf(n: number): Address {
  return toHex(n + 1, { size: 20 })
}

/** A worker who is there, new and idle. */
export function workerOf(n: number, fields: Partial<WorkerSnapshot> = {}): WorkerSnapshot {
  const profile = {
    engines: ['DOCKER', 'WASM'] as const,
    cpus: 4,
    memoryBytes: 2 ** 33,
    gpu: false,
    network: false,
    cached: [],
  }
  return {
    address: addressOf(n),
    weight: 2n,
    profile,
    stake: undefined,
    free: 1,
    goneAt: undefined,
    blame: 0,
    ...fields,
  }
}

/** A deal that begins at second 0 with a category of 300 s. */
export function dealOf(fields: Partial<DealSnapshot> = {}): DealSnapshot {
  return {
    id: `0x${'dd'.repeat(32)}`,
    trust: 1n,
    timeref: 300,
    contributionDeadline: 2_100,
    finalDeadline: 3_000,
    callback: undefined,
    requirement: REQUIREMENT,
    workerStake: 0n,
    expectedMs: undefined,
    ...fields,
  }
}

/** A task that nobody began. */
export function taskOf(n: number, fields: Partial<TaskSnapshot> = {}): TaskSnapshot {
  const id = toHex(n + 1, { size: 32 })
  return {
    id,
    deal: dealOf(),
    status: 'unset',
    consensus: undefined,
    votes: [],
    places: [],
    sent: new Map(),
    ...fields,
  }
}

/** A place that was just given. */
export function placeOf(n: number, fields: Partial<PlaceSnapshot> = {}): PlaceSnapshot {
  return {
    worker: addressOf(n),
    attempt: 1,
    path: 'commit',
    state: 'offered',
    cause: undefined,
    offeredAt: 0,
    heardAt: undefined,
    endedAt: undefined,
    isWithdrawn: false,
    cid: undefined,
    callbackData: undefined,
    deliverAt: undefined,
    ...fields,
  }
}

/** A moment; the chain's clock runs with the other. */
export function at(seconds: number): Now {
  return { chain: seconds, ms: seconds * 1_000 }
}

/** Decides on these alone. */
export function decideOn(snapshot: Partial<Snapshot>, now: Now): Decision {
  return decide({ tasks: [], workers: [], patience: PATIENCE, ...snapshot }, now)
}

/** A task of the model, with the chain's own view of its votes. */
type ModelTask = TaskSnapshot & { readonly ballots: Votes }

/** A pool that changes by commands and by what workers and the chain do. */
export type World = {
  tasks: readonly ModelTask[]
  workers: readonly WorkerSnapshot[]
  now: number
  /** Every command that was ever carried out. */
  said: readonly Command[]
}

/** A world with these tasks and workers. */
export function openWorld(tasks: readonly TaskSnapshot[], workers: readonly WorkerSnapshot[]): World {
  return { tasks: tasks.map((task) => ({ ...task, ballots: NO_VOTES })), workers, now: 0, said: [] }
}

/** Decides, carries out, and says what was new. */
export function turn(world: World): readonly Command[] {
  const { commands } = decideOn({ tasks: world.tasks, workers: freeWorkers(world) }, at(world.now))
  for (const command of commands) obey(world, command)
  world.said = [...world.said, ...commands]
  return commands
}

const OCCUPYING: readonly PlaceState[] = ['offered', 'accepted', 'fetching', 'running']

/** The workers with the places that they have left. */
function freeWorkers({ tasks, workers }: World): readonly WorkerSnapshot[] {
  return workers.map((worker) => {
    const busy = tasks
      .flatMap(({ places }) => places)
      .filter(
        (place) => place.worker === worker.address && !place.isWithdrawn && OCCUPYING.includes(place.state),
      ).length
    return { ...worker, free: worker.goneAt === undefined ? Math.max(0, worker.free - busy) : 0 }
  })
}

function obey(world: World, command: Command): void {
  changeTask(world, command.task, (task) => {
    if (command.do === 'offer') {
      const { worker, attempt, path } = command
      const place: PlaceSnapshot = { ...placeOf(0), worker, attempt, path, offeredAt: world.now * 1_000 }
      return { ...task, places: [...task.places.filter((other) => other.worker !== worker), place] }
    }
    if (command.do === 'withdraw')
      return changePlace(task, command.worker, { isWithdrawn: true, endedAt: world.now * 1_000 })
    if (command.do === 'deliver') return changePlace(task, command.worker, { deliverAt: world.now * 1_000 })
    return { ...task, sent: new Map<string, SentSnapshot>([...task.sent, [command.key, { state: 'open' }]]) }
  })
}

function changeTask(world: World, id: Hex, change: (task: ModelTask) => ModelTask): void {
  world.tasks = world.tasks.map((task) => (task.id === id ? change(task) : task))
}

function changePlace(task: ModelTask, worker: Address, change: Partial<PlaceSnapshot>): ModelTask {
  return { ...task, places: task.places.map((place) => (place.worker === worker ? { ...place, ...change } : place)) }
}

/** The block that follows: whatever was sent is mined, if the hub's rules let it. */
export function mine(world: World): void {
  world.tasks = world.tasks.map((task) => {
    let { status, consensus, votes } = task
    for (const [key, { state }] of task.sent) {
      if (state !== 'open') continue
      if (key.startsWith('initialize') && status === 'unset') status = 'active'
      if (key.startsWith('finalize') && status === 'revealing' && isReady(consensus, world.now)) status = 'completed'
      if (key.startsWith('claim') && world.now >= task.deal.finalDeadline)
        status = status === 'completed' ? status : 'failed'
      if (key.startsWith('reopen') && status === 'revealing' && key.endsWith(`:${consensus?.revealDeadline}`)) {
        votes = votes.map((vote) => (vote.hash === consensus?.value ? { ...vote, status: 'rejected' as const } : vote))
        status = 'active'
        consensus = undefined
      }
    }
    return { ...task, status, consensus, votes }
  })
}

function isReady(consensus: ConsensusSnapshot | undefined, now: number): boolean {
  if (consensus === undefined) return false
  return consensus.reveals === consensus.winners || (consensus.reveals > 0 && now >= consensus.revealDeadline)
}

/** Something that a worker does with a place, if the chain lets it. */
export function act(world: World, [id, worker]: readonly [task: Hex, worker: Address], deed: Deed): void {
  changeTask(world, id, (task) => {
    const place = task.places.find((one) => one.worker === worker)
    if (place === undefined) return task
    const ms = world.now * 1_000
    const heardAt = place.heardAt ?? ms
    switch (deed.do) {
      case 'ack':
        return changePlace(task, worker, { heardAt })
      case 'report':
        return changePlace(task, worker, { state: deed.state, heardAt })
      case 'end':
        return changePlace(task, worker, { state: 'refused', cause: deed.cause, heardAt, endedAt: ms })
      case 'vote':
        return castVote(task, { world, worker, hash: keccak256(toHex(deed.result)) })
      case 'reveal':
        return reveal(task, worker, world.now)
    }
  })
}

/** What a worker may do. */
export type Deed =
  | { readonly do: 'ack' }
  | { readonly do: 'report'; readonly state: PlaceState }
  | { readonly do: 'end'; readonly cause: PlaceCause }
  | { readonly do: 'vote'; readonly result: string }
  | { readonly do: 'reveal' }

function castVote(
  task: ModelTask,
  { world, worker, hash }: { readonly world: World; readonly worker: Address; readonly hash: Hex },
): ModelTask {
  const canVote = task.status === 'active' && world.now < task.deal.contributionDeadline
  if (!canVote || task.votes.some((vote) => vote.worker === worker)) return task
  const weight = world.workers.find(({ address }) => address === worker)?.weight ?? 2n
  // The inverse of the weight: any score that has it.
  const { votes: ballots, group } = contributeVote(task.ballots, { resultHash: hash, score: (weight + 1n) * 3n })
  if (workerWeight((weight + 1n) * 3n) !== weight) throw new Error(`There is no score of weight ${weight}.`)
  const votes = [...task.votes, { worker, hash, status: 'contributed' as const, weight }]
  const voted = { ...changePlace(task, worker, { state: 'contributed' }), votes, ballots }
  if (!hasConsensus(group, ballots.total, task.deal.trust)) return voted
  const winners = votes.filter((vote) => vote.hash === hash && vote.status === 'contributed').length
  const revealDeadline = world.now + 2 * task.deal.timeref
  const consensus = { value: hash, winners, reveals: 0, revealDeadline, digest: undefined, revealedAt: undefined }
  return { ...voted, status: 'revealing', consensus }
}

function reveal(task: ModelTask, worker: Address, now: number): ModelTask {
  const { consensus } = task
  const vote = task.votes.find((one) => one.worker === worker)
  if (task.status !== 'revealing' || consensus === undefined || now >= consensus.revealDeadline) return task
  if (vote?.status !== 'contributed' || vote.hash !== consensus.value) return task
  const votes = task.votes.map((one) => (one === vote ? { ...one, status: 'proved' as const } : one))
  const reveals = consensus.reveals + 1
  const revealedAt = reveals === consensus.winners ? now * 1_000 : undefined
  return { ...changePlace({ ...task, votes }, worker, { cid: CID }), consensus: { ...consensus, reveals, revealedAt } }
}

/** What is done, without whom it is done to. */
export function kinds(commands: readonly Command[]): readonly string[] {
  return commands.map((command) => command.do)
}

/** What is voted for. */
const VOTED: Hex = `0x${'aa'.repeat(32)}`

/** A vote of a worker. */
export function voteOf(n: number, fields: Partial<VoteSnapshot> = {}): VoteSnapshot {
  return { worker: addressOf(n), hash: VOTED, status: 'contributed', weight: 2n, ...fields }
}

/** What two workers agreed on, and nobody revealed. */
export function consensusOf(fields: Partial<ConsensusSnapshot> = {}): ConsensusSnapshot {
  return {
    value: VOTED,
    winners: 2,
    reveals: 0,
    revealDeadline: 700,
    digest: undefined,
    revealedAt: undefined,
    ...fields,
  }
}

/** So many workers that are alike. */
export function some(count: number): readonly WorkerSnapshot[] {
  return Array.from({ length: count }, (_, n) => workerOf(n))
}
