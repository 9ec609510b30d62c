// Pages of lists: which rows are asked for, and how an answer says that there are more.
import { z } from 'zod'
import { whole } from './field.ts'

/** The rows of a list that are asked for. */
export type Page = { readonly skip: number; readonly limit: number }

/** What the answer to a list says of its length. */
export type Paged = {
  /** All matches, on whatever page. */
  readonly count: number
  /** Only when the page is full: how many rows were passed, this page included. */
  readonly nextPage?: number
}

/** How many rows a page has when nobody says. */
export const DEFAULT_PAGE_SIZE = 20

/** Fields of a query that ask for a page; part of the query of every list. */
export const pageFields: {
  readonly pageIndex: z.ZodOptional<z.ZodType<number>>
  readonly pageSize: z.ZodOptional<z.ZodType<number>>
  readonly page: z.ZodOptional<z.ZodType<number>>
} = {
  pageIndex: whole().optional(),
  pageSize: whole({ min: 10, max: 1000 }).optional(),
  page: whole().optional(),
}

/**
 * Reads which page is asked for: by `pageIndex` and `pageSize` as soon as either is there, else by the rows to pass (`page`).
 *
 * @example
 * read(pageQuery, { pageIndex: '2', pageSize: '10' }) // { ok: true, value: { skip: 20, limit: 10 } }
 */
export const pageQuery: z.ZodType<Page> = z.object(pageFields).transform(({ pageIndex, pageSize, page }) => {
  if (pageIndex === undefined && pageSize === undefined) return { skip: page ?? 0, limit: DEFAULT_PAGE_SIZE }
  const limit = pageSize ?? DEFAULT_PAGE_SIZE
  // Beyond what can be counted there is nothing to find.
  return { skip: Math.min((pageIndex ?? 0) * limit, Number.MAX_SAFE_INTEGER - limit), limit }
})

/**
 * What an answer says of its length.
 *
 * @param rows how many rows the page has
 * @example
 * pagedAnswer({ count: 45, rows: 20, page: { skip: 20, limit: 20 } }) // { count: 45, nextPage: 40 }
 */
export function pagedAnswer(found: { readonly count: number; readonly rows: number; readonly page: Page }): Paged {
  const { count, rows, page } = found
  return rows < page.limit ? { count } : { count, nextPage: page.skip + page.limit }
}
