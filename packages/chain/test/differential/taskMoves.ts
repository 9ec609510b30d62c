// Moves on tasks: what would come next, anything at all, and what happens right at a deadline.
import { asInstant, contributionOf, hasPassed, isReopenable } from '@iexec/protocol'
import type { MarketAction, Instant, RevealingTask } from '@iexec/protocol'
import { WORKERS } from './actors.ts'
import type { TimedMove } from './duel.ts'
import { knownTasks, openTasks } from './game.ts'
import type { Game, KnownTask } from './game.ts'
import { one } from './move.ts'
import {
  claimOf,
  contribution,
  contributionWithResult,
  finalization,
  initialization,
  reopening,
  revelation,
} from './taskActions.ts'

/** The beginning of a task that waits for it, if there is one. */
export function beginning(game: Game): MarketAction | undefined {
  const waiting = knownTasks(game).filter(({ task }) => task.status === 'unset')
  const known = game.choices.oneIn(10) ? knownTasks(game).slice(-6) : waiting
  const task = game.choices.pickAny(known)
  return task === undefined ? undefined : initialization(game, task)
}

/** The next step of an open task as it should be; so that tasks come to an end. */
export function naturalStep(game: Game): MarketAction | undefined {
  const known = game.choices.pickAny(openTasks(game).slice(0, 4))
  if (known === undefined) return undefined
  const { task } = known
  if (task.status === 'active') return nextVote(game, known)
  if (task.status !== 'revealing') return undefined
  if (hasPassed(task.finalDeadline, game.now)) return claimOf(game, known)
  if (isReopenable(task, game.now)) return reopening(game, known)

  const { winners, reveals, revealDeadline } = task.consensus
  const isComplete = reveals === winners || hasPassed(revealDeadline, game.now)
  if (isComplete) return finalization(game, known)
  return isSilent(task) ? undefined : revelation(game, known)
}

// Of a fourth of all tasks the first winners keep silent, and of another half all but one: somebody has to notice.
function isSilent(task: RevealingTask): boolean {
  const wasReopened = task.contributions.some(({ status }) => status === 'rejected')
  const mood = BigInt(task.id) % 4n
  return !wasReopened && (mood === 0n || (mood < 3n && task.consensus.reveals > 0))
}

function nextVote(game: Game, known: KnownTask): MarketAction | undefined {
  const { task, terms } = known
  if (task.status !== 'active') return undefined
  if (hasPassed(task.finalDeadline, game.now)) return claimOf(game, known)
  if (hasPassed(task.contributionDeadline, game.now)) return undefined
  if (WORKERS.every((worker) => contributionOf(task, worker) !== undefined)) return undefined
  const isFree = terms.trust === 1n && task.contributions.length === 0
  return isFree && game.choices.oneIn(2) ? contributionWithResult(game, known) : contribution(game, known)
}

/** Any call on any task, whatever its state. */
export function anyStep(game: Game): MarketAction | undefined {
  const { choices } = game
  const known = choices.pickAny(choices.oneIn(4) ? knownTasks(game) : openTasks(game))
  if (known === undefined) return undefined
  return choices.pick([
    contribution,
    contribution,
    contributionWithResult,
    contributionWithResult,
    revelation,
    finalization,
    reopening,
    claimOf,
  ])(game, known)
}

/** A step on a task one second before a deadline of it, at that very second, or one second after. */
export function boundaryStep(game: Game): TimedMove | undefined {
  const { choices, now } = game
  const ahead = openTasks(game)
    .flatMap((known) => boundariesOf(known))
    .filter(({ at }) => at > now + 1n)
    .toSorted((one_, other) => Number(one_.at - other.at))
  // Mostly the next ones: who jumps far ends everything that runs.
  const revealing = ahead.filter(({ known }) => known.task.status === 'revealing')
  const next = revealing.length > 0 && choices.oneIn(2) ? revealing : ahead
  const boundary = choices.pickAny(choices.oneIn(6) ? ahead : next.slice(0, 2))
  if (boundary === undefined) return undefined
  const at = asInstant(boundary.at + BigInt(choices.roll(3)) - 1n)
  return { move: one(choices.pick(boundary.steps)({ ...game, now: at }, boundary.known)), at }
}

type Step = (game: Game, known: KnownTask) => MarketAction
type Boundary = { readonly at: Instant; readonly known: KnownTask; readonly steps: readonly Step[] }

const AFTER_REVEALS: readonly Step[] = [revelation, finalization, finalization, reopening]
const WITHOUT_REVEALS: readonly Step[] = [revelation, finalization, reopening, reopening]

function boundariesOf(known: KnownTask): readonly Boundary[] {
  const { task } = known
  switch (task.status) {
    case 'active':
      return [
        { at: task.contributionDeadline, known, steps: [contribution, contribution, contributionWithResult] },
        { at: task.finalDeadline, known, steps: [claimOf] },
      ]
    case 'revealing':
      return [
        {
          at: task.consensus.revealDeadline,
          known,
          steps: task.consensus.reveals > 0 ? AFTER_REVEALS : WITHOUT_REVEALS,
        },
        { at: task.finalDeadline, known, steps: [claimOf, finalization, reopening] },
      ]
    default:
      return []
  }
}
