// What happens before every sequence, on both sides: assets, policies, stakes, and work that gives two workers a score.
import { asInstant, dealId, hashOrder, taskId } from '@iexec/protocol'
import type { Action, DealId } from '@iexec/protocol'
import type { Address } from 'viem'
import { ACTORS, CALLERS, SAFE } from './actors.ts'
import { ownersOf } from './approvers.ts'
import { assetNamed } from './assets.ts'
import { play } from './duel.ts'
import type { Position } from './duel.ts'
import { one } from './move.ts'
import { finalizationWith, plainOrders, revealOf, voteFor } from './plain.ts'
import { RLC } from './world.ts'
import type { World } from './world.ts'

/**
 * Carries out actions that must go through, a second apart.
 *
 * @throws Error when one is refused, or when the two sides differ
 */
export async function playAll(world: World, start: Position, actions: readonly Action[]): Promise<Position> {
  let position = start
  for (const action of actions) {
    const at = asInstant(position.now + 1n)
    const { position: after, step, differences } = await play(world, position.state, { move: one(action), at })
    const refusal = step.ok ? [] : [`refused: ${step.refusal.reason}`]
    const problems = [...differences, ...refusal]
    if (problems.length > 0) throw new Error(`${action.do}: ${problems.join('\n')}`)
    position = after
  }
  return position
}

/** The market with which sequences begin. */
export async function open(world: World, start: Position): Promise<Position> {
  const furnished = await playAll(world, start, furnishing(world))
  const orders = plainOrders(world.assets, { price: 0n, trust: 4n, volume: BigInt(LESSONS.length) })
  const signers = ownersOf(furnished.state, orders)
  const matched = await playAll(world, furnished, [{ do: 'matchOrders', caller: ACTORS.alice, orders, signers }])
  const deal = dealId(hashOrder(orders.request, start.state.domain), 0n)
  return playAll(
    world,
    matched,
    LESSONS.flatMap((index) => lesson(deal, index)),
  )
}

// Bob and w5 are poor: what they cannot pay is refused.
function furnishing({ assets }: World): readonly Action[] {
  const poor: readonly Address[] = [ACTORS.bob, ACTORS.w5]
  const stakes = [...CALLERS, SAFE].map((to): Action => {
    const amount = poor.includes(to) ? 13n * RLC : 5000n * RLC
    return { do: 'deposit', caller: to === SAFE ? ACTORS.sam : to, amount, to }
  })
  const created = assets.first.map(({ kind, address, owner }): Action => ({
    do: 'createAsset',
    caller: ACTORS.eve,
    kind,
    asset: address,
    owner,
  }))
  const policy = { workerStakeRatio: 7n, schedulerRewardRatio: 33n }
  const workerpool = assetNamed(assets, 'poolB')
  return [...stakes, ...created, { do: 'changePolicy', caller: ACTORS.peter, workerpool, policy }]
}

// So many accurate contributions that the weights of w1 and w2 differ from a newcomer's, and their shares too. After one
// more, w1 would be a consensus of his own.
const LESSONS: readonly bigint[] = Array.from({ length: 15 }, (_, index) => BigInt(index))

function lesson(deal: DealId, index: bigint): readonly Action[] {
  const task = taskId(deal, index)
  const pupils = [ACTORS.w1, ACTORS.w2]
  return [
    { do: 'initialize', caller: ACTORS.paula, deal, index },
    ...pupils.map((pupil) => voteFor('lesson', pupil, task)),
    ...pupils.map((pupil) => revealOf('lesson', pupil, task)),
    finalizationWith('lesson', task),
  ]
}
