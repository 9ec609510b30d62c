// Listings with what the market says of them: three questions for all of them together.
import { useMemo } from 'react'
import { useGraph } from '../../read/useGraph.ts'
import { useMarket } from '../../read/useMarket.ts'
import { useChain } from '../../site/chain.tsx'
import type { Listed } from '../registries.ts'
import { cheapestOf, recordsOf, type OpenOrder, type Shelved, type TaskTimes } from '../shelf.ts'

/** The cheapest orders of all apps come first, so that only very dear ones are missing beyond these. */
const MOST_ORDERS = 1_000
/** Ended tasks that records are made of. */
const MOST_TASKS = 1_000

const USAGE = `query ($apps: [ID!]) { apps(first: 1000, where: { id_in: $apps }) { id usageCount } }`
const TASKS = `query ($apps: [ID!], $first: Int) {
  tasks(first: $first, orderBy: timestamp, orderDirection: desc,
    where: { deal_: { app_: { id_in: $apps } }, status_in: [COMPLETED, FAILLED] }) {
    timestamp status deal { startTime app { id } }
  }
}`

/** What is listed, as it stands on the shelf of the page's chain. */
export function useShelf(listed: readonly Listed[]): readonly (Shelved & { readonly listed: Listed })[] {
  const { chainId } = useChain()
  const apps = useMemo(
    () => [...new Set(listed.flatMap(({ listing }) => listing.addresses[chainId]?.toLowerCase() ?? []))].toSorted(),
    [listed, chainId],
  )
  const isAsked = apps.length > 0
  const orders = useMarket<{ readonly orders: readonly OpenOrder[] }>({
    path: '/apporders',
    query: { app: 'any', pageSize: MOST_ORDERS },
    news: 'orders',
    isAsked,
  }).data
  const usage = useGraph<{ readonly apps: readonly { readonly id: string; readonly usageCount: string }[] }>({
    graph: USAGE,
    variables: { apps },
    news: 'deals',
    isAsked,
  }).data
  const tasks = useGraph<{ readonly tasks: readonly TaskTimes[] }>({
    graph: TASKS,
    variables: { apps, first: MOST_TASKS },
    news: 'tasks',
    isAsked,
  }).data
  return useMemo(() => {
    const prices = orders === undefined ? undefined : cheapestOf(orders.orders)
    const usages = new Map(usage?.apps.map(({ id, usageCount }) => [id.toLowerCase(), Number(usageCount)]))
    const records = recordsOf(tasks?.tasks ?? [])
    return listed.map((one) => {
      const address = one.listing.addresses[chainId]
      const key = address?.toLowerCase() ?? ''
      return {
        listed: one,
        listing: one.listing,
        source: one.source,
        address,
        price: address === undefined ? null : prices === undefined ? undefined : (prices.get(key) ?? null),
        usage: usages.get(key),
        record: records.get(key),
      }
    })
  }, [listed, chainId, orders, usage, tasks])
}
