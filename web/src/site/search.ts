// What addresses of pages say behind the question mark, read with distrust: anybody may have written a link.
import { useSearch } from '@tanstack/react-router'

/** What stands there, before it is read. */
export type Search = Readonly<Record<string, unknown>>

/** Reads one value; `undefined` is whatever it cannot be. */
export type SearchField<Value> = (value: unknown) => Value | undefined

/** Values by their names; what is not there, or not readable, is left away. */
export type SearchOf<Fields extends Readonly<Record<string, SearchField<unknown>>>> = {
  readonly [Name in keyof Fields]?: Exclude<ReturnType<Fields[Name]>, undefined> | undefined
}

/** What addresses of lists say behind the question mark. */
export type ListSearch = { readonly page?: number | undefined }

/** Which page of a list; whatever is no number above 1 is the first one. */
export function readListSearch({ page }: Search): ListSearch {
  const wish = Number(page)
  return Number.isSafeInteger(wish) && wish > 1 ? { page: wish } : {}
}

/**
 * Makes a reader of what a page wants to know, and of which page of its list is shown.
 *
 * @example
 * const readDeals = searchReader({ app: addressField, category: wholeField })
 * readDeals({ app: '0x…', category: '0', page: 'x' }) // { app: '0x…', category: 0 }
 */
export function searchReader<Fields extends Readonly<Record<string, SearchField<unknown>>>>(
  fields: Fields,
): (search: Search) => SearchOf<Fields> & ListSearch {
  return (search) => {
    const read = Object.entries(fields).map(([name, field]) => [name, field(search[name])] as const)
    const found = Object.fromEntries(read.filter(([, value]) => value !== undefined))
    return { ...(found as SearchOf<Fields>), ...readListSearch(search) }
  }
}

/** An address, in lower case. */
export function addressField(value: unknown): `0x${string}` | undefined {
  return typeof value === 'string' && /^0x[0-9a-f]{40}$/iu.test(value)
    ? (value.toLowerCase() as `0x${string}`)
    : undefined
}

/** A whole number from 0 on. */
export function wholeField(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : undefined
}

/** Some text, not empty and not endless. Digits come as a number out of an address. */
export function textField(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value
  return typeof text === 'string' && text.trim() !== '' ? text.trim().slice(0, 200) : undefined
}

/** A yes; everything else is a no. */
export function yesField(value: unknown): true | undefined {
  return value === true || value === 'true' ? true : undefined
}

/**
 * One of a few words.
 *
 * @example
 * oneOfField(['active', 'failed'])('dead') // undefined
 */
export function oneOfField<Word extends string>(words: readonly Word[]): SearchField<Word> {
  return (value) => words.find((word) => word === value)
}

/**
 * What the address of this page says.
 *
 * @example
 * const { page = 1 } = useSearchOf(readListSearch)
 */
export function useSearchOf<Found>(read: (search: Search) => Found): Found {
  return read(useSearch({ strict: false }))
}
