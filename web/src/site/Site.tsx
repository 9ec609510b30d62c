// The whole site: what it is told, its cache, and its pages.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { useMemo, type ReactElement } from 'react'
import { MarketFault } from '../read/ask.ts'
import { ConfigProvider } from './chain.tsx'
import type { Config } from './config.ts'
import { createSiteRouter } from './router.tsx'

/** The whole site. */
export function Site({ config }: { readonly config: Config }): ReactElement {
  const router = useMemo(() => createSiteRouter(config), [config])
  const client = useMemo(() => createCache(), [])
  return (
    <ConfigProvider value={config}>
      <QueryClientProvider client={client}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </ConfigProvider>
  )
}

function createCache(): QueryClient {
  return new QueryClient({ defaultOptions: { queries: { retry: isWorthRetrying } } })
}

/** What a market refused, it refuses again, and whom nobody answered for long waits no longer: only what broke is asked again. */
function isWorthRetrying(failures: number, error: Error): boolean {
  if (error.cause instanceof DOMException && error.cause.name === 'TimeoutError') return false
  return failures < 2 && !(error instanceof MarketFault && error.status >= 400 && error.status < 500)
}
