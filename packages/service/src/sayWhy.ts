// Errors in one line, for logs and for who is refused.

/** The first line: what libraries write below it may show requests. Node says nothing of several addresses that all failed, and `fetch` only that it did. */
export function sayWhy(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return sayWhy(error.errors[0])
  if (error instanceof TypeError && error.message === 'fetch failed' && error.cause !== undefined)
    return sayWhy(error.cause)
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? ''
}
