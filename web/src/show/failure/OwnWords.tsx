// A failure in its own words: English, and perhaps of a stranger.
import type { ReactElement } from 'react'

/** The first line; what lies below it is for programmers. */
export function OwnWords({ error }: { readonly error: unknown }): ReactElement {
  const message = error instanceof Error ? error.message : String(error)
  return (
    <p lang="en" dir="ltr" className="wrap-anywhere">
      {message.split('\n', 1)[0]}
    </p>
  )
}
