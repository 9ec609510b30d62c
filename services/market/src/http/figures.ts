// Figures for those who watch over the service, as Prometheus reads them.
import { Gauge, Histogram, type Registry } from 'prom-client'
import type { Market } from '../market.ts'
import { readMetrics } from './health.ts'

/** Tells how long an answer took: seconds. */
export type Observe = (labels: { readonly route: string; readonly status: number }, duration: number) => void

/**
 * Adds the figures of requests and markets to those of the process.
 *
 * `market_head_block`, `market_indexed_block`, `market_lag_blocks` and `market_live` per chain, `market_open_orders` per chain
 * and kind, `http_request_duration_seconds` per route and status.
 */
export function addFigures(registry: Registry, markets: readonly Market[]): Observe {
  const gauge = (name: string, help: string, labelNames: readonly string[]): Gauge =>
    new Gauge({ name, help, labelNames: [...labelNames], registers: [registry] })
  const head = gauge('market_head_block', 'The youngest block of the chain that a node told of.', ['chain'])
  const indexed = gauge('market_indexed_block', 'The youngest block in the database.', ['chain'])
  const lag = gauge('market_lag_blocks', 'How many blocks the index is behind the chain.', ['chain'])
  const live = gauge('market_live', '1 while the index is up to date, else 0.', ['chain'])
  const open = new Gauge({
    name: 'market_open_orders',
    help: 'Open orders in the book.',
    labelNames: ['chain', 'kind'],
    registers: [registry],
    // Asked when somebody reads the figures, and for all of them at once.
    collect: async () => {
      for (const market of markets) {
        const chain = String(market.chainId)
        const found = await readMetrics(market)
        if (found.headBlock !== null) head.set({ chain }, found.headBlock)
        if (found.lag !== null) lag.set({ chain }, found.lag)
        indexed.set({ chain }, found.lastBlock)
        live.set({ chain }, market.indexer.status().state === 'live' ? 1 : 0)
        for (const kind of ['apporder', 'datasetorder', 'workerpoolorder', 'requestorder'] as const) {
          open.set({ chain, kind }, found[`${kind}s`])
        }
      }
    },
  })
  const duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'How long answers took.',
    labelNames: ['route', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.3, 1, 3],
    registers: [registry],
  })
  return (labels, seconds) => {
    duration.observe({ ...labels }, seconds)
  }
}
