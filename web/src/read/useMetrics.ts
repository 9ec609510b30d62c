// How the market itself does: how far its index is, and how many orders are open.
import type { MetricsItem } from '@iexec/wire'
import type { UseQueryResult } from '@tanstack/react-query'
import { useMarket } from './useMarket.ts'

/** An index that stands still tells no news, which would be the reason to ask how far it is. */
const EVERY_MS = 15_000

/**
 * How the market of the page's chain does.
 *
 * @example
 * const { data } = useMetrics()
 * data?.lag // 0
 */
export function useMetrics(): UseQueryResult<MetricsItem> {
  return useMarket<MetricsItem>({ path: '/metrics', news: 'blocks', every: EVERY_MS })
}
