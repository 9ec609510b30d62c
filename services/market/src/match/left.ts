// What orders and stakes still have for a wish, after the sets that it already has.
import { workerpoolStake } from '@iexec/protocol'
import type { Address, Hex } from 'viem'
import type { Offer } from './offers.ts'
import type { PoolOffer } from './pools.ts'

/** What was taken already, and which orders turned out to be useless. */
export type Taken = {
  /** Tasks per order. */
  readonly tasks: ReadonlyMap<Hex, number>
  /** nRLC per pool owner. */
  readonly stakes: ReadonlyMap<Address, bigint>
  readonly useless: ReadonlySet<Hex>
}

/** Nothing was taken. */
export const NOTHING_TAKEN: Taken = { tasks: new Map(), stakes: new Map(), useless: new Set() }

/** The orders of a set that the book has; the request comes from the wish. */
export type SetOrders = { readonly app: Offer; readonly dataset: Offer | undefined; readonly pool: PoolOffer }

/** How many tasks an order has left. */
export function tasksLeft({ hash, remaining }: Offer, taken: Taken): number {
  return taken.useless.has(hash) ? 0 : remaining - (taken.tasks.get(hash) ?? 0)
}

/** How many tasks the free stake of a pool's owner backs: endless where a task needs none. */
export function tasksBacked({ signer, price, stake }: PoolOffer, taken: Taken): number {
  const perTask = workerpoolStake(BigInt(price))
  if (perTask === 0n) return Number.MAX_SAFE_INTEGER
  const free = stake - (taken.stakes.get(signer) ?? 0n)
  return free <= 0n ? 0 : Number(free / perTask)
}

/** What is taken after some tasks of a set are. */
export function take({ app, dataset, pool }: SetOrders, volume: number, taken: Taken): Taken {
  const tasks = new Map(taken.tasks)
  for (const order of [app, pool, ...(dataset === undefined ? [] : [dataset])]) {
    tasks.set(order.hash, (tasks.get(order.hash) ?? 0) + volume)
  }
  const stake = workerpoolStake(BigInt(pool.price)) * BigInt(volume)
  const stakes = new Map(taken.stakes).set(pool.signer, (taken.stakes.get(pool.signer) ?? 0n) + stake)
  return { ...taken, tasks, stakes }
}
