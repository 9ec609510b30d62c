// Nonces that were given up because somebody else has them, and what happens when the chain changes its mind. Pure.
import { dropSlot, putSlot, type Flight, type Moment, type Slot, type Taker } from './flight.ts'

/** When it is believed that a nonce belongs to somebody else for good. */
export type TakerRules = {
  readonly confirmations: number
  readonly takerConfirmations: number
  readonly takerAfterMs: number
}

/**
 * Whether a reorg that gives the nonce back is out of the question: the taker is buried deep, or was seen in the same block
 * for so long that only a chain without blocks can be the reason why it is not.
 *
 * @example
 * isBelieved({ hash, block: 100n, sinceMs: 0 }, { ms: 9_000, block: 111n }, rules) // true with 12 confirmations
 */
export function isBelieved({ block, sinceMs }: Taker, now: Moment, rules: TakerRules): boolean {
  const depth = now.block - block + 1n
  if (depth >= BigInt(rules.takerConfirmations)) return true
  return depth >= BigInt(rules.confirmations) && now.ms - sinceMs >= rules.takerAfterMs
}

/**
 * The flight without this slot, which is watched from now on when one of its forms may be in a node: after a reorg, that one
 * could be mined.
 */
export function giveUp(flight: Flight, slot: Slot): Flight {
  const rest = dropSlot(flight, slot.nonce)
  return slot.mayBeOut && slot.job !== undefined ? { ...rest, lost: [...rest.lost, slot] } : rest
}

/** What was given up and may be mined now, while its command has no other transaction that the chain has come past. */
export function watchedOf({ lost, slots, sight }: Flight): readonly Slot[] {
  if (sight === undefined) return []
  return lost.filter(
    ({ nonce, job }) => nonce < sight.latest && !slots.some((slot) => slot.job === job && slot.passed !== undefined),
  )
}

/**
 * The flight after a transaction that was given up is found in a block: it carries its command again, and the newer
 * transaction of the same command is given up in its place, so that an empty one goes to its nonce.
 */
export function recall(flight: Flight, old: Slot): Flight {
  const newer = flight.slots.find(({ job }) => job === old.job)
  const rest = newer === undefined ? flight : giveUp(flight, newer)
  const passed = { after: old.passed?.after ?? old.since.block, missing: 0 }
  return putSlot({ ...rest, lost: rest.lost.filter((slot) => slot !== old) }, { ...old, passed })
}

/** The flight without what was given up for commands that are answered, except where the chain has not come past it. */
export function forget(flight: Flight, hasAnswer: (job: number) => boolean): Flight {
  const { latest } = flight.sight ?? { latest: 0 }
  const lost = flight.lost.filter(({ nonce, job }) => nonce >= latest || (job !== undefined && !hasAnswer(job)))
  return { ...flight, lost }
}
