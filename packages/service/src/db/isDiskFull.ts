// Whether a disk is full: nothing that a service did wrong, and nothing that goes away before somebody makes room.

/** Of the system, of PostgreSQL. */
const CODES: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', '53100'])

/** Of SQLite. */
const SQLITE_FULL = 13

/**
 * Whether an error of a file, a question or a transaction says that the disk below is full.
 *
 * @example
 * isDiskFull(error) ? 507 : 500
 */
export function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code, errcode } = error as { readonly code?: unknown; readonly errcode?: unknown }
  return (typeof code === 'string' && CODES.has(code)) || errcode === SQLITE_FULL
}
