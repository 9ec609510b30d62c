// Moves with money: little, nothing, all, and one more than all.
import { KITTY_ADDRESS, NO_ADDRESS, accountOf, isSameAddress, walletOf } from '@iexec/protocol'
import type { MarketAction } from '@iexec/protocol'
import { ACTORS, CALLERS, SAFE } from './actors.ts'
import { ownersOf } from './approvers.ts'
import type { Game } from './game.ts'
import type { Move } from './move.ts'
import { fittingOffer } from './offers.ts'
import { RLC } from './world.ts'

/** A deposit, a withdrawal or a transfer, mostly to oneself. */
export function moneyMove(game: Game): MarketAction {
  const { choices, state, world } = game
  const caller = choices.pick(CALLERS)
  const kind = choices.pick(['deposit', 'deposit', 'withdraw', 'transfer'] as const)
  const has = kind === 'deposit' ? walletOf(state, caller) : accountOf(state.ledger, caller).stake
  const little = BigInt(choices.roll(1_000_000)) * (RLC / 100_000n)
  const others = [ACTORS.bob, ACTORS.w5, SAFE, KITTY_ADDRESS, world.addresses.hub, NO_ADDRESS]
  return {
    do: kind,
    caller,
    amount: choices.oneIn(5) ? choices.pick([0n, 1n, has, has + 1n]) : little,
    to: choices.oneIn(3) ? choices.pick(others) : caller,
  }
}

/** Several deposits by one caller at once. */
export function manyDeposits({ choices }: Game): Move {
  const caller = choices.pick(CALLERS)
  const targets = Array.from({ length: choices.roll(4) }, () => choices.pick([caller, ACTORS.bob, ACTORS.w5]))
  const actions = targets.map((to): MarketAction => ({ do: 'deposit', caller, amount: BigInt(choices.roll(1000)), to }))
  return { form: 'depositForArray', caller, actions }
}

/** A deposit through the token, which mostly pays for a match in the same transaction. */
export function depositByToken(game: Game): Move {
  const { choices, state } = game
  const orders = fittingOffer(game)
  const { requester } = orders.request
  const amount = BigInt(choices.roll(100)) * RLC
  if (isSameAddress(requester, SAFE) || choices.oneIn(4)) {
    const caller = choices.pick(CALLERS)
    return { form: 'approveAndCall', deposit: { do: 'deposit', caller, amount, to: caller }, match: undefined }
  }
  return {
    form: 'approveAndCall',
    deposit: { do: 'deposit', caller: requester, amount, to: requester },
    match: { do: 'matchOrders', caller: requester, orders, signers: ownersOf(state, orders) },
  }
}
