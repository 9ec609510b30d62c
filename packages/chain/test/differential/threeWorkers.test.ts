// One task, three workers, one liar. Every step runs on the chain and in the model, which have to agree on all of it.
import { accountOf, dealId, hashOrder, scoreOf, taskId, taskOf } from '@iexec/protocol'
import type { MarketAction } from '@iexec/protocol'
import type { Address } from 'viem'
import { stringToHex } from 'viem/utils'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ACTORS } from './actors.ts'
import { ownersOf } from './approvers.ts'
import type { Position } from './duel.ts'
import { open, playAll } from './opening.ts'
import { finalizationWith, plainOrders, revealOf, voteFor } from './plain.ts'
import { RLC, startWorld } from './world.ts'
import type { World } from './world.ts'

const { alice, paula, w1, w2, w5 } = ACTORS

let world: World
let start: Position

beforeAll(async () => {
  const fresh = await startWorld()
  world = fresh.world
  start = await open(world, fresh)
})

afterAll(async () => {
  await world.stop()
})

test('who lied pays those who told the truth', async () => {
  const orders = plainOrders(world.assets, { price: 10n * RLC, trust: 5n, volume: 1n })
  const deal = dealId(hashOrder(orders.request, start.state.domain), 0n)
  const task = taskId(deal, 0n)
  // w1 and w2 weigh 4 each by their scores of 15, w5 is new and weighs 2. One of the two alone is no consensus
  // (4 × 5 = 5 × 4); both together are, even against w5: 16 × 5 > (1 + 16 + 2) × 4.
  const story: readonly MarketAction[] = [
    { do: 'matchOrders', caller: alice, orders, signers: ownersOf(start.state, orders) },
    { do: 'initialize', caller: paula, deal, index: 0n },
    voteFor('the truth', w1, task),
    voteFor('a lie', w5, task),
    voteFor('the truth', w2, task),
    revealOf('the truth', w2, task),
    revealOf('the truth', w1, task),
    finalizationWith('the truth', task),
  ]

  const { state } = await playAll(world, start, story)

  const gained = (who: Address): bigint => accountOf(state.ledger, who).stake - accountOf(start.state.ledger, who).stake
  expect(taskOf(state, task)).toMatchObject({ status: 'completed', results: stringToHex('the truth') })
  expect(gained(alice)).toBe(-10n * RLC)
  // Each staked 30 % of the price. The pot is the price and the liar's stake: 13 RLC, 1 % of it paula's.
  expect(gained(w5)).toBe(-3n * RLC)
  expect(gained(w1)).toBe(6_435_000_000n)
  expect(gained(w2)).toBe(6_435_000_000n)
  expect(gained(paula)).toBe(130_000_000n)
  expect([w1, w2, w5].map((worker) => scoreOf(state, worker))).toEqual([16n, 16n, 0n])
})
