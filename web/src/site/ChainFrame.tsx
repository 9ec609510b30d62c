// The pages of one chain: they hear its news.
import { Outlet } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { NewsOf } from '../read/news.tsx'
import { useChain } from './chain.tsx'
import { Lag } from './Lag.tsx'

/** Everything below `/<chain>`. */
export function ChainFrame(): ReactElement {
  return (
    <NewsOf chain={useChain()}>
      <Lag />
      <Outlet />
    </NewsOf>
  )
}
