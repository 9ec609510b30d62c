// Which workers compute a task: exactly as many as its consensus takes, and substitutes for those who went silent.
import type { VotePath } from '@iexec/wire/work'
import type { Command, OfferCommand } from './command.ts'
import { atChain, type Scene, type TaskDecision } from './scene.ts'
import { askAgainAt, countedUntil, hasBegun, hasEnded, placeMs } from './places.ts'
import { raceOf } from './quorum.ts'
import type { PlaceSnapshot, Requirement, TaskSnapshot, WorkerSnapshot } from './snapshot.ts'

/** A task takes no more workers than this: the hub's limit. */
const MOST_VOTERS = 255

/** What is planned, and by which path the votes come. */
export type Plan = TaskDecision & { readonly path: VotePath }

/** A place that counts, with the weight of its worker. */
type Hand = { readonly place: PlaceSnapshot; readonly weight: bigint; readonly until: number }

/**
 * Plans the places of a task that takes votes.
 *
 * @example
 * planPlaces(task, scene).commands // offers to as many workers as the trust takes
 */
export function planPlaces(task: TaskSnapshot, scene: Scene): Plan {
  const path = pathOf(task)
  const { deal, votes } = task
  const isTooLate = scene.now.chain >= deal.contributionDeadline
  if (deal.requirement === undefined || isTooLate) return { path, commands: [], wakeAt: Infinity, isWaiting: false }
  const { best, needed } = raceOf(deal.trust, votes)
  const hands = countHands(task, scene)
  const planned = hands.reduce((weight, hand) => weight * hand.weight, best)
  const wakeAt = Math.min(atChain(deal.contributionDeadline, scene.now), ...hands.map(({ until }) => until))
  if (planned >= needed && hasVoter(task, hands.length)) {
    return { path, commands: takeBack({ task, hands, planned, needed, others: 0 }), wakeAt, isWaiting: false }
  }
  const more = callWorkers({ task, scene, requirement: deal.requirement, path, planned, needed })
  // A heavier voice may make a lighter one superfluous.
  const back = more.isComplete
    ? takeBack({ task, hands, planned: more.planned, needed, others: more.commands.length })
    : []
  return {
    path,
    commands: [...back, ...more.commands],
    wakeAt: Math.min(wakeAt, more.wakeAt),
    isWaiting: !more.isComplete,
  }
}

/** In one transaction, when one worker is enough and nobody voted before: the hub refuses it otherwise. */
function pathOf({ deal, votes, places }: TaskSnapshot): VotePath {
  if (deal.trust > 1n || votes.length > 0) return 'commit'
  // Who was told one way must not meet others who were told the other.
  return places.find((place) => !hasEnded(place))?.path ?? 'finalize'
}

/** One place at least is needed, also for a trust that no vote at all would satisfy. */
function hasVoter({ votes }: TaskSnapshot, hands: number): boolean {
  return hands + votes.filter(({ status }) => status !== 'rejected').length > 0
}

function countHands(task: TaskSnapshot, { roster, patience, now }: Scene): readonly Hand[] {
  const voters = new Set<string>(task.votes.map(({ worker }) => worker))
  return task.places.flatMap((place) => {
    if (voters.has(place.worker)) return []
    const worker = roster.find(place.worker)
    const until = countedUntil(place, task, { worker, patience })
    return until > now.ms ? [{ place, until, weight: worker?.weight ?? 2n }] : []
  })
}

/** Places without which there are still enough, and whose work has not begun: those who began last. */
function takeBack(surplus: {
  readonly task: TaskSnapshot
  readonly hands: readonly Hand[]
  readonly planned: bigint
  readonly needed: bigint
  /** Places that are given just now. */
  readonly others: number
}): readonly Command[] {
  const { task, hands, needed, others } = surplus
  let { planned } = surplus
  let left = hands.length + task.votes.length + others
  const commands: Command[] = []
  const youngestFirst = hands.toSorted((one, other) => other.place.offeredAt - one.place.offeredAt)
  for (const { place, weight } of youngestFirst) {
    if (hasBegun(place) || planned / weight < needed || left <= 1) continue
    planned /= weight
    left -= 1
    const { worker, attempt } = place
    const key = `withdraw:${task.id}:${worker}:${attempt}`
    commands.push({ do: 'withdraw', key, task: task.id, worker, message: 'Others do it already.' })
  }
  return commands
}

type Call = {
  readonly task: TaskSnapshot
  readonly scene: Scene
  readonly requirement: Requirement
  readonly path: VotePath
  readonly planned: bigint
  readonly needed: bigint
}

type Called = {
  readonly commands: readonly OfferCommand[]
  readonly wakeAt: number
  readonly isComplete: boolean
  /** Weight with those who are called. */
  readonly planned: bigint
}

/**
 * Gives places to free workers until there are enough. Nobody begins what the whole pool, its busy members included, could not
 * finish: stakes would be locked for nothing.
 */
function callWorkers({ task, scene, requirement, path, planned, needed }: Call): Called {
  const { roster, patience, now } = scene
  const last = lastPlaces(task)
  const voters = new Set<string>(task.votes.map(({ worker }) => worker))
  const rests = [...last.values()].flatMap((place) => askAgainAt(place, patience) ?? [])
  const wakeAt = Math.min(Infinity, ...rests.filter((at) => at > now.ms))
  const isAble = (worker: WorkerSnapshot): boolean => {
    if (voters.has(worker.address)) return false
    // Whoever votes and finalizes in one locks nothing.
    if (path === 'commit' && worker.stake !== undefined && worker.stake < task.deal.workerStake) return false
    const place = last.get(worker.address)
    return place === undefined || (askAgainAt(place, patience) ?? Infinity) <= now.ms
  }
  const able = roster.fit(requirement).filter(isAble)
  const reach = able.reduce((weight, worker) => (weight >= needed ? weight : weight * worker.weight), planned)
  if (reach < needed || able.length === 0) return { commands: [], wakeAt, isComplete: false, planned }
  const chosen = choose(able.filter(roster.isFree), { planned, needed, most: MOST_VOTERS - task.votes.length })
  const until = Math.floor(now.chain + placeMs(task, patience) / 1_000)
  const wantedUntil = Math.min(task.deal.contributionDeadline, until)
  const commands = chosen.map((worker): OfferCommand => {
    roster.take(worker)
    const attempt = (last.get(worker.address)?.attempt ?? 0) + 1
    const { address } = worker
    const key = `offer:${task.id}:${address}:${attempt}`
    return { do: 'offer', key, task: task.id, worker: address, path, attempt, wantedUntil }
  })
  const all = chosen.reduce((weight, worker) => weight * worker.weight, planned)
  return { commands, wakeAt, isComplete: commands.length > 0 && all >= needed, planned: all }
}

/** The first ones who are enough together, without those who turn out to be superfluous; all of them when they are not enough. */
function choose(
  able: readonly WorkerSnapshot[],
  { planned, needed, most }: { readonly planned: bigint; readonly needed: bigint; readonly most: number },
): readonly WorkerSnapshot[] {
  let weight = planned
  const chosen: WorkerSnapshot[] = []
  for (const worker of able) {
    if ((weight >= needed && chosen.length > 0) || chosen.length >= most) break
    chosen.push(worker)
    weight *= worker.weight
  }
  return chosen.filter((worker, _, all) => {
    if (all.length === 1 || weight / worker.weight < needed) return true
    weight /= worker.weight
    return false
  })
}

function lastPlaces({ places }: TaskSnapshot): ReadonlyMap<string, PlaceSnapshot> {
  const last = new Map<string, PlaceSnapshot>()
  for (const place of places) {
    if ((last.get(place.worker)?.attempt ?? 0) < place.attempt) last.set(place.worker, place)
  }
  return last
}
