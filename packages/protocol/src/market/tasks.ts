// Tasks on the market: the rules of one task, given what the market knows of the worker and of the kitty.
import { KITTY_ADDRESS } from '../escrow/constants.ts'
import { accountOf } from '../escrow/ledger.ts'
import { taskId } from '../ids.ts'
import type { Instant } from '../ids.ts'
import { claimTask } from '../task/claim.ts'
import { contributeToTask } from '../task/contribute.ts'
import { contributeAndFinalizeTask } from '../task/contributeAndFinalize.ts'
import { finalizeTask } from '../task/finalize.ts'
import { initializeTask } from '../task/initialize.ts'
import { reopenTask } from '../task/reopen.ts'
import { revealTask } from '../task/reveal.ts'
import type { TaskStep } from '../task/step.ts'
import { unreachable } from '../unreachable.ts'
import { refuse } from './action.ts'
import type { MarketAction, MarketStep } from './action.ts'
import { carryOut } from './carryOut.ts'
import { scoreOf, taskOf } from './state.ts'
import type { MarketState } from './state.ts'

/** Actions on one task. */
export type TaskAction = Extract<
  MarketAction,
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
      return contributeToTask(task, { ...action, worker: caller, score: scoreOf(state, caller), freeStake, now })
    }
    case 'reveal':
      return revealTask(task, { worker: caller, resultDigest: action.resultDigest, now })
    case 'reopen':
      return reopenTask(task, { caller, now })
    case 'finalize':
      return finalizeTask(task, { ...action, kittyLocked: kittyLocked(state), now })
    case 'contributeAndFinalize':
      return contributeAndFinalizeTask(task, { ...action, worker: caller, kittyLocked: kittyLocked(state), now })
    case 'claim':
      return claimTask(task, now)
    default:
      return unreachable(action)
  }
}

function kittyLocked(state: MarketState): bigint {
  return accountOf(state.ledger, KITTY_ADDRESS).locked
}
