// The pages of one chain: they know it, and hear its news.
import { Outlet, useParams } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { NewsOf } from '../read/news.tsx'
import { ChainProvider, useConfig } from './chain.tsx'
import { Lag } from './Lag.tsx'

/** Everything below `/<chain>`. */
export function ChainFrame(): ReactElement {
  const { chains } = useConfig()
  const { chain: slug } = useParams({ strict: false })
  const chain = chains.find((other) => other.slug === slug) ?? chains[0]
  return (
    <ChainProvider value={chain}>
      <NewsOf chain={chain}>
        <Lag />
        <Outlet />
      </NewsOf>
    </ChainProvider>
  )
}
