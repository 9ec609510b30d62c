// What is filled in for a run, and the address that carries it.
import type { Listing } from '@iexec/wire/listing'
import { beginValues, fillForm, isFileAddress, type FilledForm, type Values } from '../form.ts'
import type { RunSearch } from '../storeSearch.ts'

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

/** Servers take 8 kB for an address and all that is said beside it, some less; one that is too long is no page any more. */
const LONGEST_LINK = 4_000

/**
 * Whether an address can carry what is filled in.
 *
 * @example
 * fitsLink({ args: 'x'.repeat(20_000) }) // false
 */
export function fitsLink(search: RunSearch): boolean {
  return encodeURIComponent(JSON.stringify(search)).length <= LONGEST_LINK
}

/** What the address carries: all of it, or without the inputs where they are too long; these are kept in the tab. */
export function linkOf(search: RunSearch): RunSearch {
  if (fitsLink(search)) return search
  const { trust, category } = search
  return { ...(trust !== undefined && { trust }), ...(category !== undefined && { category }) }
}

/** What a request carries for a draft, or what is wrong with it. */
export function fillDraft({ inputs = [] }: Listing, draft: Draft): FilledForm {
  if (!draft.isByHand) return fillForm(inputs, draft.values)
  const inputFiles = draft.files.map((file) => file.trim()).filter((file) => file !== '')
  if (!inputFiles.every(isFileAddress)) return { ok: false, faults: { files: { reason: 'noFile' } } }
  return { ok: true, args: draft.args.trim(), inputFiles }
}
