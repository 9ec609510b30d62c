// The figures of a scheduler for Prometheus.
import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { Leading, LeadNews } from '../pool/leading.ts'

/** Counts what happens, and brings gauges up to date. */
export type Figures = { readonly note: (news: LeadNews) => void; readonly refresh: () => Promise<void> }

const BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300]

/** Opens the figures; those of a process that stands by are zero. */
export function openFigures(registry: Registry, leading: () => Leading | undefined): Figures {
  const registers = [registry]
  const decided = new Counter({
    name: 'scheduler_commands_total',
    help: 'What was decided.',
    labelNames: ['kind'],
    registers,
  })
  const sent = new Counter({
    name: 'scheduler_transactions_total',
    help: 'What became of transactions, by task.',
    labelNames: ['kind', 'outcome'],
    registers,
  })
  const took = new Histogram({
    name: 'scheduler_transaction_seconds',
    help: 'From the decision to the block.',
    labelNames: ['kind'],
    buckets: BUCKETS,
    registers,
  })
  const workers = new Gauge({ name: 'scheduler_workers', help: 'Workers that are connected.', registers })
  const free = new Gauge({ name: 'scheduler_free_places', help: 'Places that could be given now.', registers })
  const places = new Gauge({
    name: 'scheduler_places',
    help: 'Places in hand, by state.',
    labelNames: ['state'],
    registers,
  })
  const tasks = new Gauge({
    name: 'scheduler_tasks',
    help: 'Tasks in hand, by status.',
    labelNames: ['status'],
    registers,
  })
  const lag = new Gauge({ name: 'scheduler_head_lag_blocks', help: 'Blocks that are not followed yet.', registers })
  const inFlight = new Gauge({
    name: 'scheduler_transactions_in_flight',
    help: 'Transactions that are not mined.',
    registers,
  })
  return {
    note: (news) => {
      if (news.type === 'decided') decided.inc({ kind: news.command.do })
      if (news.type !== 'done') return
      sent.inc({ kind: news.command.do, outcome: news.outcome.kind })
      const at = leading()?.book.tasks.get(news.command.task)?.sent.get(news.command.key)?.decidedAt
      if (at !== undefined) took.observe({ kind: news.command.do }, Math.max(0, Date.now() - at) / 1_000)
    },
    refresh: async () => {
      await Promise.resolve()
      places.reset()
      tasks.reset()
      const now = leading()
      const all = [...(now?.book.workers.values() ?? [])]
      workers.set(all.filter(({ isConnected }) => isConnected).length)
      free.set(now === undefined ? 0 : all.reduce((sum, worker) => sum + now.hands.freeOf(worker, Date.now()), 0))
      inFlight.set(now?.inFlight() ?? 0)
      const { head = 0, block = 0 } = now?.status() ?? {}
      lag.set(Math.max(0, head - block))
      for (const task of now?.book.tasks.values() ?? []) {
        tasks.inc({ status: task.status })
        for (const { state } of task.places.values()) places.inc({ state })
      }
    },
  }
}
