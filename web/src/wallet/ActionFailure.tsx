// Why an action failed: the sentence, and what one can do.
import type { ReactElement } from 'react'

/** The words of a failure; the SDK's have hints. */
export function ActionFailure({ error }: { readonly error: Error | null }): ReactElement | null {
  if (error === null) return null
  return (
    <div role="alert" className="grid gap-1 text-bad">
      <p className="font-medium">{error.message.split('\n')[0]}</p>
      {hintsOf(error).map((hint) => (
        <p key={hint} className="text-muted">
          {hint}
        </p>
      ))}
    </div>
  )
}

/** The class is not loaded here; its shape says enough. */
function hintsOf(error: Error): readonly string[] {
  return 'hints' in error && Array.isArray(error.hints) ? error.hints.map(String) : []
}
