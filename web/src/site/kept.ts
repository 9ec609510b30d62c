// What the browser keeps for the next visit. Where it keeps nothing, because its owner forbids it, all holds as long as the page.

/** What the browser does not keep: it holds for this visit alone. */
const ofThisVisit = new Map<string, string>()

/**
 * What was kept.
 *
 * @example
 * readKept('theme') // 'dark'
 */
export function readKept(name: string): string | undefined {
  const kept = ofThisVisit.get(name)
  if (kept !== undefined) return kept
  try {
    return localStorage.getItem(name) ?? undefined
  } catch {
    return undefined
  }
}

/**
 * Keeps a text, or forgets it.
 *
 * @param text `undefined` forgets it
 * @example
 * keep('theme', 'dark')
 */
export function keep(name: string, text: string | undefined): void {
  ofThisVisit.delete(name)
  try {
    if (text === undefined) localStorage.removeItem(name)
    else localStorage.setItem(name, text)
  } catch {
    // Forbidden or full: it is kept for this visit, and what was kept before it no longer holds.
    if (text !== undefined) ofThisVisit.set(name, text)
  }
}
