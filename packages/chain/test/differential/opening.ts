// What happens before every sequence, on both sides: assets, policies, stakes, and work that gives two workers a score.
import { asInstant, dealId, hashOrder, taskId } from '@iexec/protocol'
import type { MarketAction, DealId } from '@iexec/protocol'
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
export async function playAll(world: World, start: Position, actions: readonly MarketAction[]): Promise<Position> {
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
  let position = await playAll(world, start, furnishing(world))
  for (const course of COURSES) position = await playAll(world, position, lessonsOf(world, position, course))
  return position
}

// Bob and w5 are poor: what they cannot pay is refused.
function furnishing({ assets }: World): readonly MarketAction[] {
  const poor: readonly Address[] = [ACTORS.bob, ACTORS.w5]
  const stakes = [...CALLERS, SAFE].map((to): MarketAction => {
    const amount = poor.includes(to) ? 13n * RLC : 5000n * RLC
    return { do: 'deposit', caller: to === SAFE ? ACTORS.sam : to, amount, to }
  })
  const created = assets.first.map(({ kind, address, owner }): MarketAction => ({
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

type Course = { readonly pupils: readonly Address[]; readonly trust: bigint; readonly volume: bigint }

// Accurate contributions, so that weights differ: 4 for w1 and w2 (score 15), 3 for w3 (score 12), 2 for newcomers. Trust
// is such that all pupils of a lesson are needed. One lesson more, and w1 alone would be a consensus at trust 4.
const COURSES: readonly Course[] = [
  { pupils: [ACTORS.w1, ACTORS.w2, ACTORS.w3], trust: 8n, volume: 12n },
  { pupils: [ACTORS.w1, ACTORS.w2], trust: 4n, volume: 3n },
]

function lessonsOf({ assets }: World, { state }: Position, { pupils, trust, volume }: Course): readonly MarketAction[] {
  const orders = plainOrders(assets, { price: 0n, trust, volume })
  const deal = dealId(hashOrder(orders.request, state.domain), 0n)
  const match: MarketAction = { do: 'matchOrders', caller: ACTORS.alice, orders, signers: ownersOf(state, orders) }
  const lessons = Array.from({ length: Number(volume) }, (_, index) => lesson(deal, BigInt(index), pupils))
  return [match, ...lessons.flat()]
}

function lesson(deal: DealId, index: bigint, pupils: readonly Address[]): readonly MarketAction[] {
  const task = taskId(deal, index)
  return [
    { do: 'initialize', caller: ACTORS.paula, deal, index },
    ...pupils.map((pupil) => voteFor('lesson', pupil, task)),
    ...pupils.map((pupil) => revealOf('lesson', pupil, task)),
    finalizationWith('lesson', task),
  ]
}
