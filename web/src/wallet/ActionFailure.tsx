// Why an action failed, and what one can do.
import type { ReactElement } from 'react'
import { FailureWords } from '../show/failure/FailureWords.tsx'

/** The words of a failure, told at once to whoever cannot see them come. */
export function ActionFailure({ error }: { readonly error: Error | null }): ReactElement | null {
  if (error === null) return null
  return (
    <div role="alert" className="font-medium text-bad">
      <FailureWords error={error} />
    </div>
  )
}
