// What a worker shows of itself, on this machine alone: /health, /metrics, and a page for people.
import { formatRlc } from '@iexec/protocol'
import { closeServer, createServer, createShell, listen, openRegistry, type StatusPage } from '@iexec/service'
import { Counter, Gauge, type Registry } from 'prom-client'
import type { Logger } from 'pino'
import type { KnownPlace } from '../place/state.ts'
import type { Worker, WorkerConfig } from '../worker.ts'
import { askMoney } from '../command/money.ts'

/** How a worker is, for programs. */
export type WorkerHealth = {
  readonly ok: boolean
  readonly worker: string
  readonly workerpool: string
  readonly pool: string
  readonly chain: string
  readonly isDraining: boolean
  /** Places that have not ended. */
  readonly open: number
}

/** Where to show it. */
export type ShellOptions = {
  readonly config: WorkerConfig
  readonly options: { readonly host: string; readonly port: number }
  readonly log: Logger
}

/** A running HTTP side. */
export type Shell = { readonly url: string; readonly close: () => Promise<void> }

/**
 * Opens the HTTP side of a worker.
 *
 * @throws Error in one sentence when nobody can listen there
 * @example
 * const { url, close } = await openShell(worker, { config, options: { host: '127.0.0.1', port: 0 }, log })
 */
export async function openShell(worker: Worker, { config, options, log }: ShellOptions): Promise<Shell> {
  const registry = openRegistry()
  const figures = countFigures(worker, registry)
  const app = createShell({
    name: 'iexec-worker',
    version: config.version,
    log,
    registry,
    now: Date.now,
    health: async () => Promise.resolve(healthOf(worker, config)),
    figures: async () => Promise.resolve(figures()),
    status: async () => pageOf(worker, config),
  })
  app.get('/money', async (context) => {
    const { free, locked, coins } = await askMoney({ ...config, ...worker, worker: config.account.address })
    return context.json({ free: String(free), locked: String(locked), coins: String(coins) })
  })
  const server = createServer(app)
  const url = await listen(server, options)
  return {
    url,
    close: async () => closeServer(server),
  }
}

/** What `/health` answers. */
function healthOf(worker: Worker, config: WorkerConfig): WorkerHealth {
  const pool = worker.pool()
  const chain = worker.chain()
  return {
    ok: pool.state === 'connected' && chain?.state !== 'waiting',
    worker: config.account.address,
    workerpool: config.workerpool,
    pool: pool.state === 'connected' ? 'connected' : `away: ${pool.why}`,
    chain: chain?.reason ?? chain?.state ?? 'starting',
    isDraining: worker.isDraining(),
    open: worker.desk.list().filter(({ ending }) => ending === undefined).length,
  }
}

function countFigures(worker: Worker, registry: Registry): () => void {
  const places = new Gauge({
    name: 'iexec_worker_places',
    help: 'Places by their state.',
    labelNames: ['state'],
    registers: [registry],
  })
  const connected = new Gauge({
    name: 'iexec_worker_connected',
    help: 'Whether the scheduler has this worker.',
    registers: [registry],
  })
  const reports = new Counter({
    name: 'iexec_worker_reports_total',
    help: 'States that places came to.',
    labelNames: ['state', 'cause'],
    registers: [registry],
  })
  worker.watch((change) => {
    if (change.type === 'report') reports.inc({ state: change.report.state, cause: change.report.cause ?? '' })
  })
  return () => {
    places.reset()
    for (const { at } of worker.desk.list()) places.inc({ state: at })
    connected.set(worker.pool().state === 'connected' ? 1 : 0)
  }
}

const ROWS = 50

async function pageOf(worker: Worker, config: WorkerConfig): Promise<StatusPage> {
  const health = healthOf(worker, config)
  const latest = await worker.store.listLatest(ROWS)
  const money = await askMoney({ ...config, ...worker, worker: config.account.address }).catch(() => undefined)
  const { earned, lost, tasks } = await worker.store.sumRewards()
  return {
    title: `Worker ${config.name}`,
    ok: health.ok,
    summary: summaryOf(health, worker.desk.list()),
    sections: [
      {
        heading: 'Pool',
        facts: [
          ['workerpool', config.workerpool],
          ['wallet', config.account.address],
          ['scheduler', health.pool],
          ['chain', health.chain],
          ['engines', worker.profile().engines.join(', ')],
          ['places', worker.profile().places],
        ],
      },
      {
        heading: 'Money',
        facts: [
          ['earned here', `${formatRlc(earned)} with ${tasks} tasks`],
          ['stakes lost here', formatRlc(lost)],
          ...(money === undefined
            ? []
            : ([
                ['free on the market', formatRlc(money.free)],
                ['locked', formatRlc(money.locked)],
              ] as const)),
        ],
      },
      {
        heading: 'Tasks',
        table: {
          columns: ['task', 'state', 'why', 'since'],
          rows: latest.map(({ known, report, changedAt }) => [
            known.place.taskId,
            known.at,
            report.message ?? '',
            new Date(changedAt).toISOString(),
          ]),
          empty: 'None yet.',
        },
      },
    ],
  }
}

/** What a worker does, in a sentence. */
function summaryOf(health: Omit<WorkerHealth, 'ok'>, places: readonly KnownPlace[]): string {
  const running = places.filter(({ at }) => at === 'running').length
  const voting = places.filter(({ at }) => at === 'contributing' || at === 'contributed' || at === 'revealing').length
  const rest = health.isDraining ? ' It takes nothing new.' : ''
  if (health.pool !== 'connected') return `It has no scheduler: ${health.pool.replace(/^away: /u, '')}${rest}`
  if (running + voting === 0) return `It is connected, and waits for tasks.${rest}`
  return `It computes ${running} tasks, and ${voting} votes are on the chain.${rest}`
}
