// Tasks on the market: the rules of one task, given what the market knows of the worker and of the kitty.
import { KITTY_ADDRESS } from '../escrow/constants.ts'
import { accountOf } from '../escrow/ledger.ts'
import { taskId } from '../ids.ts'
import type { Instant } from '../ids.ts'
import { claim } from '../task/claim.ts'
import { contribute } from '../task/contribute.ts'
import { contributeAndFinalize } from '../task/contributeAndFinalize.ts'
import { finalize } from '../task/finalize.ts'
import { initializeTask } from '../task/initialize.ts'
import { reopen } from '../task/reopen.ts'
import { reveal } from '../task/reveal.ts'
import type { TaskStep } from '../task/step.ts'
import { unreachable } from '../unreachable.ts'
import { refuse } from './action.ts'
import type { Action, MarketStep } from './action.ts'
import { carryOut } from './carryOut.ts'
import { scoreOf, taskOf } from './state.ts'
import type { MarketState } from './state.ts'

/** Actions on one task. */
export type TaskAction = Extract<
  Action,
  {
    readonly do: 'initialize' | 'contribute' | 'reveal' | 'reopen' | 'finalize' | 'contributeAndFinalize' | 'claim'
  }
>

/** Moves one task on, with all its money and scores. */
export function moveTask(state: MarketState, action: TaskAction, now: Instant): MarketStep {
  const step = stepOf(state, action, now)
  if (!step.ok) return refuse(step.refusal)
  return carryOut({ ...state, tasks: new Map(state.tasks).set(step.task.id, step.task) }, step.effects)
}

function stepOf(state: MarketState, action: TaskAction, now: Instant): TaskStep {
  const { caller } = action
  if (action.do === 'initialize') {
    const { deal, index } = action
    return initializeTask(taskOf(state, taskId(deal, index)), { deal, terms: state.deals.get(deal), index })
  }

  const task = taskOf(state, action.task)
  switch (action.do) {
    case 'contribute': {
      const freeStake = accountOf(state.ledger, caller).stake
      return contribute(task, { ...action, worker: caller, score: scoreOf(state, caller), freeStake, now })
    }
    case 'reveal':
      return reveal(task, { worker: caller, resultDigest: action.resultDigest, now })
    case 'reopen':
      return reopen(task, { caller, now })
    case 'finalize':
      return finalize(task, { ...action, kittyLocked: kittyLocked(state), now })
    case 'contributeAndFinalize':
      return contributeAndFinalize(task, { ...action, worker: caller, kittyLocked: kittyLocked(state), now })
    case 'claim':
      return claim(task, now)
    default:
      return unreachable(action)
  }
}

function kittyLocked(state: MarketState): bigint {
  return accountOf(state.ledger, KITTY_ADDRESS).locked
}
