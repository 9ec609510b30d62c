// Moves with assets: created, given away, and the policy of a workerpool.
import { NO_ADDRESS, ownerOf } from '@iexec/protocol'
import type { MarketAction } from '@iexec/protocol'
import { ACTORS, CALLERS, SAFE } from './actors.ts'
import type { Asset } from './assets.ts'
import type { Game } from './game.ts'

/** An asset changes hands, mostly back to its first owner; sometimes somebody tries who does not own it. */
export function handOver(game: Game): MarketAction {
  const { choices, state } = game
  const { kind, address, owner: first } = assetOf(game)
  const owner = ownerOf(state, kind, address)
  return {
    do: 'transferAsset',
    caller: owner === undefined || !CALLERS.includes(owner) || choices.oneIn(6) ? choices.pick(CALLERS) : owner,
    kind,
    asset: address,
    to: choices.pick([first, ACTORS.ada, ACTORS.paula, ACTORS.alice, ACTORS.w3, SAFE, NO_ADDRESS]),
  }
}

/** Anyone creates an asset, which may exist already, for the owner that its address stands for. */
export function creation(game: Game): MarketAction {
  const { first, later } = game.world.assets
  const { kind, address, owner } = game.choices.pick(game.choices.oneIn(4) ? first : later)
  return { do: 'createAsset', caller: game.choices.pick(CALLERS), kind, asset: address, owner }
}

/** A workerpool's owner, or somebody else, sets a policy, sometimes one that no deal can hold. */
export function policyChange(game: Game): MarketAction {
  const { choices, state, world } = game
  const pool = choices.pick(world.assets.first.filter(({ kind }) => kind === 'workerpool'))
  const owner = ownerOf(state, 'workerpool', pool.address)
  const workerStakeRatio = choices.oneIn(4)
    ? choices.pick([2n ** 100n, 2n ** 248n - 1n, 2n ** 248n - 1n, 2n ** 248n, 2n ** 248n, 2n ** 256n - 1n])
    : choices.pick([0n, 7n, 30n, 99n, 250n])
  const schedulerRewardRatio = choices.oneIn(6)
    ? choices.pick([101n, 2n ** 256n - 1n])
    : choices.pick([0n, 1n, 33n, 50n, 99n, 100n])
  return {
    do: 'changePolicy',
    caller: owner === undefined || !CALLERS.includes(owner) || choices.oneIn(4) ? choices.pick(CALLERS) : owner,
    workerpool: pool.address,
    policy: { workerStakeRatio, schedulerRewardRatio },
  }
}

function assetOf({ world, choices }: Game): Asset {
  const { first, later } = world.assets
  return choices.pick(choices.oneIn(2) ? first : [...first, ...later])
}
