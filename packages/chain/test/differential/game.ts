// Where a sequence stands, as far as the next move depends on it.
import type { DealId, Deal, Instant, MarketState, MatchOrders, Task, TaskId } from '@iexec/protocol'
import { dealTasks, isFinalTask, taskOf } from '@iexec/protocol'
import type { Choices } from './choices.ts'
import type { World } from './world.ts'

/** A sequence between two moves. `offers` are the orders that were shown to the hub, accepted or not. */
export type Game = {
  readonly world: World
  readonly state: MarketState
  readonly now: Instant
  readonly offers: readonly MatchOrders[]
  readonly choices: Choices
}

/** A task of a deal, begun or not. */
export type KnownTask = { readonly deal: DealId; readonly terms: Deal; readonly task: Task; readonly index: bigint }

/** All tasks of all deals, in the order of the deals. */
export function knownTasks({ state }: Game): readonly KnownTask[] {
  return [...state.deals].flatMap(([deal, terms]) =>
    Array.from(dealTasks(deal, terms), (id: TaskId, offset) => ({
      deal,
      terms,
      task: taskOf(state, id),
      index: terms.botFirst + BigInt(offset),
    })),
  )
}

/** Tasks that have begun and not ended. */
export function openTasks(game: Game): readonly KnownTask[] {
  return knownTasks(game).filter(({ task }) => task.status !== 'unset' && !isFinalTask(task))
}
