// Reads from the market in GraphQL in components, for what its plain questions cannot say; kept and renewed as theirs are.
import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query'
import { useChain } from '../site/chain.tsx'
import { askGraph } from './ask.ts'
import type { Topic } from './news.tsx'

/** A question in GraphQL, and which news make its answer stale. */
export type GraphQuestion = {
  readonly graph: string
  readonly variables?: Readonly<Record<string, unknown>>
  readonly news: Topic
  /** `false` while the question cannot be asked yet. */
  readonly isAsked?: boolean
}

/**
 * Asks the market of the page's chain in GraphQL.
 *
 * @example
 * const { data } = useGraph<{ deal: Deal | null }>({ graph: '{ deal(id: "0x…") { id } }', news: 'deals' })
 */
export function useGraph<Data>({ graph, variables = {}, news, isAsked = true }: GraphQuestion): UseQueryResult<Data> {
  const chain = useChain()
  return useQuery({
    queryKey: [chain.slug, news, 'graph', graph, variables],
    queryFn: async ({ signal }) => askGraph<Data>(chain, { query: graph, variables, signal }),
    placeholderData: keepPreviousData,
    staleTime: news === 'never' ? Number.POSITIVE_INFINITY : 5_000,
    enabled: isAsked,
  })
}
