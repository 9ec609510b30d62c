// Sets of orders for all tasks of a wish: the cheapest set again and again, until nothing is wanted or left.
import type { Mismatch } from '@iexec/protocol'
import type { Hex } from 'viem'
import type { Search, OrderSet } from './cheapest.ts'
import { confirmSet, type Confirmation, type Confirmed } from './confirm.ts'
import { NOTHING_TAKEN, take, type Taken } from './left.ts'
import { LOOKS_PER_QUESTION } from './work.ts'

/** So many sets one answer has. */
export const MAX_SETS = 50
/** So many sets that the rule refuses are passed over: the tables changed while they were read. */
const MAX_REFUSED = 100

/** A set that the protocol's rule accepts, for so many tasks. */
export type FilledSet = Omit<Confirmed, 'match'> & { readonly volume: number; readonly price: bigint }

/** The sets of a wish, the cheapest first, and all that they take together. */
export type Filled = {
  readonly sets: readonly FilledSet[]
  readonly volume: number
  readonly taken: Taken
  /** Whether it has as many sets as an answer may have. */
  readonly isFull: boolean
}

/**
 * Fills a wish, greedily: each time the cheapest set is taken, and of equal price the one for most tasks.
 *
 * So each task costs as little as it can after those before it, in few sets. Another distribution of orders that let in only each
 * other may cost less in all; to find it, all of them would have to be weighed against each other.
 */
export async function fillWish(search: Search, deps: Omit<Confirmation, 'taken'>): Promise<Filled> {
  const sets: FilledSet[] = []
  let taken = NOTHING_TAKEN
  let volume = 0
  let refused = 0
  while (volume < deps.wish.volume && sets.length < MAX_SETS && refused < MAX_REFUSED) {
    const set = await search.cheapest(deps.wish.volume - volume, taken)
    if (set === undefined || !(await deps.work.go(LOOKS_PER_QUESTION))) break
    const confirmed = await confirmSet(set, { ...deps, taken })
    if (confirmed?.match.ok !== true) {
      refused += 1
      taken = { ...taken, useless: new Set([...taken.useless, ...uselessOf(set, confirmed)]) }
      continue
    }
    const { match, ...orders } = confirmed
    const tasks = Number(match.volume)
    sets.push({ ...orders, volume: tasks, price: set.price })
    volume += tasks
    taken = take(set, tasks, taken)
  }
  const isFull = sets.length >= MAX_SETS
  if (volume < deps.wish.volume && (isFull || refused >= MAX_REFUSED)) deps.work.cut()
  return { sets, volume, taken, isFull }
}

/** The orders of a refused set that are to blame. */
function uselessOf(set: OrderSet, confirmed: Confirmed | undefined): readonly Hex[] {
  const hashes = { app: set.app.hash, dataset: set.dataset?.hash ?? set.pool.hash, workerpool: set.pool.hash }
  // One of them has left the book: which one, the next search sees for itself.
  if (confirmed === undefined || confirmed.match.ok) return Object.values(hashes)
  return confirmed.match.mismatches.map((mismatch) => hashes[sideOf(mismatch)])
}

function sideOf(mismatch: Mismatch): 'app' | 'dataset' | 'workerpool' {
  if (mismatch.reason === 'NothingLeftToMatch') {
    if (mismatch.app === 0n) return 'app'
    return mismatch.dataset === 0n ? 'dataset' : 'workerpool'
  }
  if (/^App|ByApp$/u.test(mismatch.reason)) return 'app'
  return /^Dataset|ByDataset$/u.test(mismatch.reason) ? 'dataset' : 'workerpool'
}
