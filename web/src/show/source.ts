// Where the rows of a list come from: the market's HTTP API, or its GraphQL; read by the page, and whole for exports.
import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query'
import { ask, askGraph, type Query } from '../read/ask.ts'
import type { Topic } from '../read/hear.ts'
import { useChain } from '../site/chain.tsx'
import type { Chain } from '../site/config.ts'

/** Some rows of a list, and what is known of the others. */
export type Rows<Row> = {
  readonly rows: readonly Row[]
  /** How many there are of all; not every list can be counted. */
  readonly count?: number
  readonly hasMore: boolean
}

/** Which rows are asked for. */
export type Span = { readonly skip: number; readonly limit: number; readonly signal?: AbortSignal }

/** A list that can be read from anywhere on. */
export type Source<Row> = {
  /** Tells this list from others: all that it was asked for. */
  readonly key: readonly unknown[]
  /** Which news make it stale. */
  readonly news: Topic
  /** So many rows can be read at most. */
  readonly reach: number
  readonly read: (chain: Chain, span: Span) => Promise<Rows<Row>>
}

/** What one request may ask for at most, of either kind. */
const LARGEST_PAGE = 1_000

/** So many rows are exported at most. */
const EXPORT_REACH = 10_000

/** GraphQL passes at most 5,000 rows. */
const GRAPH_REACH = 6_000

/**
 * A list of the market's HTTP API.
 *
 * @param question `rows` is where in the answer they stand
 * @example
 * marketSource<DealItem>({ path: '/deals', rows: 'deals', query: { app }, news: 'deals' })
 */
export function marketSource<Row>(question: {
  readonly path: string
  readonly rows: string
  readonly query?: Query
  readonly news: Topic
}): Source<Row> {
  const { path, rows: name, query = {}, news } = question
  return {
    key: [path, query],
    news,
    reach: EXPORT_REACH,
    read: async (chain, { skip, limit, signal }) => {
      const answer = await ask<{ readonly count: number } & Readonly<Record<string, unknown>>>(chain, path, {
        query: { ...query, pageIndex: Math.floor(skip / limit), pageSize: limit },
        ...(signal === undefined ? {} : { signal }),
      })
      const rows = answer[name] as readonly Row[]
      return { rows, count: answer.count, hasMore: skip + rows.length < answer.count }
    },
  }
}

/**
 * A list of the market's GraphQL; it is not counted. The query has the variables `$first`, `$skip` and those given, and names its
 * list `rows`.
 *
 * @example
 * graphSource<{ id: Address }>({ query: 'query ($first: Int, $skip: Int) { rows: apps(first: $first, skip: $skip) { id } }', news: 'deals' })
 */
export function graphSource<Row>(question: {
  readonly query: string
  readonly variables?: Readonly<Record<string, unknown>>
  readonly news: Topic
}): Source<Row> {
  const { query, variables = {}, news } = question
  return {
    key: [query, variables],
    news,
    reach: GRAPH_REACH,
    read: async (chain, { skip, limit, signal }) => {
      const { passed, before, first } = graphSpan(skip, limit)
      const { rows } = await askGraph<{ readonly rows: readonly Row[] }>(chain, {
        query,
        variables: { ...variables, first, skip: passed },
        ...(signal === undefined ? {} : { signal }),
      })
      const hasMore = rows.length > before + limit || (rows.length === limit && limit === LARGEST_PAGE)
      return { rows: rows.slice(before, before + limit), hasMore }
    },
  }
}

/**
 * How rows are asked for of GraphQL, which passes 5,000 at most and gives 1,000: what comes after those is reached no more.
 *
 * @returns how many rows to pass, how many of those that come are before the wanted ones, and how many to ask for: one more than is
 * shown, which tells whether there are more
 * @example
 * graphSpan(5_020, 20) // { passed: 5_000, before: 20, first: 41 }
 */
export function graphSpan(
  skip: number,
  limit: number,
): { readonly passed: number; readonly before: number; readonly first: number } {
  const passed = Math.min(skip, GRAPH_REACH - LARGEST_PAGE)
  const before = skip - passed
  return { passed, before, first: Math.min(before + limit + 1, LARGEST_PAGE) }
}

/**
 * A list with other rows made of its own.
 *
 * @example
 * mapSource(graphSource<{ id: Address }>(question), ({ id }) => id)
 */
export function mapSource<Raw, Row>(source: Source<Raw>, toRow: (raw: Raw) => Row): Source<Row> {
  return {
    ...source,
    read: async (chain, span) => {
      const { rows, ...rest } = await source.read(chain, span)
      return { ...rest, rows: rows.map(toRow) }
    },
  }
}

/** A list that is there as a whole. */
export function fixedSource<Row>(all: readonly Row[]): Source<Row> {
  return {
    key: [],
    news: 'never',
    reach: EXPORT_REACH,
    read: async (_chain, { skip, limit }) =>
      Promise.resolve({
        rows: all.slice(skip, skip + limit),
        count: all.length,
        hasMore: skip + limit < all.length,
      }),
  }
}

/**
 * Reads one page of a list; while another is read, the one before stays in sight.
 *
 * @param page counts from 1
 */
export function useSource<Row>(
  source: Source<Row>,
  { page, size }: { readonly page: number; readonly size: number },
): UseQueryResult<Rows<Row>> {
  const chain = useChain()
  return useQuery({
    queryKey: [chain.slug, source.news, ...source.key, page, size],
    queryFn: async ({ signal }) => source.read(chain, { skip: (page - 1) * size, limit: size, signal }),
    placeholderData: keepPreviousData,
    staleTime: source.news === 'never' ? Number.POSITIVE_INFINITY : 5_000,
  })
}

/** How far an export is. */
export type Progress = { readonly rows: number; readonly count?: number }

/**
 * Reads all rows of a list, as far as it reaches.
 *
 * @returns the rows, and whether there are more than could be read
 */
export async function readAll<Row>(
  source: Source<Row>,
  chain: Chain,
  { tell, signal }: { readonly tell?: (progress: Progress) => void; readonly signal?: AbortSignal } = {},
): Promise<{ readonly rows: readonly Row[]; readonly isCut: boolean }> {
  const all: Row[] = []
  for (;;) {
    const span = { skip: all.length, limit: LARGEST_PAGE, ...(signal === undefined ? {} : { signal }) }
    // Each page is asked for when the one before is there: a list that grows must not be asked twenty things at once.
    const { rows, count, hasMore } = await source.read(chain, span)
    all.push(...rows)
    tell?.({ rows: all.length, ...(count === undefined ? {} : { count }) })
    if (!hasMore || rows.length === 0) return { rows: all, isCut: false }
    if (all.length >= source.reach) return { rows: all, isCut: true }
  }
}
