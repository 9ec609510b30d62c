// One app: what its listing says, what the chain says, and how it has done.
import type { RegisteredApp } from '@iexec/sdk'
import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import type { Address } from 'viem'
import { useGraph } from '../../read/useGraph.ts'
import { useMarket } from '../../read/useMarket.ts'
import { useChain } from '../../site/chain.tsx'
import { useReader } from '../../wallet/useWallet.ts'
import { cheapestOf, recordsOf, type OpenOrder, type TaskTimes, type TrackRecord } from '../shelf.ts'

/** What the chain itself says of an app; an error with the code `NotFound` when it says there is none. */
export function useAppOnChain(address: Address | undefined): UseQueryResult<RegisteredApp> {
  const { slug } = useChain()
  const openReader = useReader()
  return useQuery({
    queryKey: [slug, 'never', 'app on chain', address],
    queryFn: async () => (await openReader()).apps.show(address ?? '0x'),
    enabled: address !== undefined,
    retry: 1,
    // Its owner may sell it.
    staleTime: 60_000,
  })
}

/** What the market says of an app. */
export type AppOnMarket = {
  /** Of its cheapest open order, in nRLC; `null` when there is none, `undefined` while it is not known. */
  readonly price: number | null | undefined
  /** Tasks that its open orders are good for. */
  readonly left: number | undefined
  readonly usage: number | undefined
  readonly record: TrackRecord | undefined
}

const GRAPH = `query ($app: ID!, $apps: [ID!]) {
  app(id: $app) { usageCount }
  tasks(first: 100, orderBy: timestamp, orderDirection: desc,
    where: { deal_: { app_: { id_in: $apps } }, status_in: [COMPLETED, FAILLED] }) {
    timestamp status deal { startTime app { id } }
  }
}`

type Graph = { readonly app: { readonly usageCount: string } | null; readonly tasks: readonly TaskTimes[] }
type Orders = { readonly orders: readonly (OpenOrder & { readonly remaining: number })[] }

/** What the market says of an app: its price now, and how it has done. */
export function useAppOnMarket(address: Address | undefined): AppOnMarket {
  const app = address?.toLowerCase() ?? ''
  const isAsked = address !== undefined
  const { data: orders } = useMarket<Orders>({
    path: '/apporders',
    query: { app, pageSize: 1_000 },
    news: 'orders',
    isAsked,
  })
  const { data: graph } = useGraph<Graph>({ graph: GRAPH, variables: { app, apps: [app] }, news: 'tasks', isAsked })
  return {
    price: orders === undefined ? undefined : (cheapestOf(orders.orders).get(app) ?? null),
    left: orders?.orders.reduce((sum, { remaining }) => sum + remaining, 0),
    usage: graph === undefined ? undefined : Number(graph.app?.usageCount ?? 0),
    record: recordsOf(graph?.tasks ?? []).get(app),
  }
}
