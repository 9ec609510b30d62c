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
  if (isEnough(planned, needed, task, hands.length)) {
    return { path, commands: takeBack({ task, hands, planned, needed }), wakeAt, isWaiting: false }
  }
  const more = callWorkers({ task, scene, requirement: deal.requirement, path, planned, needed })
  return { path, commands: more.commands, wakeAt: Math.min(wakeAt, more.wakeAt), isWaiting: !more.isComplete }
}

/** In one transaction, when one worker is enough and nobody voted before: the hub refuses it otherwise. */
function pathOf({ deal, votes, places }: TaskSnapshot): VotePath {
  if (deal.trust > 1n || votes.length > 0) return 'commit'
  // Who was told one way must not meet others who were told the other.
  return places.find((place) => !hasEnded(place))?.path ?? 'finalize'
}

/** One place at least is needed, also for a trust that no vote at all would satisfy. */
function isEnough(planned: bigint, needed: bigint, { votes }: TaskSnapshot, hands: number): boolean {
  return planned >= needed && hands + votes.filter(({ status }) => status !== 'rejected').length > 0
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
}): readonly Command[] {
  const { task, hands, needed } = surplus
  let { planned } = surplus
  let left = hands.length + task.votes.length
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

type Called = { readonly commands: readonly OfferCommand[]; readonly wakeAt: number; readonly isComplete: boolean }

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
    const place = last.get(worker.address)
    return place === undefined || (askAgainAt(place, patience) ?? Infinity) <= now.ms
  }
  const able = roster.fit(requirement).filter(isAble)
  const reach = able.reduce((weight, worker) => (weight >= needed ? weight : weight * worker.weight), planned)
  if (reach < needed || able.length === 0) return { commands: [], wakeAt, isComplete: false }
  const commands: OfferCommand[] = []
  let weight = planned
  const until = Math.floor(now.chain + placeMs(task, patience) / 1_000)
  const wantedUntil = Math.min(task.deal.contributionDeadline, until)
  for (const worker of able) {
    if (weight >= needed && commands.length > 0) break
    if (task.votes.length + commands.length >= MOST_VOTERS) break
    if (!roster.isFree(worker)) continue
    roster.take(worker)
    weight *= worker.weight
    const attempt = (last.get(worker.address)?.attempt ?? 0) + 1
    const { address } = worker
    const key = `offer:${task.id}:${address}:${attempt}`
    commands.push({ do: 'offer', key, task: task.id, worker: address, path, attempt, wantedUntil })
  }
  return { commands, wakeAt, isComplete: commands.length > 0 && weight >= needed }
}

function lastPlaces({ places }: TaskSnapshot): ReadonlyMap<string, PlaceSnapshot> {
  const last = new Map<string, PlaceSnapshot>()
  for (const place of places) {
    if ((last.get(place.worker)?.attempt ?? 0) < place.attempt) last.set(place.worker, place)
  }
  return last
}
