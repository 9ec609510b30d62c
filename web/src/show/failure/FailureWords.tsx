// Why something failed, in words. What knows all the words is loaded late, but before it is needed: then nothing may come any more.
import i18next from 'i18next'
import { lazy, Suspense, type ReactElement } from 'react'
import { OwnWords } from './OwnWords.tsx'

async function load(): Promise<{ readonly default: typeof OwnWords }> {
  try {
    return { default: (await import('./Sentences.tsx')).Sentences }
  } catch {
    // Offline, perhaps for that very reason.
    return { default: OwnWords }
  }
}

const Sentences = lazy(load)

/** The sentences of a failure, in the language of the page. */
export function FailureWords({ error }: { readonly error: unknown }): ReactElement {
  return (
    <Suspense fallback={null}>
      <Sentences error={error} />
    </Suspense>
  )
}

/** Fetches the words before something fails. */
export async function fetchFailureWords(): Promise<void> {
  await Promise.all([load(), i18next.loadNamespaces('failures')])
}
