// One app: what its listing says, what the chain says, and how it has done.
import type { RegisteredApp } from '@iexec/sdk'
import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import type { Address } from 'viem'
import { useGraph } from '../../read/useGraph.ts'
import { useMarket } from '../../read/useMarket.ts'
import { useChain } from '../../site/chain.tsx'
import { useReader } from '../../wallet/useWallet.ts'
import { useFigures, type Figures } from '../useFigures.ts'

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
export type AppOnMarket = Figures & {
  /** Tasks that its open orders are good for. */
  readonly left: number | undefined
  readonly usage: number | undefined
  /** Why something is not known. */
  readonly error: Error | undefined
  readonly retry: () => void
}

const USAGE = `query ($app: ID!) { app(id: $app) { usageCount } }`

type Usage = { readonly app: { readonly usageCount: string } | null }
type Orders = { readonly orders: readonly { readonly remaining: number }[] }

/** What the market says of an app: its price now, and how it has done. */
export function useAppOnMarket(address: Address | undefined): AppOnMarket {
  const app = address?.toLowerCase()
  const isAsked = app !== undefined
  const figures = useFigures(isAsked ? [app] : [])
  const orders = useMarket<Orders>({ path: '/apporders', query: { app, pageSize: 1_000 }, news: 'orders', isAsked })
  const usage = useGraph<Usage>({ graph: USAGE, variables: { app }, news: 'deals', isAsked })
  return {
    ...figures.of(app),
    left: orders.data?.orders.reduce((sum, { remaining }) => sum + remaining, 0),
    usage: usage.data === undefined ? undefined : Number(usage.data.app?.usageCount ?? 0),
    error: figures.error,
    retry: figures.retry,
  }
}
