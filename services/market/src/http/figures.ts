// Figures for those who watch over the service, as Prometheus reads them.
import { Gauge, Histogram, type Registry } from 'prom-client'
import { WIRE_KINDS } from '@iexec/wire'
import type { Market } from '../market.ts'
import { readLagSeconds, readMetrics } from './health.ts'

/** The figures of a service. */
export type Figures = {
  /** Counts an answer. */
  readonly observe: (answer: { readonly route: string; readonly status: number; readonly seconds: number }) => void
  /** All figures as text, those of the markets as they are now. */
  readonly read: () => Promise<string>
}

/**
 * Adds the figures of requests and markets to those of the process: `market_head_block`, `market_indexed_block`,
 * `market_lag_blocks`, `market_lag_seconds` and `market_live` per chain, `market_open_orders` per chain and kind, and
 * `http_request_duration_seconds` per route and status.
 */
export function addFigures(registry: Registry, markets: readonly Market[]): Figures {
  const gauge = (name: string, help: string, ...labelNames: readonly string[]): Gauge =>
    new Gauge({ name: `market_${name}`, help, labelNames: [...labelNames], registers: [registry] })
  const head = gauge('head_block', 'The youngest block of the chain that a node told of.', 'chain')
  const indexed = gauge('indexed_block', 'The youngest block in the database.', 'chain')
  const lag = gauge('lag_blocks', 'How many blocks the index is behind the chain.', 'chain')
  const lagSeconds = gauge('lag_seconds', 'For how long the chain may have moved on without the index.', 'chain')
  const live = gauge('live', '1 while the index is up to date, else 0.', 'chain')
  const open = gauge('open_orders', 'Open orders in the book.', 'chain', 'kind')
  const duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'How long answers took.',
    labelNames: ['route', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.3, 1, 3],
    registers: [registry],
  })

  const refresh = async (market: Market): Promise<void> => {
    const found = await readMetrics(market)
    const status = market.indexer.status()
    const chain = String(market.chainId)
    if (found.headBlock !== null) head.set({ chain }, found.headBlock)
    setOrRemove(lag, chain, found.lag)
    setOrRemove(lagSeconds, chain, await readLagSeconds(market, status))
    indexed.set({ chain }, found.lastBlock)
    live.set({ chain }, status.state === 'live' ? 1 : 0)
    for (const kind of WIRE_KINDS) open.set({ chain, kind }, found[`${kind}s`])
  }
  return {
    observe: ({ route, status, seconds }) => {
      duration.observe({ route, status }, seconds)
    },
    read: async () => {
      await Promise.all(markets.map(refresh))
      return registry.metrics()
    },
  }
}

/** What is not known any more must not stand there as it was. */
function setOrRemove(gauge: Gauge, chain: string, value: number | null): void {
  if (value === null) gauge.remove({ chain })
  else gauge.set({ chain }, value)
}
