// A whole sequence: move after move on both sides, until the end or until they differ.
import type { Instant, MarketState, MatchOrders } from '@iexec/protocol'
import * as fc from 'fast-check'
import { choicesFrom } from './choices.ts'
import { compareAll, play } from './duel.ts'
import type { Position, TimedMove, Turn } from './duel.ts'
import { actionsOf } from './move.ts'
import { KINDS, nextMove } from './nextMove.ts'
import type { Kind } from './nextMove.ts'
import { brief } from './show.ts'
import type { World } from './world.ts'

/** One step of a sequence before it is known what it meets: a kind of move, and the seed of its choices. */
export type Dice = { readonly kind: Kind; readonly luck: number }

const kinds: fc.Arbitrary<Kind> = fc.oneof(
  ...Object.entries(KINDS).map(([kind, weight]) => ({ weight, arbitrary: fc.constant(kind as Kind) })),
)

/** Sequences of up to so many moves. */
export function anySequence(maxLength: number): fc.Arbitrary<readonly Dice[]> {
  return fc.array(fc.record({ kind: kinds, luck: fc.integer() }), { maxLength, size: 'max' })
}

/** Hears of every turn: the state before it, the move, and what came of it. */
export type Witness = (before: MarketState, move: TimedMove, turn: Turn) => void

/**
 * Plays a sequence from a position.
 *
 * @throws Error with all moves and the differences when model and chain do not agree
 */
export async function playSequence(start: Position, dice: readonly Dice[], tools: Tools): Promise<MarketState> {
  const { world, witness } = tools
  let { state, now }: Position = start
  const offers: MatchOrders[] = []
  const transcript: string[] = []
  for (const { kind, luck } of dice) {
    const timed = nextMove({ world, state, now, offers, choices: choicesFrom(luck) }, kind)
    transcript.push(lineOf(world, now, timed))
    for (const action of actionsOf(timed.move)) if ('orders' in action) offers.push(action.orders)
    const turn = await play(world, state, timed).catch((cause: unknown) => {
      throw new Error(`This move could not be played:\n${transcript.join('\n')}`, { cause })
    })
    transcript.push(`    ${outcomeOf(world, turn)}`)
    requireAgreement(transcript, turn.differences)
    witness(state, timed, turn)
    ;({ state, now } = turn.position)
  }
  requireAgreement([...transcript, 'everything, at the end'], await compareAll(world, state))
  return state
}

/** What a sequence is played with. */
export type Tools = { readonly world: World; readonly witness: Witness }

function lineOf({ names }: World, now: Instant, { move, at }: TimedMove): string {
  const told = move.form === 'one' ? brief(move.action, names) : brief(move, names)
  return `+${at - now} s  ${told}`
}

function outcomeOf({ names }: World, { step }: Turn): string {
  return step.ok ? `→ ${step.effects.length} effects` : `→ refused: ${brief(step.refusal, names)}`
}

function requireAgreement(transcript: readonly string[], differences: readonly string[]): void {
  if (differences.length === 0) return
  throw new Error(`Model and chain differ after\n${transcript.join('\n')}\n\n${differences.join('\n')}\n`)
}
