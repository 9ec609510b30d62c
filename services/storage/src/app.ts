// The HTTP side as a value: the shell of every service, with the gateway, the API and the results.
import type { Hono } from 'hono'
import { Gauge } from 'prom-client'
import type { Logger } from 'pino'
import { createShell, limitRate, openRegistry, type HttpEnv, type StatusPage } from '@iexec/service'
import manifest from '../package.json' with { type: 'json' }
import { askPeers } from './blocks/peers.ts'
import type { BlockHash } from './blocks/hash.ts'
import type { Condition } from './condition.ts'
import type { Config } from './config.ts'
import type { GetBlock } from './content/find.ts'
import { addApi } from './http/api.ts'
import { addGateway } from './http/gateway.ts'
import { addResults } from './http/results.ts'
import { openTurnstile } from './http/turnstile.ts'
import { hasToken, type Admission } from './http/who.ts'
import type { Disk } from './keep/fullDisk.ts'
import { findHidden, isPublic } from './keep/visible.ts'
import { judge, type Court, type Outcome, type Waiting } from './result/judge.ts'

/** What the HTTP side is built from. */
export type AppDeps = {
  readonly config: Config
  readonly court: Court
  readonly condition: Condition
  readonly disk: Disk
  readonly log: Logger
}

/** Each needs about 10 MB meanwhile. */
const UPLOADS_AT_A_TIME = 32

/** The app with all its routes. */
export function createApp(deps: AppDeps): Hono<HttpEnv> {
  const { config, court, disk, log } = deps
  const { shelf } = court
  const registry = openRegistry()
  const app = createShell({
    name: 'iexec-storage',
    version: manifest.version,
    log,
    registry,
    now: shelf.now,
    health: async () => readHealth(deps),
    figures: addFigures(deps, registry),
    status: async () => readStatus(deps),
  })
  const admission: Admission = config
  const limit = limitRate(config.rateLimit, shelf.now)
  app.use(async (context, next) => (hasToken(context, admission) ? next() : limit(context, next)))
  const onBreak = (why: string): void => {
    log.warn({ why }, 'An answer broke off.')
  }
  const isSeen = watchVisibility(court)
  // Each block is asked about, not only the one that a file begins with: anybody may bring one that links to what is unseen.
  const get: GetBlock = async (hash, signal) => ((await isSeen(hash)) ? shelf.blocks.get(hash, signal) : undefined)
  const turnstile = openTurnstile(UPLOADS_AT_A_TIME)
  const peers = config.peers.length === 0 ? undefined : askPeers(config.peers)
  addGateway(app, { get, isSeen, askPeers: peers, onBreak })
  addApi(app, {
    shelf,
    admission,
    get,
    maxUploadBytes: config.maxUploadBytes,
    version: manifest.version,
    disk,
    onBreak,
    turnstile,
  })
  const desk = {
    court,
    spool: config.spool,
    maxBytes: config.maxUploadBytes,
    workerQuotaBytes: config.uploaderQuotaBytes,
    pools: new Set(config.pools.map((pool) => pool.toLowerCase())),
  }
  addResults(app, desk, { turnstile, disk })
  return app
}

/** Whoever asks for a hidden result makes the storage look at the chain: so it is seen as soon as its vote is there. */
function watchVisibility(court: Court): (hash: BlockHash) => Promise<boolean> {
  const { read } = court.shelf.database
  const asking = new Map<string, Promise<Outcome>>()
  const ask = async (waiting: Waiting): Promise<Outcome> => {
    const key = `${waiting.task} ${waiting.worker}`
    const asked = asking.get(key) ?? judge(court, waiting)
    asking.set(key, asked)
    try {
      return await asked
    } finally {
      asking.delete(key)
    }
  }
  return async (hash) => {
    if (await isPublic(read, hash)) return true
    const hidden = await findHidden(read, hash)
    if (hidden.length === 0) return false
    // While no node answers, it stays hidden.
    await Promise.allSettled(hidden.map(ask))
    return isPublic(read, hash)
  }
}

type Counted = { readonly kind: string; readonly state: string; readonly count: number }

type Kept = { readonly bytes: number; readonly holdings: readonly Counted[] }

async function readKept({ court }: AppDeps): Promise<Kept> {
  const { read } = court.shelf.database
  const { bytes } = await read.selectFrom('total').select('bytes').executeTakeFirstOrThrow()
  const holdings = await read
    .selectFrom('holding')
    .select(({ fn }) => ['kind', 'state', fn.countAll<number>().as('count')])
    .groupBy(['kind', 'state'])
    .execute()
  return { bytes, holdings }
}

/** With less than a block of room, or of a small quota a hundredth, a storage is full: hardly anything fits in any more. */
const LEAST_ROOM_BYTES = 262_144
const LEAST_SHARE = 0.01

type Health = {
  readonly ok: boolean
  /** Why no results are taken, in one sentence; null when they are. */
  readonly reason: string | null
  readonly role: string
  readonly chainId: number | null
  readonly hub: string
  readonly bytes: number | null
  readonly quotaBytes: number
  /** Whose results are taken; `null`: of all pools. */
  readonly pools: readonly string[] | null
}

/** Files are served without a node, and from a full disk; results are not taken. */
async function whyNotWell({ condition, config, disk }: AppDeps, { bytes }: Kept): Promise<string | undefined> {
  if (condition.hub === undefined) return 'No node of the chain has answered yet.'
  if (await disk.isFull()) return 'The disk is full, so nothing is taken: make room on it.'
  const { quotaBytes } = config
  if (quotaBytes - bytes > Math.min(LEAST_ROOM_BYTES, quotaBytes * LEAST_SHARE)) return undefined
  return `The quota is used up, ${inMegabytes(bytes)} of ${inMegabytes(quotaBytes)}, so nothing is taken: raise --quota.`
}

async function readHealth(deps: AppDeps): Promise<Health> {
  const { config, condition } = deps
  const kept = await readKept(deps).catch(() => undefined)
  const reason = kept === undefined ? 'The database does not answer.' : await whyNotWell(deps, kept)
  return {
    ok: reason === undefined,
    reason: reason ?? null,
    role: condition.role,
    chainId: condition.hub?.chainId ?? null,
    hub: config.hub,
    bytes: kept?.bytes ?? null,
    quotaBytes: config.quotaBytes,
    pools: config.pools.length === 0 ? null : config.pools,
  }
}

function addFigures(deps: AppDeps, registry: ReturnType<typeof openRegistry>): () => Promise<void> {
  const gauge = (name: string, help: string, ...labelNames: readonly string[]): Gauge =>
    new Gauge({ name: `storage_${name}`, help, labelNames: [...labelNames], registers: [registry] })
  const bytes = gauge('bytes', 'Bytes of all blocks.')
  const quota = gauge('quota_bytes', 'Bytes that are kept at most.')
  const swept = gauge('swept_bytes', 'Bytes that were removed as garbage since the start.')
  const holdings = gauge('holdings', 'Files and folders that are kept.', 'kind', 'state')
  return async () => {
    const kept = await readKept(deps)
    bytes.set(kept.bytes)
    quota.set(deps.config.quotaBytes)
    swept.set(deps.condition.sweptBytes)
    holdings.reset()
    for (const { kind, state, count } of kept.holdings) holdings.set({ kind, state }, count)
  }
}

const SHOWN_RESULTS = 20

async function readStatus(deps: AppDeps): Promise<StatusPage> {
  const { config, condition, court } = deps
  const kept = await readKept(deps)
  const results = await court.shelf.database.read
    .selectFrom('result')
    .innerJoin('holding', 'holding.id', 'result.holding')
    .select(['task', 'worker', 'root', 'added_at'])
    .where('holding.state', '=', 'public')
    .orderBy('added_at', 'desc')
    .limit(SHOWN_RESULTS)
    .execute()
  const why = await whyNotWell(deps, kept)
  return {
    title: 'Storage',
    ok: why === undefined,
    summary:
      why === undefined
        ? `It serves files, and takes results of the hub ${config.hub} on chain ${condition.hub?.chainId}.`
        : `It serves files, and takes no results now: ${why}`,
    sections: [
      {
        heading: 'Kept',
        facts: [
          ['in all', `${inMegabytes(kept.bytes)} of ${inMegabytes(config.quotaBytes)}`],
          ['blocks', court.shelf.blocks.place],
          ['results of', config.pools.length === 0 ? 'all pools' : config.pools.join(', ')],
          ...kept.holdings.map(({ kind, state, count }) => [`${kind}, ${state}`, count] as const),
          ['removed since the start', inMegabytes(condition.sweptBytes)],
        ],
      },
      {
        heading: 'Latest results',
        table: {
          columns: ['task', 'worker', 'content', 'since'],
          rows: results.map(({ task, worker, root, added_at }) => [
            task,
            worker,
            root,
            new Date(added_at).toISOString(),
          ]),
        },
      },
    ],
  }
}

function inMegabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}
