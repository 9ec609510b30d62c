// From where a sequence stands to its next move: of the kind that the dice say, on something that is there.
import { NO_ADDRESS, asInstant, unreachable } from '@iexec/protocol'
import { ACTORS } from './actors.ts'
import { arrayMove } from './arrayMoves.ts'
import { creation, handOver, policyChange } from './assetMoves.ts'
import type { TimedMove } from './duel.ts'
import type { Game } from './game.ts'
import { depositByToken, moneyMove } from './moneyMoves.ts'
import { one } from './move.ts'
import type { Move } from './move.ts'
import { managementMove, matchMove } from './orderMoves.ts'
import { anyStep, beginning, boundaryStep, naturalStep } from './taskMoves.ts'

/** The kinds of moves, with how often each is drawn. */
export const KINDS = {
  match: 9,
  begin: 3,
  natural: 60,
  any: 12,
  boundary: 12,
  array: 6,
  money: 5,
  byToken: 2,
  manage: 6,
  handOver: 3,
  create: 2,
  policy: 4,
  broker: 1,
} as const

export type Kind = keyof typeof KINDS

/** The next move. Whatever finds nothing to be done on begins a task, and without any task it makes a match. */
export function nextMove(game: Game, kind: Kind): TimedMove {
  const boundary = kind === 'boundary' ? boundaryStep(game) : undefined
  if (boundary !== undefined) return boundary

  // Seconds, mostly; sometimes about as long as a window of the shortest category.
  const wait = game.choices.oneIn(40) ? game.choices.roll(900) : game.choices.roll(12)
  const at = asInstant(game.now + 1n + BigInt(wait))
  const later = { ...game, now: at }
  return { move: moveOf(later, kind) ?? beginningOf(later) ?? one(matchMove(later)), at }
}

function beginningOf(game: Game): Move | undefined {
  const action = beginning(game)
  return action === undefined ? undefined : one(action)
}

function moveOf(game: Game, kind: Kind): Move | undefined {
  switch (kind) {
    case 'match':
      return one(matchMove(game))
    case 'begin':
      return beginningOf(game)
    case 'natural':
    case 'boundary': {
      const action = naturalStep(game)
      return action === undefined ? undefined : one(action)
    }
    case 'any': {
      const action = anyStep(game)
      return action === undefined ? undefined : one(action)
    }
    case 'array':
      return arrayMove(game)
    case 'money':
      return one(moneyMove(game))
    case 'byToken':
      return depositByToken(game)
    case 'manage':
      return one(managementMove(game))
    case 'handOver':
      return one(handOver(game))
    case 'create':
      return one(creation(game))
    case 'policy':
      return one(policyChange(game))
    case 'broker':
      return { form: 'setTeeBroker', broker: game.choices.pick([ACTORS.broker, NO_ADDRESS]) }
    default:
      return unreachable(kind)
  }
}
