// Inputs that are too long for an address: this tab keeps them, so that a reload in the middle of a purchase loses nothing.
import { readRunSearch, type RunSearch } from '../storeSearch.ts'

/** Longer ones no transaction would carry. */
const LONGEST = 1_000_000

function nameOf(path: string): string {
  return `draft ${path}`
}

/** What the tab kept of a page; nothing where it keeps nothing. */
export function readKeptDraft(path: string): RunSearch {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(nameOf(path)) ?? '{}')
    return typeof kept === 'object' && kept !== null ? readRunSearch({ ...kept }, LONGEST) : {}
  } catch {
    // Forbidden, or not ours.
    return {}
  }
}

/** Keeps what is filled in on a page; `undefined` forgets it. */
export function keepDraft(path: string, search: RunSearch | undefined): void {
  try {
    if (search === undefined) sessionStorage.removeItem(nameOf(path))
    else sessionStorage.setItem(nameOf(path), JSON.stringify(search))
  } catch {
    // Forbidden or full: it holds as long as the page.
  }
}
