// What somebody fills in, kept in the browser: whoever comes back goes on where he was.
import { useState } from 'react'
import { EMPTY_DRAFT, type Draft } from './propose.ts'

const KEPT = 'store-draft'

/** A draft, and how to change it. */
export function useDraft(): readonly [Draft, (change: Partial<Draft>) => void] {
  const [draft, setDraft] = useState(readKept)
  return [
    draft,
    (change) => {
      const changed = { ...draft, ...change }
      setDraft(changed)
      localStorage.setItem(KEPT, JSON.stringify(changed))
    },
  ]
}

/** Only what is of the right kind: an older version of the site may have written it. */
function readKept(): Draft {
  const kept = parse(localStorage.getItem(KEPT) ?? '{}')
  const entries = Object.entries(EMPTY_DRAFT).map(([key, empty]) => {
    const value = kept[key]
    const isSame = Array.isArray(empty) ? Array.isArray(value) : typeof value === typeof empty
    return [key, isSame ? value : empty]
  })
  return Object.fromEntries(entries) as Draft
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
  } catch {
    return {}
  }
}
