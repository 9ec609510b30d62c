// Which orders have to be on the market: pure.
import { weightNeeded } from '@iexec/protocol'
import type { Hex } from 'viem'
import { isFit } from '../decide/roster.ts'
import type { Requirement, WorkerSnapshot } from '../decide/snapshot.ts'
import { nameOf, type Price } from './prices.ts'

/** An order of the pool that was signed before and is not used up. */
export type KnownOrder = {
  readonly hash: Hex
  readonly name: string
  readonly price: bigint
  readonly volume: number
  /** Tasks that can still be bought. */
  readonly remaining: number
  readonly isOnMarket: boolean
}

/** What has to be done at the market. */
export type OrderPlan = {
  /** New orders, with the volume that is missing. */
  readonly publish: readonly { readonly price: Price; readonly volume: number }[]
  /** Orders that are good, and not on the market. */
  readonly publishAgain: readonly Hex[]
  /** Orders that nobody may find at the moment: the workers for them are gone. */
  readonly withdraw: readonly Hex[]
  /** Orders that nobody may use any more: the price list does not have them. */
  readonly close: readonly Hex[]
}

/**
 * Compares the price list with the orders that are out.
 *
 * @param isAble whether the workers who are here can do what an entry sells
 * @example
 * planOrders({ prices, known, isAble: () => true }).publish // what is missing
 */
export function planOrders({
  prices,
  known,
  isAble,
}: {
  readonly prices: readonly Price[]
  readonly known: readonly KnownOrder[]
  readonly isAble: (price: Price) => boolean
}): OrderPlan {
  const wanted = new Map(prices.map((price) => [nameOf(price), price]))
  const isStale = ({ name, price }: KnownOrder): boolean => wanted.get(name)?.price !== price
  const good = known.filter((order) => !isStale(order) && order.remaining > 0)
  const able = prices.filter(isAble)
  const ableNames = new Set(able.map(nameOf))
  return {
    publish: able.flatMap((price) => missing(price, good)),
    publishAgain: good.filter(({ name, isOnMarket }) => ableNames.has(name) && !isOnMarket).map(({ hash }) => hash),
    withdraw: good.filter(({ name, isOnMarket }) => !ableNames.has(name) && isOnMarket).map(({ hash }) => hash),
    close: known.filter((order) => isStale(order) && order.remaining > 0).map(({ hash }) => hash),
  }
}

/** Half of what shall be on offer may be sold before it is filled up again: an order for each sale would be many. */
function missing(price: Price, good: readonly KnownOrder[]): OrderPlan['publish'] {
  const left = good.filter(({ name }) => name === nameOf(price)).reduce((sum, { remaining }) => sum + remaining, 0)
  return left * 2 > price.volume ? [] : [{ price, volume: price.volume - left }]
}

/**
 * Whether these workers reach a trust together, and one of them at least has what is asked for.
 *
 * @example
 * canReach(workers, requirement, 8) // true with three new workers
 */
export function canReach(
  workers: readonly WorkerSnapshot[],
  requirement: Omit<Requirement, 'engine' | 'checksum'>,
  trust: number,
): boolean {
  const able = workers.filter(
    (worker) =>
      worker.goneAt === undefined &&
      worker.profile.engines.some((engine) => isFit(worker, { ...requirement, engine, checksum: '0x' })),
  )
  const needed = weightNeeded(BigInt(trust))
  const weight = able.reduce((all, worker) => (all >= needed ? all : all * worker.weight), 1n)
  return able.length > 0 && weight >= needed
}
