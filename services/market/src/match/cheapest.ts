// The search: the cheapest set of orders that fits a wish, by reading as little of the book as possible.
import { NO_ADDRESS } from '@iexec/protocol'
import type { Address, Hex } from 'viem'
import type { Reader } from '../db/database.ts'
import { findGroups, openTo } from './discover.ts'
import type { Judge } from './judge.ts'
import { NOTHING_TAKEN, tasksBacked, tasksLeft, type SetOrders, type Taken } from './left.ts'
import { streamPools, type OpenTo, type PoolOffer, type PoolStream } from './offers.ts'
import { loadSellers, pairsOf, type Pair, type Sellers } from './pairs.ts'
import type { Terms } from './wish.ts'

/** Orders that fit, for so many tasks; the price in nRLC for one of them. */
export type OrderSet = SetOrders & { readonly price: bigint; readonly volume: number }

/** A search that can be asked again when something was taken. */
export type Search = {
  readonly sellers: Sellers
  /** The cheapest set for up to `wanted` tasks; of equal price the one for most of them. `undefined` when nothing fits. */
  readonly cheapest: (wanted: number, taken?: Taken) => Promise<OrderSet | undefined>
  /** Whether it stopped before it had looked at everything. */
  readonly isCut: () => boolean
}

/** So many workerpool orders are looked at in one search; opening a stream of them counts as `LOOKS_PER_STREAM`. */
const MAX_LOOKS = 20_000
const LOOKS_PER_STREAM = 50

/** What a search is made from. */
export type SearchDeps = { readonly reader: Reader; readonly judge: Judge; readonly terms: Terms }

/**
 * Opens the search for a wish.
 *
 * Pairs of an app order and a dataset order, the cheapest first, are put before streams of workerpool orders, the cheapest
 * first, that offer what the pair needs. It ends as soon as no further pair can be cheaper, whatever the workerpool order.
 * Workerpool orders for groups are looked for among those that would win.
 */
export async function openSearch({ reader, judge, terms }: SearchDeps): Promise<Search> {
  const sellers = await loadSellers(reader, terms)
  let open = openTo(terms)
  let book = newBook(reader, terms, open)
  let looks = 0
  const cheapest = async (wanted: number, taken: Taken): Promise<OrderSet | undefined> => {
    const pairs = pairsOf(sellers, taken)
    const [first] = pairs
    if (first === undefined) return undefined
    for (;;) {
      const found = await findSet(pairs, { book, judge, sellers, taken, wanted, looksLeft: MAX_LOOKS - looks })
      looks += found.looks
      if (terms.ignored.has('restrictions')) return found.best
      const limit = found.best === undefined ? terms.maxPrices.total : found.best.price - 1n
      const wider = await findGroups({ reader, judge, terms, open, maxPrice: Number(limit - first.price) })
      if (wider === undefined) return found.best
      open = wider
      book = newBook(reader, terms, open)
    }
  }
  return {
    sellers,
    cheapest: async (wanted, taken = NOTHING_TAKEN) => cheapest(wanted, taken),
    isCut: () => looks >= MAX_LOOKS,
  }
}

/** The streams of workerpool orders that were opened, by what they need. */
type Book = {
  readonly stream: (tag: Hex, workerpool: Address) => { readonly pools: PoolStream; readonly isNew: boolean }
}

function newBook(reader: Reader, terms: Terms, open: OpenTo): Book {
  const streams = new Map<string, PoolStream>()
  return {
    stream: (tag, workerpool) => {
      const key = `${tag} ${workerpool}`
      const known = streams.get(key)
      if (known !== undefined) return { pools: known, isNew: false }
      const pools = streamPools(reader, { terms, tag, workerpool, open })
      streams.set(key, pools)
      return { pools, isNew: true }
    },
  }
}

type Task = {
  readonly book: Book
  readonly judge: Judge
  readonly sellers: Sellers
  readonly taken: Taken
  readonly wanted: number
  readonly looksLeft: number
}

async function findSet(
  pairs: readonly Pair[],
  task: Task,
): Promise<{ readonly best: OrderSet | undefined; readonly looks: number }> {
  const { terms, workerpools } = task.sellers
  // No pair needs less than this, so none gets a cheaper workerpool order.
  const meant = workerpools.has(terms.workerpool) ? terms.workerpool : NO_ADDRESS
  const floor = await task.book.stream(terms.tag, meant).pools.at(0)
  let best: OrderSet | undefined
  let looks = LOOKS_PER_STREAM
  for (const pair of pairs) {
    const limit = best?.price ?? terms.maxPrices.total
    if (floor === undefined || pair.price + BigInt(floor.price) > limit || looks >= task.looksLeft) break
    const found = await findPool(pair, limit, { ...task, looksLeft: task.looksLeft - looks })
    looks += found.looks
    if (found.pool === undefined) continue
    const set = toSet(pair, found.pool, task)
    if (best === undefined || set.price < best.price || set.volume > best.volume) best = set
  }
  return { best, looks }
}

/** The first workerpool order for a pair, as long as both together are not above a limit. */
async function findPool(
  pair: Pair,
  limit: bigint,
  { book, judge, sellers, taken, looksLeft }: Task,
): Promise<{ readonly pool?: PoolOffer; readonly looks: number }> {
  const { pools, isNew } = book.stream(pair.tag, pair.workerpool)
  let looks = isNew ? LOOKS_PER_STREAM : 0
  for (let index = 0; looks < looksLeft; index += 1) {
    const pool = await pools.at(index)
    if (pool === undefined || pair.price + BigInt(pool.price) > limit) break
    looks += 1
    if (tasksLeft(pool, taken) <= 0 || !isBacked(pool, sellers.terms, taken)) continue
    if (!(await letsPoolIn(judge, sellers.terms, { ...pair, pool }))) continue
    // Asked only now, because groups are asked only for what would win.
    return (await letsWishIn(judge, sellers.terms, pair)) ? { pool, looks } : { looks }
  }
  return { looks }
}

function isBacked(pool: PoolOffer, { ignored }: Terms, taken: Taken): boolean {
  return ignored.has('stake') || tasksBacked(pool, taken) > 0
}

/** Restrictions of a pair that no workerpool order changes. */
async function letsWishIn(judge: Judge, terms: Terms, { app, dataset }: Pair): Promise<boolean> {
  return letIn(judge, terms, [
    [app.dataset, terms.dataset],
    [app.requester, terms.requester],
    [dataset?.app ?? NO_ADDRESS, terms.app],
    [dataset?.requester ?? NO_ADDRESS, terms.requester],
  ])
}

/** Restrictions between a workerpool order, a pair and the wish. */
async function letsPoolIn(judge: Judge, terms: Terms, { app, dataset, pool }: SetOrders): Promise<boolean> {
  return letIn(judge, terms, [
    [terms.workerpool, pool.workerpool],
    [app.workerpool, pool.workerpool],
    [dataset?.workerpool ?? NO_ADDRESS, pool.workerpool],
    [pool.app, terms.app],
    [pool.dataset, terms.dataset],
    [pool.requester, terms.requester],
  ])
}

type Question = readonly [restriction: Address, account: Address | undefined]

async function letIn(judge: Judge, { ignored }: Terms, questions: readonly Question[]): Promise<boolean> {
  if (ignored.has('restrictions')) return true
  for (const [restriction, account] of questions) {
    if (!(await judge.allows(restriction, account))) return false
  }
  return true
}

function toSet({ app, dataset, price }: Pair, pool: PoolOffer, { wanted, taken, sellers }: Task): OrderSet {
  const { ignored } = sellers.terms
  const volume = Math.min(
    wanted,
    tasksLeft(app, taken),
    tasksLeft(pool, taken),
    dataset === undefined ? wanted : tasksLeft(dataset, taken),
    ignored.has('stake') ? wanted : tasksBacked(pool, taken),
  )
  return { app, dataset, pool, price: price + BigInt(pool.price), volume }
}
