// Why something failed, in words. What knows all the words is loaded late, but before it is needed: then nothing may come any more.
import { lazy, Suspense, type ReactElement } from 'react'
import { rooms } from '../../language/language.ts'
import { OwnWords } from './OwnWords.tsx'

async function load(): Promise<{ readonly default: typeof OwnWords }> {
  try {
    const [{ Sentences: withWords }] = await Promise.all([import('./Sentences.tsx'), rooms.fetch('failures')])
    return { default: withWords }
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
  await load()
}
