// News of the market: what was read goes stale the moment the market tells that it changed, and is read again.
import { useQueryClient, type QueryClient } from '@tanstack/react-query'
import { createContext, use, useEffect, useMemo, useState, type ReactElement, type ReactNode } from 'react'
import type { Chain } from '../site/config.ts'

/** What news are about, as the market tells them. `never` is what does not change. */
export type Topic = 'orders' | 'deals' | 'tasks' | 'blocks' | 'never'

/** Whether news come in, and how to stop them. */
export type News = {
  readonly state: 'live' | 'paused' | 'lost'
  readonly pause: (isPaused: boolean) => void
}

/** The events of the stream, and what each makes stale. */
const STALE: Readonly<Record<string, readonly Topic[]>> = {
  order_published: ['orders'],
  order_updated: ['orders'],
  order_unpublished: ['orders'],
  deal_created: ['deals'],
  task_updated: ['tasks'],
  block_indexed: ['blocks'],
  block_undone: ['orders', 'deals', 'tasks', 'blocks'],
  resync: ['orders', 'deals', 'tasks', 'blocks'],
  overflow: ['orders', 'deals', 'tasks', 'blocks'],
}

/** A block brings many news at once: they are gathered for so long before anything is read again. */
const GATHER_MS = 100

const Context = createContext<News>({ state: 'paused', pause: () => undefined })

/** Hears the news of a chain for everything inside of it. */
export function NewsOf({ chain, children }: { readonly chain: Chain; readonly children: ReactNode }): ReactElement {
  const client = useQueryClient()
  const [isPaused, pause] = useState(false)
  const [isLost, setLost] = useState(false)
  useEffect(() => {
    if (isPaused) return undefined
    // While it was paused, or of another chain, nothing was heard.
    void client.invalidateQueries({ queryKey: [chain.slug], predicate: ({ queryKey }) => queryKey[1] !== 'never' })
    return hear(chain, { client, setLost })
  }, [chain, client, isPaused])
  const state = isPaused ? 'paused' : isLost ? 'lost' : 'live'
  const news = useMemo(() => ({ state, pause }) as const, [state])
  return <Context value={news}>{children}</Context>
}

/** Whether news come in. */
export function useNews(): News {
  return use(Context)
}

type Hearing = { readonly client: QueryClient; readonly setLost: (isLost: boolean) => void }

/** @returns how to stop */
function hear(chain: Chain, { client, setLost }: Hearing): () => void {
  const source = new EventSource(`${chain.marketUrl.replace(/\/$/u, '')}/events?chainId=${chain.chainId}`)
  const stale = new Set<Topic>()
  let timer: ReturnType<typeof setTimeout> | undefined
  const readAgain = (): void => {
    timer = undefined
    for (const topic of stale) void client.invalidateQueries({ queryKey: [chain.slug, topic] })
    stale.clear()
  }
  for (const [event, topics] of Object.entries(STALE)) {
    source.addEventListener(event, () => {
      for (const topic of topics) stale.add(topic)
      timer ??= setTimeout(readAgain, GATHER_MS)
    })
  }
  source.addEventListener('open', () => {
    setLost(false)
  })
  source.addEventListener('error', () => {
    setLost(true)
  })
  return () => {
    clearTimeout(timer)
    source.close()
  }
}
