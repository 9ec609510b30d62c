// What somebody fills in, kept in the browser: whoever comes back goes on where he was.
import { useState } from 'react'
import { keep, readKept } from '../../site/kept.ts'
import { readDraft, type Draft } from './propose.ts'

const KEPT = 'store-draft'

/** A draft, and how to change it. */
export function useDraft(): readonly [Draft, (change: Partial<Draft>) => void] {
  const [draft, setDraft] = useState(() => readDraft(readKept(KEPT) ?? ''))
  return [
    draft,
    (change) => {
      const changed = { ...draft, ...change }
      setDraft(changed)
      keep(KEPT, JSON.stringify(changed))
    },
  ]
}
