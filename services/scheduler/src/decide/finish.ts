// The end of a task: where its result is, and publishing that as soon as the reveals allow it.
import { isCid } from '@iexec/protocol'
import { keccak256, type Hex } from 'viem'
import type { Command, FinalizeCommand } from './command.ts'
import { NOTHING, atChain, type Scene, type TaskDecision } from './scene.ts'
import type { ConsensusSnapshot, Now, Patience, PlaceSnapshot, TaskSnapshot } from './snapshot.ts'
import { isDue, restsUntil } from './steps.ts'

/**
 * Finalizes a task when all winners revealed, or some did and the time of the others is over. Never without its result: then the
 * requester rather gets his money back.
 */
export function finishTask(task: TaskSnapshot, scene: Scene): TaskDecision {
  const { consensus } = task
  const { now } = scene
  if (consensus === undefined || consensus.reveals === 0) return NOTHING
  const isComplete = consensus.reveals === consensus.winners
  if (!isComplete && now.chain < consensus.revealDeadline) {
    return { ...NOTHING, wakeAt: atChain(consensus.revealDeadline, now) }
  }
  const winners = winnersOf(task, consensus)
  const delivery = findDelivery(task, { winners, consensus, scene })
  if (delivery.found === undefined) return askForResult(task, { winners, wakeAt: delivery.wakeAt, scene, consensus })
  const key = `finalize:${task.id}`
  const before = task.sent.get(key)
  if (!isDue(before, now)) return { ...NOTHING, wakeAt: restsUntil(before) }
  const command: FinalizeCommand = { do: 'finalize', key, task: task.id, ...delivery.found }
  return { ...NOTHING, commands: [command] }
}

/** Since when nobody is waited for who has to reveal: all did, or the time of the others is over. In milliseconds. */
function endOfReveals({ revealedAt, revealDeadline }: ConsensusSnapshot, now: Now): number {
  return revealedAt ?? now.ms - Math.max(0, now.chain - revealDeadline) * 1_000
}

/** The last places of those who voted for what won and proved it. */
function winnersOf({ votes, places }: TaskSnapshot, { value }: ConsensusSnapshot): readonly PlaceSnapshot[] {
  const proved = new Set<string>(
    votes.filter(({ hash, status }) => hash === value && status === 'proved').map(({ worker }) => worker),
  )
  return places.filter(({ worker }) => proved.has(worker))
}

type Delivery = Pick<FinalizeCommand, 'cid' | 'callbackData'>
type Sought = {
  readonly winners: readonly PlaceSnapshot[]
  readonly consensus: ConsensusSnapshot
  readonly scene: Scene
}

/**
 * Where the result is, as the winners say. Two who name the same are believed at once, a single one after a moment; what goes to a
 * contract proves itself.
 *
 * Winners may name different places and all be right: what an app wrote to its logs is in the archive, and may differ. Most
 * voices win, then the heavier ones, then who voted first. No storage is asked: it would say that it has a file, not of which task.
 */
function findDelivery(
  { deal, votes }: TaskSnapshot,
  { winners, consensus, scene }: Sought,
): { readonly found: Delivery | undefined; readonly wakeAt: number } {
  const { cid, voices = 0 } = mostNamed(winners, votes) ?? {}
  if (deal.callback !== undefined) {
    const data = winners.find(({ callbackData }) => isProof(callbackData, consensus.digest))?.callbackData
    return { found: data === undefined ? undefined : { cid, callbackData: data }, wakeAt: Infinity }
  }
  const patientUntil = endOfReveals(consensus, scene.now) + scene.patience.deliveryMs
  const isAgreed = voices >= Math.min(2, consensus.reveals) || scene.now.ms >= patientUntil
  if (cid === undefined || !isAgreed) return { found: undefined, wakeAt: patientUntil }
  return { found: { cid, callbackData: '0x' }, wakeAt: Infinity }
}

type Named = { readonly cid: string; readonly voices: number; readonly weight: bigint }

function mostNamed(winners: readonly PlaceSnapshot[], votes: TaskSnapshot['votes']): Named | undefined {
  const named = new Map<string, Named>()
  // In the order of the chain, which is the same after any restart.
  for (const vote of votes) {
    const cid = winners.find(({ worker }) => worker === vote.worker)?.cid
    if (cid === undefined || !isCid(cid)) continue
    const { voices, weight } = named.get(cid) ?? { voices: 0, weight: 1n }
    named.set(cid, { cid, voices: voices + 1, weight: weight * vote.weight })
  }
  return [...named.values()].toSorted(
    (one, other) => other.voices - one.voices || Number(other.weight > one.weight) - Number(one.weight > other.weight),
  )[0]
}

function isProof(data: Hex | undefined, digest: Hex | undefined): boolean {
  return data !== undefined && digest !== undefined && keccak256(data) === digest
}

/** Nobody brought the result though it was time: the winners are asked, one after the other, and then again. */
function askForResult(task: TaskSnapshot, sought: Sought & { readonly wakeAt: number }): TaskDecision {
  const { winners, scene, wakeAt, consensus } = sought
  const { now, patience, roster } = scene
  const patientUntil = endOfReveals(consensus, now) + patience.deliveryMs
  if (now.ms < patientUntil) return { ...NOTHING, wakeAt: Math.min(wakeAt, patientUntil) }
  const lastAsked = Math.max(-Infinity, ...winners.flatMap(({ deliverAt }) => deliverAt ?? []))
  const next = lastAsked + patience.deliverAgainMs
  if (now.ms < next) return { ...NOTHING, wakeAt: next }
  const here = winners.filter(({ worker }) => roster.find(worker)?.goneAt === undefined && roster.find(worker))
  const [place] = here.toSorted((one, other) => (one.deliverAt ?? -1) - (other.deliverAt ?? -1))
  if (place === undefined) return { ...NOTHING, wakeAt: now.ms + patience.deliveryMs }
  const key = `deliver:${task.id}:${place.worker}:${timesAsked(place, patience, now.ms)}`
  const command: Command = { do: 'deliver', key, task: task.id, worker: place.worker }
  return { ...NOTHING, commands: [command], wakeAt: now.ms + patience.deliverAgainMs }
}

/** Part of the key: the same question a while later is another one. */
function timesAsked({ deliverAt }: PlaceSnapshot, { deliverAgainMs }: Patience, ms: number): number {
  return deliverAt === undefined ? 0 : Math.floor(ms / deliverAgainMs)
}
