// Search: one field that finds whatever a person has at hand.
import { z } from 'zod'
import { text, whole } from './field.ts'

const TYPES = [
  'app',
  'dataset',
  'workerpool',
  'account',
  'category',
  'order',
  'deal',
  'task',
  'contribution',
  'transaction',
] as const

/** What a search can find. */
export type SearchType = (typeof TYPES)[number]

/** Something that was found. */
export type SearchResult = {
  readonly type: SearchType
  /** Address with checksum, hash, id, or number of a category. */
  readonly id: string
  /** For people: the name of an asset or category, or what kind of order it is; null where there is nothing to say. */
  readonly name: string | null
  /** Whether all of the id or name was asked for. */
  readonly exact: boolean
}

/** Reads something that was found. */
export const searchResult: z.ZodType<SearchResult> = z
  .object({
    type: z.enum(TYPES),
    id: z.string(),
    name: z.string().nullable(),
    exact: z.boolean(),
  })
  .meta({ id: 'Found' })

/** What to search for: part of a name, or an id, address or hash or how it begins. */
export type SearchQuery = { readonly q: string; readonly limit: number }

/** Reads what to search for. */
export const searchQuery: z.ZodType<SearchQuery> = z.object({
  q: text({ min: 1, max: 200 }),
  limit: whole({ min: 1, max: 50 }).default(10),
})
