// Effects become state: money in the ledger and in wallets, scores.
import type { Address } from 'viem'
import { nextScore } from '../contribution/score.ts'
import { applyEntry } from '../escrow/ledger.ts'
import { unreachable } from '../unreachable.ts'
import { refuse } from './action.ts'
import type { MarketEffect, MarketRefusal, MarketStep } from './action.ts'
import { scoreOf, walletOf } from './state.ts'
import type { MarketState } from './state.ts'

/** Carries out all effects of an action on a state in which the rest of it already happened, or none when one is refused. */
export function carryOut(state: MarketState, effects: readonly MarketEffect[]): MarketStep {
  let current = state
  for (const effect of effects) {
    const after = afterEffect(current, effect)
    if ('reason' in after) return refuse(after)
    current = after
  }
  return { ok: true, state: current, effects }
}

function afterEffect(state: MarketState, effect: MarketEffect): MarketState | MarketRefusal {
  switch (effect.do) {
    case 'announce':
    case 'callBack':
      return state
    case 'judge': {
      const score = nextScore(scoreOf(state, effect.worker), effect.verdict)
      return { ...state, scores: new Map(state.scores).set(effect.worker.toLowerCase(), score) }
    }
    case 'pay':
      return paid(state, effect)
    case 'mint':
    case 'burn':
    case 'transfer':
    case 'lock':
    case 'unlock':
    case 'reward':
    case 'seize':
    case 'fillKitty': {
      const step = applyEntry(state.ledger, effect)
      return step.ok ? { ...state, ledger: step.ledger } : step.refusal
    }
    default:
      return unreachable(effect)
  }
}

type Payment = { readonly from: Address; readonly to: Address; readonly amount: bigint }

function paid(state: MarketState, { from, to, amount }: Payment): MarketState | MarketRefusal {
  const balance = walletOf(state, from)
  if (balance < amount) return { reason: 'ERC20InsufficientBalance', sender: from, balance, needed: amount }

  const wallets = new Map(state.wallets).set(from.toLowerCase(), balance - amount)
  wallets.set(to.toLowerCase(), (wallets.get(to.toLowerCase()) ?? 0n) + amount)
  return { ...state, wallets }
}
