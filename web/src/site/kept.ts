// What the browser keeps for the next visit. Where it keeps nothing, because its owner forbids it, all holds as long as the page.

/** What is kept of this visit alone. */
const ofThisVisit = new Map<string, string>()

/**
 * What was kept.
 *
 * @example
 * readKept('theme') // 'dark'
 */
export function readKept(name: string): string | undefined {
  try {
    return localStorage.getItem(name) ?? undefined
  } catch {
    return ofThisVisit.get(name)
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
  if (text === undefined) ofThisVisit.delete(name)
  else ofThisVisit.set(name, text)
  try {
    if (text === undefined) localStorage.removeItem(name)
    else localStorage.setItem(name, text)
  } catch {
    // Forbidden or full: it is kept for this visit.
  }
}
