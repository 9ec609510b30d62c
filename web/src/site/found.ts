// What a search found: where its page is, and which of it somebody means who presses Enter.
import type { SearchResult } from '@iexec/wire'

/**
 * What follows the chain in the address of the page of something.
 *
 * @example
 * pathOf({ type: 'account', id: '0x…', name: null, exact: true }) // '/address/0x…'
 */
export function pathOf({ type, id, name }: SearchResult): string {
  switch (type) {
    case 'account':
      return `/address/${id}`
    case 'transaction':
      return `/tx/${id}`
    case 'contribution':
      return `/task/${id.slice(0, 66)}`
    case 'order':
      // An order's name is its kind: `apporder`.
      return `/order/${name?.replace(/order$/u, '') ?? ''}/${id}`
    case 'app':
    case 'dataset':
    case 'workerpool':
    case 'category':
    case 'deal':
    case 'task':
      return `/${type}/${id}`
  }
}

/**
 * The page that is meant by what was typed, when only one can be: the only one that is exactly that, or the only one at all.
 *
 * @param results what the market found for it
 * @returns what follows the chain in its address; undefined when people have to choose
 * @example
 * pathMeant('0x12…', []) // undefined
 */
export function pathMeant(typed: string, results: readonly SearchResult[]): string | undefined {
  const exact = results.filter((result) => result.exact)
  // An asset says more than the account of its address, and of a deal more than of its tasks: the market tells them in that order.
  const [first] =
    exact.length > 0 && isId(typed) ? exact : exact.length === 1 ? exact : results.length === 1 ? results : []
  if (first !== undefined) return pathOf(first)
  // Of an address that the market has never heard of there is a page, too: it says so.
  return /^0x[0-9a-f]{40}$/iu.test(typed) ? `/address/${typed}` : undefined
}

function isId(typed: string): boolean {
  return /^0x[0-9a-f]{40}([0-9a-f]{24})?$/iu.test(typed)
}
