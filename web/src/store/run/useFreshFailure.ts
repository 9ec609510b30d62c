// A failure, as long as the form still says what failed.
import { useState } from 'react'

/**
 * What failed last, until something else is filled in, or the form itself refuses: it was said of other values.
 *
 * @returns the failure, and what forgets it
 * @example
 * const [failure, forget] = useFreshFailure(buying.error, draft)
 */
export function useFreshFailure(error: Error | null, draft: object): readonly [Error | null, () => void] {
  const [past, setPast] = useState<{ readonly draft: object; readonly error: Error | null }>({ draft, error: null })
  // What fails later, of a purchase that is still under way, is told.
  if (past.draft !== draft) setPast({ draft, error })
  const forget = (): void => {
    setPast({ draft, error })
  }
  return [error === past.error ? null : error, forget]
}
