// One transaction: an action of the model, several of them at once, or an act of the hub's owner.
import { applyActions } from '@iexec/protocol'
import type { MarketAction, Instant, MarketState, MarketStep } from '@iexec/protocol'
import type { Address } from 'viem'

/** Actions of some kinds. */
export type ActionOf<Name extends MarketAction['do']> = Named<MarketAction, Name>

type Named<One extends MarketAction, Name> = One extends { readonly do: infer Do }
  ? [Extract<Do, Name>] extends [never]
    ? never
    : One & { readonly do: Extract<Do, Name> }
  : never

/** A transaction on the market. */
export type Move =
  | { readonly form: 'one'; readonly action: MarketAction }
  | ArrayMove
  | { readonly form: 'multicall'; readonly caller: Address; readonly actions: readonly MarketAction[] }
  /** A deposit by the token itself, which pays for the match of the depositor's own request. */
  | {
      readonly form: 'approveAndCall'
      readonly deposit: ActionOf<'deposit'>
      readonly match: ActionOf<'matchOrders'> | undefined
    }
  /** The hub's owner sets who signs authorisations for enclaves. */
  | { readonly form: 'setTeeBroker'; readonly broker: Address }

/** Actions of one kind (or pairs of initialize and claim), all by this caller. */
export type ArrayMove = {
  readonly form: 'initializeArray' | 'claimArray' | 'initializeAndClaimArray' | 'depositForArray'
  readonly caller: Address
  readonly actions: readonly MarketAction[]
}

/** The move of one action. */
export function one(action: MarketAction): Move {
  return { form: 'one', action }
}

/** The actions that a move stands for, in order. */
export function actionsOf(move: Move): readonly MarketAction[] {
  switch (move.form) {
    case 'one':
      return [move.action]
    case 'approveAndCall':
      return move.match === undefined ? [move.deposit] : [move.deposit, move.match]
    case 'setTeeBroker':
      return []
    default:
      return move.actions
  }
}

/** What the model says of a move. */
export function modelStep(state: MarketState, move: Move, now: Instant): MarketStep {
  return move.form === 'setTeeBroker'
    ? { ok: true, state: { ...state, teeBroker: move.broker }, effects: [] }
    : applyActions(state, actionsOf(move), now)
}
