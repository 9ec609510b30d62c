// The whole service: the store, the chain, the HTTP side, and what runs beside them.
import type { Server } from 'node:http'
import type { Logger } from 'pino'
import {
  closeServer,
  createServer,
  listen,
  locateDatabase,
  pause,
  reachChain,
  requireHub,
  sayWhy,
  takeDatabase,
  whenAborted,
  whileLeading,
  type RunningService,
} from '@iexec/service'
import { createApp } from './app.ts'
import { openBlocks, type Secrets } from './blocks/open.ts'
import type { BlockHash } from './blocks/hash.ts'
import { verifyBlocks } from './blocks/verified.ts'
import type { Condition } from './condition.ts'
import type { Config } from './config.ts'
import { prepareServer } from './http/node.ts'
import { dropLoading } from './keep/drop.ts'
import { migrations, type Tables } from './keep/schema.ts'
import { watchDisk, type Disk } from './keep/fullDisk.ts'
import { LONGEST_UPLOAD_MS, sweep } from './keep/sweep.ts'
import type { Shelf } from './keep/upload.ts'
import { openHub, type Hub } from './result/hub.ts'
import { ChainAway, judgeAll, type Court } from './result/judge.ts'
import { openSpool } from './result/spool.ts'

/** What a service is given besides its settings. */
export type Surroundings = { readonly log: Logger; readonly signal: AbortSignal; readonly secrets: Secrets }

/**
 * Who neither sends nor takes anything for so long is cut off, but the largest archive is hashed before; and nobody needs longer for
 * one request. Milliseconds.
 */
const PATIENCE = { idleMs: 300_000, longestMs: 6 * 3_600_000 }

/**
 * Starts the service. Files are served also while no node of the chain answers.
 *
 * @throws Error in one sentence when it cannot
 * @example
 * const service = await startStorage(config, { log, signal, secrets })
 */
export async function startStorage(config: Config, { log, signal, secrets }: Surroundings): Promise<RunningService> {
  const location = locateDatabase(config.database, `storage-${config.hub.slice(2, 10).toLowerCase()}`)
  const { database, letGo } = await takeDatabase<Tables>(location, { migrations })
  const stopping = new AbortController()
  const ending = AbortSignal.any([signal, stopping.signal])
  let server: Server | undefined
  try {
    const kept = openBlocks(config.blocks, secrets)
    await kept.open()
    const name = await openSpool(config.spool, async (names) => dropLoading(database, names))
    const onDamage = async (hash: BlockHash): Promise<void> => {
      log.error(
        { hash, place: kept.place },
        'A block is damaged; it counts as missing, and whoever brings it again mends it.',
      )
      await database.write(async (writer) =>
        writer.updateTable('block').set({ stored: 0 }).where('hash', '=', hash).execute(),
      )
    }
    const blocks = verifyBlocks(kept, onDamage)
    const { quotaBytes, spool } = config
    const shelf: Shelf = { database, blocks, quotaBytes, now: Date.now, process: name, abandoned: new Set() }
    const disk = watchDisk({
      shelf,
      spool,
      onFull: () => {
        log.error('The disk is full, so nothing is taken: make room on it.')
      },
    })
    const condition: Condition = { role: 'standby', hub: undefined, sweptBytes: 0 }
    const court: Court = { shelf, hub: () => hubOf(condition), retentionMs: config.keepResultsMs }
    server = createServer(createApp({ config, court, condition, disk, log }))
    prepareServer(server, PATIENCE)
    const url = await listen(server, config)
    const running = Promise.all([
      findHub(config, condition, { log, signal: ending }),
      whileLeading({ location, signal: ending, onRole: (role) => (condition.role = role) }, async (leading) =>
        tidy({ court, condition, disk, config, log, isAlone: location.engine === 'sqlite' }, leading),
      ),
    ])
    const ended = end({ running, signal: ending, stop: () => stopping.abort(), server, close: database.close, letGo })
    return { says: [`The storage listens on ${url}`, `  blocks in ${kept.place}`], ended }
  } catch (error) {
    server?.close()
    await database.close()
    letGo()
    throw error
  }
}

type Ending = {
  readonly running: Promise<unknown>
  readonly signal: AbortSignal
  readonly stop: () => void
  readonly server: Server
  readonly close: () => Promise<void>
  readonly letGo: () => void
}

async function end({ running, signal, stop, server, close, letGo }: Ending): Promise<void> {
  try {
    await Promise.race([whenAborted(signal), running.then(async () => whenAborted(signal))])
  } finally {
    stop()
    await closeServer(server)
    await running.catch(() => undefined)
    await close()
    letGo()
  }
}

/** @throws ChainAway while no node has told of it */
function hubOf({ hub }: Condition): Hub {
  if (hub === undefined) throw new ChainAway()
  return hub
}

async function findHub(
  config: Config,
  condition: Condition,
  { log, signal }: Omit<Surroundings, 'secrets'>,
): Promise<void> {
  const { hub: address } = config
  try {
    condition.hub = await reachChain({
      ...config,
      log,
      signal,
      ask: async ({ client, chainId }) => {
        await requireHub(client, address)
        return openHub({ client, chainId, address })
      },
    })
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

type Tidying = {
  readonly court: Court
  readonly condition: Condition
  readonly disk: Disk
  readonly config: Config
  readonly log: Logger
  /** Whether no other process uses the database: what is still loading at the start is of nobody. */
  readonly isAlone: boolean
}

/** Judges results and collects garbage, again and again. */
async function tidy({ court, condition, disk, config, log, isAlone }: Tidying, signal: AbortSignal): Promise<void> {
  const { shelf } = court
  const startedAt = shelf.now()
  for (let isFirst = true; !signal.aborted; isFirst = false) {
    try {
      const judged = await judgeAll(court, signal)
      if (judged.published + judged.dropped > 0) log.info(judged, 'Results were judged by the chain.')
    } catch (error) {
      if (!(error instanceof ChainAway || disk.note(error)))
        log.warn({ error: sayWhy(error) }, 'Results could not be judged; they wait.')
    }
    try {
      const startedBefore = isFirst && isAlone ? startedAt : shelf.now() - LONGEST_UPLOAD_MS
      const swept = await sweep(shelf, startedBefore, signal)
      condition.sweptBytes += swept.bytes
      if (swept.blocks + swept.holdings > 0) log.info(swept, 'Garbage was collected.')
    } catch (error) {
      if (!disk.note(error)) log.warn({ error: sayWhy(error) }, 'Garbage could not be collected; it is tried again.')
    }
    await pause(config.sweepMs, signal)
  }
}
