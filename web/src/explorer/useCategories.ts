// The categories of the chain, by their numbers.
import type { CategoryItem } from '@iexec/wire'
import { useMemo } from 'react'
import { useMarket } from '../read/useMarket.ts'

/** Names of categories; empty while they are not known. */
export function useCategories(): ReadonlyMap<number, string> {
  const { data } = useMarket<{ readonly categories: readonly CategoryItem[] }>({
    path: '/categories',
    query: { pageSize: 1_000 },
    news: 'never',
  })
  return useMemo(() => new Map(data?.categories.map(({ catid, name }) => [catid, `${catid} · ${name}`]) ?? []), [data])
}
