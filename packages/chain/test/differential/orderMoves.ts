// Moves with orders: matches of fitting and of spoilt orders, orders approved and closed on chain.
import { accountOf } from '@iexec/protocol'
import type { MatchOrders, Signers } from '@iexec/protocol'
import { ACTORS, CALLERS } from './actors.ts'
import { approverOf, holdsPresigned, ownersOf } from './approvers.ts'
import type { Game } from './game.ts'
import { spoil } from './misfits.ts'
import type { ActionOf } from './move.ts'
import { fittingOffer } from './offers.ts'

/** A match. A third of the offers is spoilt, and some signatures are somebody else's. */
export function matchMove(game: Game): ActionOf<'matchOrders' | 'sponsorMatchOrders'> {
  const { choices, state } = game
  const fitting = fittingOffer(game)
  const own = choices.oneIn(20) ? ownDealBeyondMeans(game, fitting) : undefined
  if (own !== undefined) return own
  const orders = choices.oneIn(3) ? spoil(fitting, choices) : fitting
  return {
    do: choices.oneIn(4) ? 'sponsorMatchOrders' : 'matchOrders',
    caller: choices.oneIn(2) ? ACTORS.sam : choices.pick(CALLERS),
    orders,
    signers: signersOf(game, orders, ownersOf(state, orders)),
  }
}

// A workerpool's owner sponsors a deal of his own pool: the price is within his means, price and stake together are not.
function ownDealBeyondMeans({ state }: Game, orders: MatchOrders): ActionOf<'sponsorMatchOrders'> | undefined {
  const caller = approverOf(state, orders.workerpool)
  if (caller === undefined || !CALLERS.includes(caller)) return undefined
  const price = (accountOf(state.ledger, caller).stake * 8n) / 10n
  const bent: MatchOrders = {
    ...orders,
    app: { ...orders.app, appprice: 0n },
    dataset: { ...orders.dataset, datasetprice: 0n },
    workerpool: { ...orders.workerpool, workerpoolprice: price },
    request: { ...orders.request, workerpoolmaxprice: price, volume: 1n },
  }
  return { do: 'sponsorMatchOrders', caller, orders: bent, signers: ownersOf(state, bent) }
}

function signersOf({ choices, state }: Game, orders: MatchOrders, owners: Required<Signers>): Signers {
  const kind = choices.pick(['app', 'dataset', 'workerpool', 'request'] as const)
  if (choices.oneIn(10)) return { ...owners, [kind]: choices.pick([ACTORS.eve, undefined]) }
  // An order approved on chain needs no signature.
  const isPresigned = holdsPresigned(state, orders[kind])
  return isPresigned ? { ...owners, [kind]: undefined } : owners
}

/** An order of an offer, old or new, approved or closed by its owner, with his signature, or by nobody who may. */
export function managementMove(game: Game): ActionOf<'manageOrder'> {
  const { choices, state, offers } = game
  const orders = choices.pickAny(offers.slice(-4)) ?? fittingOffer(game)
  const order = orders[choices.pick(['app', 'dataset', 'workerpool', 'request', 'request'] as const)]
  const owner = approverOf(state, order)
  const isByOwner = owner !== undefined && CALLERS.includes(owner) && choices.roll(5) > 1
  return {
    do: 'manageOrder',
    caller: isByOwner ? owner : choices.pick([ACTORS.eve, ACTORS.sam]),
    operation: choices.oneIn(3) ? 'close' : 'sign',
    order,
    signedBy: choices.oneIn(4) ? undefined : owner,
  }
}
