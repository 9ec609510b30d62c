// What is shown when the site does not even know which market it is of.
import type { ReactElement } from 'react'

/** One sentence about what is wrong, and how to try again. No words of languages: those may be what is missing. */
export function Unreadable({ error }: { readonly error: unknown }): ReactElement {
  return (
    <main className="mx-auto max-w-xl p-8" role="alert">
      <h1 className="text-xl font-semibold">This site cannot start.</h1>
      <p className="mt-2">{error instanceof Error ? error.message : String(error)}</p>
      <button
        type="button"
        className="button mt-4"
        onClick={() => {
          location.reload()
        }}
      >
        Try again
      </button>
    </main>
  )
}
