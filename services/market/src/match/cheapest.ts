// The search: the cheapest set of orders that fits a wish, by reading as little of the book as possible.
import { NO_ADDRESS } from '@iexec/protocol'
import type { Address, Hex } from 'viem'
import type { Reader } from '../db/database.ts'
import { findGroups, openTo } from './discover.ts'
import type { Judge } from './judge.ts'
import { NOTHING_TAKEN, tasksBacked, tasksLeft, type SetOrders, type Taken } from './left.ts'
import { streamPools, type OpenTo, type PoolOffer, type PoolStream } from './offers.ts'
import { loadSellers, pairsOf, type Pair, type Sellers } from './pairs.ts'
import type { Profiles } from './profiles.ts'
import type { Terms } from './wish.ts'
import { LOOKS_PER_QUESTION, type Work } from './work.ts'

/** Orders that fit, for so many tasks; the price in nRLC for one of them. */
export type OrderSet = SetOrders & { readonly price: bigint; readonly volume: number }

/** A search that can be asked again when something was taken. */
export type Search = {
  readonly sellers: Sellers
  /** The cheapest set for up to `wanted` tasks; of equal price the one for most of them. `undefined` when nothing fits. */
  readonly cheapest: (wanted: number, taken?: Taken) => Promise<OrderSet | undefined>
}

/** What a search is made from. */
export type SearchDeps = {
  readonly reader: Reader
  readonly judge: Judge
  readonly work: Work
  readonly profiles: Profiles
  readonly terms: Terms
}

/**
 * Opens the search for a wish.
 *
 * Pairs of an app order and a dataset order, the cheapest first, are put before streams of workerpool orders, the cheapest
 * first, that offer what the pair needs. It ends as soon as no further pair can be cheaper, whatever the workerpool order.
 * Workerpool orders for groups are looked for among those that would win.
 */
export async function openSearch(deps: SearchDeps): Promise<Search> {
  const { reader, judge, work, terms } = deps
  const sellers = await loadSellers(deps)
  let open = openTo(terms)
  let book = newBook(deps, open)
  let askedUpTo = -1
  const cheapest = async (wanted: number, taken: Taken): Promise<OrderSet | undefined> => {
    const pairs = pairsOf(sellers, taken, work)
    const [first] = pairs
    if (first === undefined) return undefined
    for (;;) {
      const best = await findSet(pairs, { book, judge, work, sellers, taken, wanted })
      if (terms.ignored.has('restrictions')) return best
      const limit = best === undefined ? terms.maxPrices.total : best.price - 1n
      const maxPrice = Number(limit - first.price)
      if (maxPrice <= askedUpTo || !(await work.go(LOOKS_PER_QUESTION))) return best
      const workerpool = meantPool(sellers)
      const wider = await findGroups({ reader, judge, work, terms, open, workerpool, maxPrice })
      if (wider === undefined) {
        askedUpTo = maxPrice
        return best
      }
      open = wider
      book = newBook(deps, open)
    }
  }
  return {
    sellers,
    cheapest: async (wanted, taken = NOTHING_TAKEN) => cheapest(wanted, taken),
  }
}

/** The streams of workerpool orders that were opened, by what they need. */
type Book = {
  readonly stream: (tag: Hex, workerpool: Address) => PoolStream
}

function newBook({ reader, work, terms }: SearchDeps, open: OpenTo): Book {
  const streams = new Map<string, PoolStream>()
  return {
    stream: (tag, workerpool) => {
      // Where tags do not count, all share one stream.
      const key = terms.ignored.has('tag') ? workerpool : `${tag} ${workerpool}`
      const known = streams.get(key)
      if (known !== undefined) return known
      const pools = streamPools(reader, work, { terms, tag, workerpool, open })
      streams.set(key, pools)
      return pools
    },
  }
}

type Task = {
  readonly book: Book
  readonly judge: Judge
  readonly work: Work
  readonly sellers: Sellers
  readonly taken: Taken
  readonly wanted: number
}

/** The workerpool that the wish names, where it counts; the zero address for any. */
function meantPool({ terms, workerpools }: Sellers): Address {
  const isNamed = workerpools.has(terms.workerpool) && !terms.ignored.has('restrictions')
  return isNamed ? terms.workerpool : NO_ADDRESS
}

async function findSet(pairs: readonly Pair[], task: Task): Promise<OrderSet | undefined> {
  const { terms } = task.sellers
  // No pair needs less than this, so none gets a cheaper workerpool order.
  const floor = await task.book.stream(terms.tag, meantPool(task.sellers)).at(0)
  let best: OrderSet | undefined
  for (const pair of pairs) {
    const limit = best?.price ?? terms.maxPrices.total
    if (floor === undefined || pair.price + BigInt(floor.price) > limit || !(await task.work.go(1))) break
    const pool = await findPool(pair, limit, task)
    if (pool === undefined) continue
    const set = toSet(pair, pool, task)
    if (best === undefined || set.price < best.price || set.volume > best.volume) best = set
  }
  return best
}

/** The first workerpool order for a pair, as long as both together are not above a limit. */
async function findPool(
  pair: Pair,
  limit: bigint,
  { book, judge, work, sellers, taken }: Task,
): Promise<PoolOffer | undefined> {
  const pools = book.stream(pair.tag, pair.workerpool)
  for (let index = 0; ; index += 1) {
    const pool = await pools.at(index)
    if (pool === undefined || pair.price + BigInt(pool.price) > limit || !(await work.go(1))) return undefined
    if (tasksLeft(pool, taken) <= 0 || !isBacked(pool, sellers.terms, taken)) continue
    if (!(await letsPoolIn(judge, sellers.terms, { ...pair, pool }))) continue
    // Asked only now, because groups are asked only for what would win.
    return (await letsWishIn(judge, sellers.terms, pair)) ? pool : undefined
  }
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
