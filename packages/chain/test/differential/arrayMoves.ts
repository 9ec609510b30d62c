// Several steps in one transaction: the hub's array forms, and its multicall.
import { hasExpired } from '@iexec/protocol'
import type { MarketAction } from '@iexec/protocol'
import { ACTORS, CALLERS } from './actors.ts'
import { knownTasks, openTasks } from './game.ts'
import type { Game, KnownTask } from './game.ts'
import { manyDeposits } from './moneyMoves.ts'
import type { Move } from './move.ts'
import { claimOf, contributionWithResult, initialization, revelation } from './taskActions.ts'

/** Several steps at once, all of which go through or none; `undefined` when there is nothing to do them on. */
export function arrayMove(game: Game): Move | undefined {
  const { choices } = game
  const unset = knownTasks(game).filter(({ task }) => task.status === 'unset')
  const expired = unset.filter(({ terms }) => hasExpired(terms, game.now))
  const waiting = choices.pickAny(expired.length > 0 && choices.oneIn(2) ? expired : unset)
  const isBegun = choices.oneIn(3) || waiting === undefined
  return isBegun ? onOpenTasks(game) : onWaitingTasks(game, waiting)
}

function onWaitingTasks(game: Game, { deal, terms, task }: KnownTask): Move {
  const { choices } = game
  const caller = choices.pick(CALLERS)
  const siblings = knownTasks(game).filter((known) => known.deal === deal)
  const unset = siblings.filter((known) => known.task.status === 'unset')
  const chosen = choices.oneIn(6) ? siblings : unset
  const begun = chosen.map((known): MarketAction => ({ ...initialization(game, known), caller }))
  switch (hasExpired(terms, game.now) ? 1 : choices.roll(3)) {
    case 0:
      return { form: 'initializeArray', caller, actions: begun }
    case 1: {
      const both = chosen.flatMap((known): readonly MarketAction[] => [
        { ...initialization(game, known), caller },
        { ...claimOf(game, known), caller },
      ])
      return { form: 'initializeAndClaimArray', caller, actions: both }
    }
    default: {
      const known = unset.find((sibling) => sibling.task.id === task.id) ?? chosen[0]
      if (known === undefined) return { form: 'initializeArray', caller, actions: begun }
      const whole = contributionWithResult(game, known)
      const steps = [{ ...initialization(game, known), caller: whole.caller }, whole]
      return { form: 'multicall', caller: whole.caller, actions: steps }
    }
  }
}

function onOpenTasks(game: Game): Move {
  const { choices } = game
  const open = openTasks(game).slice(0, 5)
  const caller = choices.pick(CALLERS)
  const claims = open.map((known): MarketAction => ({ ...claimOf(game, known), caller }))
  const reveals = open.map((known): MarketAction => ({ ...revelation(game, known), caller: ACTORS.w1 }))
  return choices.pick<Move>([
    { form: 'claimArray', caller, actions: claims },
    { form: 'multicall', caller, actions: claims.slice(0, 2) },
    { form: 'multicall', caller: ACTORS.w1, actions: reveals.slice(0, 2) },
    manyDeposits(game),
  ])
}
