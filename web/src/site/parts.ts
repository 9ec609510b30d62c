// Where the faces of the site begin, and to which of them a page belongs.
import type { Part } from './config.ts'

/** What follows the chain in the address of each part's first page. */
export const PART_STARTS: { readonly [P in Part]: string } = { store: '/store', explorer: '', market: '/market' }

/** The lists of the explorer, by what follows the chain in their addresses. */
export const EXPLORER_LISTS = [
  'deals',
  'tasks',
  'apps',
  'datasets',
  'workerpools',
  'workers',
  'accounts',
  'transactions',
  'categories',
] as const

/**
 * To which part a page belongs. An order is the market's, wherever it is linked from.
 *
 * @param slug of the chain
 * @example
 * partOf('/local/market/3', 'local') // 'market'
 */
export function partOf(pathname: string, slug: string): Part {
  const words = pathname.split('/')
  const word = words[words.indexOf(slug) + 1]
  if (word === 'store') return 'store'
  return word === 'market' || word === 'order' ? 'market' : 'explorer'
}
