// What is to be run: the form's values, which stand in the address, so that a link carries them.
import type { Listing } from '@iexec/wire/listing'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useMemo, useState } from 'react'
import { beginValues, fillForm, isFileAddress, type FilledForm, type Values } from '../form.ts'
import { readRunSearch, type RunSearch } from '../storeSearch.ts'

/** What is filled in. */
export type Draft = {
  /** By the names of inputs. */
  readonly values: Values
  /** By hand, instead of the form. */
  readonly args: string
  readonly files: readonly string[]
  readonly isByHand: boolean
  readonly trust: number
  readonly category: number
}

/** A draft, how to change it, and what a request would carry. */
export type Wish = {
  readonly draft: Draft
  readonly change: (change: Partial<Draft>) => void
  readonly filled: FilledForm
  /** Of the tag that the listing says the app needs. */
  readonly tag: string | undefined
}

/** The address follows the form a moment later. */
const SETTLE_MS = 300

/** The form of a listing. */
export function useWish(listing: Listing): Wish {
  const search = readRunSearch(useSearch({ strict: false }))
  const [draft, setDraft] = useState(() => draftOf(listing, search))
  const navigate = useNavigate()
  const said = JSON.stringify(searchOf(listing, draft))
  const [told, setTold] = useState(said)
  useEffect(() => {
    if (said === told) return undefined
    const timer = setTimeout(() => {
      setTold(said)
      const wanted = JSON.parse(said) as RunSearch
      void navigate({
        to: '.',
        search: ({ run, from }: RunSearch) => ({ ...wanted, run, from }),
        replace: true,
        resetScroll: false,
      })
    }, SETTLE_MS)
    return () => {
      clearTimeout(timer)
    }
  }, [said, told, navigate])
  const filled = useMemo(() => fill(listing, draft), [listing, draft])
  return {
    draft,
    change: (change) => {
      setDraft((before) => ({ ...before, ...change }))
    },
    filled,
    tag: listing.buyConf?.tag,
  }
}

/** What a form begins with: the address, else the listing. */
export function draftOf(listing: Listing, search: RunSearch): Draft {
  const { inputs = [], buyConf, resources } = listing
  return {
    values: beginValues(inputs, search.inputs),
    args: search.args ?? (inputs.length === 0 ? (buyConf?.params.iexec_args ?? '') : ''),
    files: search.files ?? [],
    isByHand: inputs.length === 0 || search.args !== undefined || search.files !== undefined,
    trust: search.trust ?? Number(buyConf?.trust ?? 0),
    category: search.category ?? resources?.category ?? 0,
  }
}

/** What the address has to say: all that is not as the form begins. */
export function searchOf(listing: Listing, draft: Draft): RunSearch {
  const begin = draftOf(listing, {})
  const inputs = Object.fromEntries(
    Object.entries(draft.values).filter(([name, value]) => value !== begin.values[name]),
  )
  return {
    ...(draft.isByHand
      ? {
          ...(draft.args !== begin.args || !begin.isByHand ? { args: draft.args } : {}),
          ...(draft.files.length > 0 ? { files: draft.files } : {}),
        }
      : Object.keys(inputs).length > 0 && { inputs }),
    ...(draft.trust !== begin.trust && { trust: draft.trust }),
    ...(draft.category !== begin.category && { category: draft.category }),
  }
}

function fill({ inputs = [] }: Listing, draft: Draft): FilledForm {
  if (!draft.isByHand) return fillForm(inputs, draft.values)
  const inputFiles = draft.files.map((file) => file.trim()).filter((file) => file !== '')
  if (!inputFiles.every(isFileAddress)) return { ok: false, faults: { files: { reason: 'noFile' } } }
  return { ok: true, args: draft.args.trim(), inputFiles }
}
