// What a look at one thing tells: it is ready, it is absent and only needed for more, or it is broken and how to mend it.

/** What was found. */
export type Finding = {
  /** `note`: it is absent or unusual, and what was asked works all the same. */
  readonly state: 'ok' | 'note' | 'broken'
  /** What is there, or what is wrong. */
  readonly says: string
  /** What to do about it. */
  readonly remedy?: string
}

/** What was found of one thing. */
export type Check = Finding & { readonly name: string }

/** How long anything is waited for, in milliseconds. */
export const PATIENCE_MS = 3000

/** Ready. */
export function ok(says: string): Finding {
  return { state: 'ok', says }
}

/** Absent or unusual. */
export function note(says: string, remedy?: string): Finding {
  return { state: 'note', says, ...(remedy === undefined ? {} : { remedy }) }
}

/** Broken. */
export function broken(says: string, remedy: string): Finding {
  return { state: 'broken', says, remedy }
}

/** A failure of the SDK or of the command line as something broken: its sentence, and its first hint. */
export function brokenBy(error: unknown, remedy: string): Finding {
  const { message, hints } = error as { readonly message?: unknown; readonly hints?: readonly string[] }
  return broken(typeof message === 'string' ? message : String(error), hints?.[0] ?? remedy)
}
