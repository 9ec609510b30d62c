// What is in flight, and what has to happen next, from what the chain says. Pure: the clock and the chain are arguments.
import type { Address, Hash, Hex } from 'viem'
import { bumpFees, isBelow, type FeeBounds, type Fees } from './fees.ts'

/** When something was: by the clock, and by the chain. */
export type Moment = { readonly ms: number; readonly block: bigint }

/** What the chain said in one round. */
export type Sight = {
  readonly at: Moment
  /** How many transactions of the key are in blocks: the nonce that the chain waits for. */
  readonly latest: number
  /** The same with those that the node holds without a gap. */
  readonly pending: number
  /** What the market asks now. */
  readonly fees: Fees
}

/** One signed form of a transaction. */
export type Attempt = { readonly hash: Hash; readonly raw: Hex; readonly fees: Fees }

/** What a transaction does, whatever it pays. */
export type Call = { readonly to: Address; readonly data: Hex; readonly value: bigint; readonly gas: bigint }

/** Somebody else's transaction in a block, at a nonce of ours; `sinceMs`: when it was first seen there. */
export type Taker = { readonly hash: Hash; readonly block: bigint; readonly sinceMs: number }

/** The block as of which the chain had not come past a nonce, in how many rounds no receipt was found, and who has it. */
export type Passed = { readonly after: bigint; readonly missing: number; readonly taker?: Taker }

/** A nonce in use. */
export type Slot = {
  readonly nonce: number
  /** The command that it carries out; `undefined` when it only fills a gap. */
  readonly job: number | undefined
  readonly call: Call
  /** Those that stand, the first one first; never empty. The last one is current: it is sent again, and replaced. */
  readonly attempts: readonly Attempt[]
  /** Every form ever signed, also those that a node refused: another node may hold one, and it may be mined. */
  readonly signed: readonly Hash[]
  /**
   * `sent`: a node took the last attempt. `unsent`: no node said that it took it. `underpriced`: nodes want to see higher
   * fees.
   */
  readonly delivery: 'sent' | 'unsent' | 'underpriced'
  /** Whether a node took one of the attempts, or may have without saying so: then it can be mined whatever is decided here. */
  readonly mayBeOut: boolean
  /** How often the last attempt was sent, and when last: the same bytes are sent again ever more rarely. */
  readonly tries: number
  readonly triedAtMs: number
  /** When the last attempt was signed, or its replacement was last tried in vain. */
  readonly since: Moment
  /** Present when the chain has come past the nonce. */
  readonly passed?: Passed
  /** Whether it was told that the cap keeps it waiting. */
  readonly isCapped: boolean
}

/** Everything in flight. */
export type Flight = {
  /** By nonce. */
  readonly slots: readonly Slot[]
  /** Nonces at which the node holds somebody else's transaction. */
  readonly held: readonly number[]
  /** Slots that were given up though one of their forms may be in a node: after a reorg, it could be mined. */
  readonly lost: readonly Slot[]
  readonly sight: Sight | undefined
  /** When the chain last took a transaction of this key. */
  readonly movedAt: Moment
  /** A nonce that nobody uses though later ones are in use, and whether it was one in the round before too. */
  readonly gap: { readonly nonce: number; readonly isSure: boolean } | undefined
  /** How many rounds in a row the chain has said less than before. */
  readonly doubts: number
}

/** When to replace, and how. */
export type FlightRules = FeeBounds & {
  readonly stuckAfterMs: number
  readonly stuckAfterBlocks: number
  readonly pollingMs: number
}

/** What has to happen now. A slot is in one list at most; only what is capped may also be broadcast again. */
export type Plan = {
  /** The chain has come past them: look which transaction it took. */
  readonly passed: readonly Slot[]
  readonly replace: readonly { readonly slot: Slot; readonly fees: Fees }[]
  /** Send the same bytes again. */
  readonly rebroadcast: readonly Slot[]
  /** They should be replaced, and the cap forbids it. */
  readonly capped: readonly Slot[]
  /** Nonces that keep others waiting: an empty transaction has to go there. */
  readonly fill: readonly number[]
}

/** Nothing in flight, and nothing known. */
export const EMPTY_FLIGHT: Flight = {
  slots: [],
  held: [],
  lost: [],
  sight: undefined,
  movedAt: { ms: 0, block: 0n },
  gap: undefined,
  doubts: 0,
}

/** A node behind a load balancer may be a moment late; what three of them say in a row is a reorg. */
const DOUBTS = 2
const LONGEST_WAIT_MS = 15_000

/**
 * Whether the chain seems to have gone back, and it is too early to believe it. Nothing may be decided on such a sight.
 *
 * @example
 * isDoubtful(flight, sight) // true when the node that answers lags behind the one that answered before
 */
export function isDoubtful({ sight: before, doubts }: Flight, sight: Sight): boolean {
  if (before === undefined || doubts >= DOUBTS) return false
  return sight.latest < before.latest || sight.at.block < before.at.block
}

/**
 * The flight after a look at the chain.
 *
 * @example
 * const next = observe(flight, sight)
 */
export function observe(flight: Flight, sight: Sight): Flight {
  if (isDoubtful(flight, sight)) return { ...flight, doubts: flight.doubts + 1 }
  const slots = flight.slots.map((slot) => pass(slot, sight, flight.sight))
  const gap = findGap(slots, sight)
  return {
    slots,
    held: flight.held.filter((nonce) => nonce >= sight.latest),
    lost: flight.lost,
    sight,
    movedAt: flight.sight?.latest === sight.latest ? flight.movedAt : sight.at,
    gap: gap === undefined ? undefined : { nonce: gap, isSure: flight.gap?.nonce === gap },
    doubts: 0,
  }
}

function pass({ passed, ...slot }: Slot, sight: Sight, before: Sight | undefined): Slot {
  if (slot.nonce >= sight.latest) return slot
  return { ...slot, passed: passed ?? { after: before?.at.block ?? slot.since.block, missing: 0 } }
}

/** The node holds no transaction at `pending`. When nobody is about to send one there, whatever comes later waits for ever. */
function findGap(slots: readonly Slot[], { pending, latest }: Sight): number | undefined {
  if (pending < latest || slots.some(({ nonce }) => nonce === pending)) return undefined
  return slots.some(({ nonce }) => nonce > pending) ? pending : undefined
}

/**
 * The nonce for the next command: a gap, or the first one behind everything that is known.
 *
 * @example
 * nextNonce(observe(EMPTY_FLIGHT, sight)) // sight.pending
 */
export function nextNonce({ slots, held, lost, sight, gap }: Flight): number {
  const isFree = (nonce: number): boolean =>
    !held.includes(nonce) && ![...slots, ...lost].some((slot) => slot.nonce === nonce)
  if (gap?.isSure === true && isFree(gap.nonce)) return gap.nonce
  let nonce = Math.max(sight?.latest ?? 0, sight?.pending ?? 0, (slots.at(-1)?.nonce ?? -1) + 1)
  while (!isFree(nonce)) nonce += 1
  return nonce
}

/** The flight with this slot, instead of the one of the same nonce. */
export function putSlot(flight: Flight, slot: Slot): Flight {
  const others = flight.slots.filter(({ nonce }) => nonce !== slot.nonce)
  return { ...flight, slots: [...others, slot].toSorted((one, other) => one.nonce - other.nonce) }
}

/** The flight without the slot of this nonce. */
export function dropSlot(flight: Flight, nonce: number): Flight {
  return { ...flight, slots: flight.slots.filter((slot) => slot.nonce !== nonce) }
}

/**
 * Says what has to happen now, from what the chain said last.
 *
 * @example
 * const { passed, replace, rebroadcast, capped, fill } = planRound(observe(flight, sight), rules)
 */
export function planRound(flight: Flight, rules: FlightRules): Plan {
  const { sight } = flight
  if (sight === undefined) return { passed: [], replace: [], rebroadcast: [], capped: [], fill: [] }
  const passed = flight.slots.filter((slot) => slot.passed !== undefined)
  const waiting = flight.slots.filter((slot) => slot.passed === undefined)

  const bumps = findCheap(flight, waiting, rules).map((slot) => ({
    slot,
    fees: bumpFees(lastAttempt(slot).fees, sight.fees, rules),
  }))
  const replace = bumps.flatMap(({ slot, fees }) => (fees === undefined ? [] : [{ slot, fees }]))
  const atCap = bumps.flatMap(({ slot, fees }) => (fees === undefined ? [slot] : []))
  const capped = atCap.filter(({ isCapped }) => !isCapped)
  const rebroadcast = waiting.filter(
    (slot) =>
      !replace.some((one) => one.slot === slot) &&
      // A node may hold the form that was replaced, brought back by another one: the dearest form takes its place.
      (isUnknownToNode(slot, sight) || (atCap.includes(slot) && slot.attempts.length > 1)) &&
      isDue(slot, sight, rules),
  )
  return { passed, replace, rebroadcast, capped, fill: findObstacles(flight, rules) }
}

/** The last signed form of a transaction. */
export function lastAttempt({ attempts, nonce }: Slot): Attempt {
  const attempt = attempts.at(-1)
  if (attempt === undefined) throw new Error(`The nonce ${nonce} is in use, and nothing was signed for it.`)
  return attempt
}

/** When the chain does not come to the first one, all that pay less than the market asks are as stuck as it is. */
function findCheap(flight: Flight, waiting: readonly Slot[], rules: FlightRules): readonly Slot[] {
  const { sight, movedAt } = flight
  if (sight === undefined) return []
  const first = waiting[0]
  const isStuck =
    first?.nonce === sight.latest && isOver(movedAt, sight.at, rules) && isOver(first.since, sight.at, rules)
  return waiting.filter((slot) => {
    if (slot.delivery === 'underpriced') return isDue(slot, sight, rules)
    if (!isStuck || slot.delivery === 'unsent') return false
    return slot === first || (isBelow(lastAttempt(slot).fees, sight.fees) && isOver(slot.since, sight.at, rules))
  })
}

function isOver(since: Moment, now: Moment, { stuckAfterMs, stuckAfterBlocks }: FlightRules): boolean {
  return now.ms - since.ms >= stuckAfterMs && now.block - since.block >= BigInt(stuckAfterBlocks)
}

function isUnknownToNode(slot: Slot, sight: Sight): boolean {
  return slot.delivery !== 'sent' || slot.nonce >= sight.pending
}

function isDue({ tries, triedAtMs }: Slot, { at }: Sight, { pollingMs }: FlightRules): boolean {
  return at.ms - triedAtMs >= Math.min(pollingMs * 2 ** Math.min(tries, 20), LONGEST_WAIT_MS)
}

/**
 * A gap keeps others waiting at once; somebody else's transactions only when the chain does not take them. What was given up,
 * and can be mined again, must not be.
 */
function findObstacles({ slots, held, lost, sight, movedAt, gap }: Flight, rules: FlightRules): readonly number[] {
  if (sight === undefined) return []
  const isFree = (nonce: number): boolean => !slots.some((slot) => slot.nonce === nonce)
  const open = lost.map(({ nonce }) => nonce).filter((nonce) => nonce >= sight.latest)
  const gaps = [...new Set([...(gap?.isSure === true ? [gap.nonce] : []), ...open])].filter(isFree)
  if (!isFree(sight.latest) || !isOver(movedAt, sight.at, rules)) return gaps
  const foreign = Array.from({ length: Math.max(0, sight.pending - sight.latest) }, (_, place) => sight.latest + place)
  return [...new Set([...gaps, ...foreign, ...held])].filter(isFree)
}
