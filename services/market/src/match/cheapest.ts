// The search: the cheapest set of orders that fits a wish, by reading as little of the book as possible.
import { NO_ADDRESS } from '@iexec/protocol'
import type { Address, Hex } from 'viem'
import type { Reader } from '../db/database.ts'
import { findGroups, openTo } from './discover.ts'
import type { Judge } from './judge.ts'
import { NOTHING_TAKEN, tasksBacked, tasksLeft, type SetOrders, type Taken } from './left.ts'
import type { Shelf } from './offers.ts'
import { leastUnread, openSellers, pairsOf, readOn, type Pair, type Sellers } from './pairs.ts'
import { streamPools, type OpenTo, type PoolOffer, type PoolStream } from './pools.ts'
import type { Profiles } from './profiles.ts'
import type { Registered } from './registered.ts'
import type { Terms } from './wish.ts'
import { LOOKS_PER_QUESTION, type Work } from './work.ts'

/** Orders that fit, for so many tasks; the price in nRLC for one of them. */
export type OrderSet = SetOrders & { readonly price: bigint; readonly volume: number }

/** A search that can be asked again when something was taken. */
export type Search = {
  /** The cheapest set for up to `wanted` tasks; of equal price the one for most of them. `undefined` when nothing fits. */
  readonly cheapest: (wanted: number, taken?: Taken) => Promise<OrderSet | undefined>
}

/** What a search is made from. */
export type SearchDeps = {
  readonly reader: Reader
  readonly judge: Judge
  readonly work: Work
  readonly profiles: Profiles
  readonly registered: Registered
  readonly shelf: Shelf
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
  const sellers = await openSellers(deps)
  if (sellers === undefined) return { cheapest: async () => Promise.resolve(undefined) }
  let open = openTo(terms)
  let book = newBook(deps, open)
  let askedUpTo = -1
  const cheapest = async (wanted: number, taken: Taken): Promise<OrderSet | undefined> => {
    // Where nobody sells, no workerpool order helps.
    if (pairsOf(sellers, taken, work).length === 0) await readOn(sellers, taken, terms.maxPrices.total)
    for (;;) {
      const best = await findSet({ book, judge, work, sellers, taken, wanted })
      if (terms.ignored.has('restrictions')) return best
      const least = leastPrice(sellers, taken, work)
      if (least === undefined) return best
      const limit = best === undefined ? terms.maxPrices.total : best.price - 1n
      const maxPrice = Number(limit - least)
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
  return { cheapest: async (wanted, taken = NOTHING_TAKEN) => cheapest(wanted, taken) }
}

/** What the cheapest pair costs, or one that was not read yet at least. */
function leastPrice(sellers: Sellers, taken: Taken, work: Work): bigint | undefined {
  const unread = leastUnread(sellers, taken)
  const known = pairsOf(sellers, taken, work)[0]?.price
  return known === undefined || (unread !== undefined && unread < known) ? unread : known
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
function meantPool({ terms, registered }: Sellers): Address {
  const isNamed = registered.isWorkerpool(terms.workerpool) && !terms.ignored.has('restrictions')
  return isNamed ? terms.workerpool : NO_ADDRESS
}

/** The cheapest set. Further orders of the sellers are read only while one of them may be in it. */
async function findSet(task: Task): Promise<OrderSet | undefined> {
  const { sellers, taken } = task
  // No pair needs less than this, so none gets a cheaper workerpool order.
  const floor = await task.book.stream(sellers.terms.tag, meantPool(sellers)).at(0)
  if (floor === undefined) return undefined
  for (;;) {
    const best = await findAmongRead(BigInt(floor.price), task)
    const limit = best?.price ?? sellers.terms.maxPrices.total
    if (!(await readOn(sellers, taken, limit - BigInt(floor.price)))) return best
  }
}

async function findAmongRead(floor: bigint, task: Task): Promise<OrderSet | undefined> {
  const { sellers, taken, work } = task
  let best: OrderSet | undefined
  for (const pair of pairsOf(sellers, taken, work)) {
    const limit = best?.price ?? sellers.terms.maxPrices.total
    if (pair.price + floor > limit || !(await work.go(1))) break
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
