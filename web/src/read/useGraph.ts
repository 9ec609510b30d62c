// Reads from the market in GraphQL in components, for what its plain questions cannot say; renewed as theirs are.
import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import { useChain } from '../site/chain.tsx'
import { askGraph } from './ask.ts'
import type { Topic } from './hear.ts'

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
    staleTime: news === 'never' ? Number.POSITIVE_INFINITY : 5_000,
    enabled: isAsked,
  })
}
