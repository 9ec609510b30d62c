// Categories of the market, as a price list names them.
import { isOtherAnswer } from '@iexec/service'
import type { Hub } from '../chain/hub.ts'
import type { Price } from './prices.ts'

/**
 * Seconds of a category.
 *
 * @returns undefined when the market has no such category
 * @throws viem's errors when the node does not answer
 * @example
 * await readTimeref(hub, 0) // 300
 */
export async function readTimeref(hub: Pick<Hub, 'readTimeref'>, category: number): Promise<number | undefined> {
  try {
    const timeref = await hub.readTimeref(BigInt(category))
    return timeref === 0 ? undefined : timeref
  } catch (error) {
    // The hub refuses to tell of what it does not have.
    if (isOtherAnswer(error)) return undefined
    throw error
  }
}

/**
 * Lets only those price lists pass that sell what can be bought.
 *
 * @param file is named in what is said
 * @throws Error in one sentence that names the categories which the market does not have; viem's errors when the node does not answer
 * @example
 * await requireCategories(hub, 'prices.json', await readPrices('prices.json'))
 */
export async function requireCategories(
  hub: Pick<Hub, 'readTimeref'>,
  file: string,
  prices: readonly Pick<Price, 'category'>[],
): Promise<void> {
  const all = [...new Set(prices.map(({ category }) => category))]
  const timerefs = await Promise.all(all.map(async (category) => readTimeref(hub, category)))
  const unknown = all.filter((_, at) => timerefs[at] === undefined)
  if (unknown.length === 0) return
  const named = unknown.length === 1 ? `category ${unknown[0]}` : `the categories ${unknown.join(', ')}`
  throw new Error(
    `The price list ${file} sells ${named}, which the market does not have: iexec category count says how many there are.`,
  )
}
