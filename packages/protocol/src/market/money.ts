// RLC goes into the escrow and comes out, one to one; free stake moves like any token.
import { NO_ADDRESS, isSameAddress } from '../order/terms.ts'
import { unreachable } from '../unreachable.ts'
import { refuse } from './action.ts'
import type { MarketAction, MarketStep } from './action.ts'
import { carryOut } from './carryOut.ts'
import type { MarketState } from './state.ts'

/** Actions that only move money. */
export type MoneyAction = Extract<MarketAction, { readonly do: 'deposit' | 'withdraw' | 'transfer' }>

/** Deposits, withdraws or transfers. */
export function moveMoney(state: MarketState, action: MoneyAction): MarketStep {
  const { caller, amount, to } = action
  const hub = state.domain.verifyingContract
  switch (action.do) {
    case 'deposit':
      return carryOut(state, [
        { do: 'pay', from: caller, to: hub, amount },
        { do: 'mint', account: to, amount },
      ])
    case 'withdraw': {
      const step = carryOut(state, [
        { do: 'burn', account: caller, amount },
        { do: 'pay', from: hub, to, amount },
      ])
      // The token itself refuses the zero address, after the hub has looked at the balance.
      return step.ok && isSameAddress(to, NO_ADDRESS) ? refuse({ reason: 'ERC20InvalidReceiver', receiver: to }) : step
    }
    case 'transfer':
      return carryOut(state, [{ do: 'transfer', from: caller, to, amount }])
    default:
      return unreachable(action)
  }
}
