// Whether it is PostgreSQL that is not there: nothing that a service did wrong, and nothing that waiting does not repair.

/** Of the system, while connecting or of a connection that broke. */
const OF_THE_NETWORK: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT',
])

/** PostgreSQL's own: lost connections, too many of them, a server that ends, crashes or starts. */
const OF_POSTGRES = /^(?:08...|53300|57P0[1-3])$/u

/** What `pg` says without a code. */
const OF_CLIENT =
  /^(?:Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection)/u

/**
 * Whether an error of a question or a transaction says that the database does not answer.
 *
 * @example
 * isDown(error) ? 503 : 500
 */
export function isDown(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code } = error as { readonly code?: unknown }
  return (
    OF_CLIENT.test(error.message) ||
    (typeof code === 'string' && (OF_POSTGRES.test(code) || (OF_THE_NETWORK.has(code) && isOfSocket(error))))
  )
}

/** A file that is missing has such codes, too. */
function isOfSocket(error: Error): boolean {
  const [first] = error instanceof AggregateError ? (error.errors as readonly unknown[]) : [error]
  const { syscall } = (first ?? {}) as { readonly syscall?: unknown }
  return typeof syscall === 'string' && /^(?:connect|read|write|getaddrinfo)$/u.test(syscall)
}
