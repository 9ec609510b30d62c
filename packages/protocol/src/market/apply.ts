// The hub as a pure function: what any call does to the whole market, or why it is refused.
import type { Instant } from '../ids.ts'
import { unreachable } from '../unreachable.ts'
import type { MarketAction, MarketEffect, MarketStep } from './action.ts'
import { changePolicy, createAsset, transferAsset } from './assets.ts'
import { moveMoney } from './money.ts'
import { manageOrder, match } from './orders.ts'
import type { MarketState } from './state.ts'
import { moveTask } from './tasks.ts'

/**
 * Applies one action to the market.
 *
 * It agrees with the contracts on every balance, locked amount, score, consumed volume, status and error name: the
 * differential test runs both side by side. So it tells what a transaction would do before anybody signs it.
 *
 * @param now time of the block that carries the action
 * @throws InputError when an order cannot be hashed
 * @example
 * const step = applyAction(market, { do: 'claim', caller: anyone, task }, now)
 * if (!step.ok) console.log(step.refusal.reason)
 */
export function applyAction(state: MarketState, action: MarketAction, now: Instant): MarketStep {
  switch (action.do) {
    case 'deposit':
    case 'withdraw':
    case 'transfer':
      return moveMoney(state, action)
    case 'manageOrder':
      return manageOrder(state, action)
    case 'matchOrders':
    case 'sponsorMatchOrders':
      return match(state, action, now)
    case 'initialize':
    case 'contribute':
    case 'reveal':
    case 'reopen':
    case 'finalize':
    case 'contributeAndFinalize':
    case 'claim':
      return moveTask(state, action, now)
    case 'changePolicy':
      return changePolicy(state, action)
    case 'createAsset':
      return createAsset(state, action)
    case 'transferAsset':
      return transferAsset(state, action)
    default:
      return unreachable(action)
  }
}

/**
 * Applies several actions as one transaction, as the hub's array forms and `multicall` do: all of them, or none.
 *
 * @example
 * applyActions(market, [{ do: 'initialize', … }, { do: 'claim', … }], now)
 */
export function applyActions(state: MarketState, actions: readonly MarketAction[], now: Instant): MarketStep {
  let current = state
  const effects: MarketEffect[] = []
  for (const action of actions) {
    const step = applyAction(current, action, now)
    if (!step.ok) return step
    current = step.state
    effects.push(...step.effects)
  }
  return { ok: true, state: current, effects }
}
