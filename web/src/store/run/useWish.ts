// What is to be run: the form's values, which stand in the address, so that a link carries them.
import type { Listing } from '@iexec/wire/listing'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useMemo, useState } from 'react'
import type { FilledForm } from '../form.ts'
import { readRunSearch, type RunSearch } from '../storeSearch.ts'
import { useIsHere } from '../useIsHere.ts'
import { draftOf, fillDraft, fitsLink, linkOf, searchOf, type Draft } from './draft.ts'
import { keepDraft, readKeptDraft } from './keptDraft.ts'

/** A draft, how to change it, and what a request would carry. */
export type Wish = {
  readonly draft: Draft
  readonly change: (change: Partial<Draft>) => void
  readonly filled: FilledForm
  /** Whether no link can carry it. */
  readonly isLong: boolean
  /** Of the tag that the listing says the app needs. */
  readonly tag: string | undefined
}

/** The address follows the form a moment later. */
const SETTLE_MS = 300

/** The form of a listing. */
export function useWish(listing: Listing): Wish {
  const search = readRunSearch(useSearch({ strict: false }))
  const [path] = useState(() => location.pathname)
  const [draft, setDraft] = useState(() => draftOf(listing, { ...readKeptDraft(path), ...search }))
  const navigate = useNavigate()
  const isHere = useIsHere()
  const said = JSON.stringify(searchOf(listing, draft))
  const [told, setTold] = useState(said)
  useEffect(() => {
    if (said === told) return undefined
    const timer = setTimeout(() => {
      if (!isHere()) return
      setTold(said)
      const wanted = JSON.parse(said) as RunSearch
      keepDraft(path, fitsLink(wanted) ? undefined : wanted)
      void navigate({
        to: '.',
        search: ({ run, from }: RunSearch) => ({ ...linkOf(wanted), run, from }),
        replace: true,
        resetScroll: false,
      })
    }, SETTLE_MS)
    return () => {
      clearTimeout(timer)
    }
  }, [said, told, navigate, isHere, path])
  const filled = useMemo(() => fillDraft(listing, draft), [listing, draft])
  return {
    draft,
    change: (change) => {
      setDraft((before) => ({ ...before, ...change }))
    },
    filled,
    isLong: !fitsLink(searchOf(listing, draft)),
    tag: listing.buyConf?.tag,
  }
}
