// Reads from the market in components: kept, shared, and read again when news make it stale.
import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import { useChain } from '../site/chain.tsx'
import { ask, type Query } from './ask.ts'
import type { Topic } from './hear.ts'

/** A question, and which news make its answer stale. */
export type Question = {
  /** Such as `/deals`. */
  readonly path: string
  readonly query?: Query
  readonly news: Topic
  /** `false` while the question cannot be asked yet. */
  readonly isAsked?: boolean
  /** Read again after so many milliseconds, whatever the news are. */
  readonly every?: number
}

/**
 * Asks the market of the page's chain. While another page of the same list is read, the one before stays in sight; what was told
 * of one thing is never shown of another one.
 *
 * @example
 * const { data } = useMarket<{ deals: DealItem[] }>({ path: '/deals', query: { pageSize: 20 }, news: 'deals' })
 */
export function useMarket<Answer>({ path, query = {}, news, isAsked = true, every }: Question): UseQueryResult<Answer> {
  const chain = useChain()
  return useQuery({
    queryKey: [chain.slug, news, path, query],
    queryFn: async ({ signal }) => ask<Answer>(chain, path, { query, signal }),
    placeholderData: (before, asked) =>
      asked?.queryKey[0] === chain.slug && asked.queryKey[2] === path ? before : undefined,
    staleTime: news === 'never' ? Number.POSITIVE_INFINITY : 5_000,
    enabled: isAsked,
    ...(every === undefined ? {} : { refetchInterval: every }),
  })
}
