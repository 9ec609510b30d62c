// News of the market: what was read goes stale the moment the market tells that it changed, and is read again.
import { useQueryClient } from '@tanstack/react-query'
import {
  createContext,
  use,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
  type ReactElement,
  type ReactNode,
} from 'react'
import type { Chain } from '../site/config.ts'
import { hear } from './hear.ts'

/** Whether news come in, and how to stop them. */
export type News = {
  readonly state: 'live' | 'paused' | 'lost'
  readonly pause: (isPaused: boolean) => void
  /** Hears on while nobody sees the page, because somebody wants to be told outside of it. */
  readonly hearOn: (isWished: boolean) => void
}

const Context = createContext<News>({ state: 'paused', pause: () => undefined, hearOn: () => undefined })

/**
 * Hears the news of a chain for everything inside of it. A page that nobody sees hears nothing: a browser opens few connections to a
 * host, and each of them would keep one from all others.
 */
export function NewsOf({ chain, children }: { readonly chain: Chain; readonly children: ReactNode }): ReactElement {
  const client = useQueryClient()
  const [isPaused, pause] = useState(false)
  const [isLost, setLost] = useState(false)
  const [isHeardUnseen, hearOn] = useState(false)
  const isSeen = useSyncExternalStore(watchSight, () => document.visibilityState === 'visible')
  const isHeard = !isPaused && (isSeen || isHeardUnseen)
  useEffect(() => {
    if (!isHeard) return undefined
    // While it was paused, out of sight, or of another chain, nothing was heard.
    void client.invalidateQueries({ queryKey: [chain.slug], predicate: ({ queryKey }) => queryKey[1] !== 'never' })
    return hear(`${chain.marketUrl.replace(/\/$/u, '')}/events?chainId=${chain.chainId}`, {
      tell: (topics) => {
        for (const topic of topics) void client.invalidateQueries({ queryKey: [chain.slug, topic] })
      },
      setLost,
    })
  }, [chain, client, isHeard])
  const state = isPaused ? 'paused' : isLost ? 'lost' : 'live'
  const news = useMemo(() => ({ state, pause, hearOn }) as const, [state])
  return <Context value={news}>{children}</Context>
}

/** Whether news come in. */
export function useNews(): News {
  return use(Context)
}

function watchSight(tell: () => void): () => void {
  document.addEventListener('visibilitychange', tell)
  return () => {
    document.removeEventListener('visibilitychange', tell)
  }
}
