// What the tests of tasks share: a dispute among workers, and what calls do to it.
import type { Address, Hex } from 'viem'
import { POOL_OWNER, bend } from '../../test/fitting.ts'
import { HUB, type Running, START, WORKERS, activeMarket, after, contributionOf, digestOf } from '../../test/running.ts'
import { type Instant, asInstant } from '../ids.ts'
import type { MarketAction, MarketEffect } from '../market/action.ts'
import { applyAction } from '../market/apply.ts'

const [anna = HUB, bert = HUB, carl = HUB, dora = HUB] = WORKERS
/** Four workers. */
export const ANNA: Address = anna
export const BERT: Address = bert
export const CARL: Address = carl
export const DORA: Address = dora

/** Two results, on which they may disagree. */
export const RIGHT: Hex = digestOf('right')
export const WRONG: Hex = digestOf('wrong')

/** A moment of the chain. */
export const second = (instant: bigint): Instant => asInstant(instant)

/** Why the market refuses an action. */
export function refusalOf(running: Running, action: MarketAction, now: Instant = START): unknown {
  const step = applyAction(running.state, action, now)
  return step.ok ? 'went through' : step.refusal
}

/** The market after an action. */
export function afterwards(running: Running, action: MarketAction, now: Instant = START): Running {
  return { ...running, state: after(running.state, action, now) }
}

/** What an action does. */
export function effectsOf(running: Running, action: MarketAction, now: Instant = START): readonly MarketEffect[] {
  const step = applyAction(running.state, action, now)
  if (!step.ok) throw new Error(step.refusal.reason)
  return step.effects
}

/** The market after these votes. */
export function contributed(running: Running, ...votes: readonly (readonly [worker: Address, digest: Hex])[]): Running {
  return votes.reduce(
    (current, [worker, digest]) => afterwards(current, contributionOf(current.task, worker, digest)),
    running,
  )
}

/** Anna and Bert agree, which is a consensus for trust 4. */
export function revealingTask(): Running {
  return contributed(activeMarket(), [ANNA, RIGHT], [BERT, RIGHT])
}

/** A worker reveals. */
export function revealBy(running: Running, caller: Address, resultDigest: Hex = RIGHT): MarketAction {
  return { do: 'reveal', caller, task: running.task, resultDigest }
}

/** The scheduler finishes. */
export function finalizeBy(running: Running, caller: Address = POOL_OWNER, resultsCallback: Hex = '0x'): MarketAction {
  return { do: 'finalize', caller, task: running.task, results: '0x1234', resultsCallback }
}

/** At trust 3, three new workers outweigh one who disagrees: 8 * 3 > 11 * 2. */
export const disputed: Running = activeMarket(bend({ request: { trust: 3n } }))

/** Of a consensus that came at the start. */
export const REVEAL_DEADLINE: Instant = second(START + 2400n)
