// A worker that runs: made, watched, drained and closed.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { FollowState, OpenedChain } from '@iexec/chain'
import type { Engine } from '@iexec/runtime'
import { locateDatabase, reachChain, requireWorkerpool, takeDatabase } from '@iexec/service'
import type { WorkerProfile } from '@iexec/wire/work'
import { zeroAddress, type Client } from 'viem'
import type { Ground, WorkerChange, WorkerConfig, WorkerDeps } from './life/ground.ts'
import { openParts } from './life/parts.ts'
import { run } from './life/run.ts'
import type { Desk } from './place/desk.ts'
import type { PoolState } from './pool/pool.ts'
import { openShelf } from './run/shelf.ts'
import { createStore, type Store } from './store/store.ts'
import { MIGRATIONS, type Schema } from './store/tables.ts'

export type { WorkerConfig } from './life/ground.ts'

/** A worker that runs. */
export type Worker = {
  readonly chainId: number
  readonly client: Client
  /** Hears of each change from now on; returns what ends that. */
  readonly watch: (listen: (change: WorkerChange) => void) => () => void
  readonly desk: Desk
  readonly store: Store
  /** The folder of tasks. */
  readonly tasks: string
  readonly pool: () => PoolState
  readonly chain: () => FollowState | undefined
  readonly profile: () => WorkerProfile
  readonly isDraining: () => boolean
  /** Runs apps of another type from now on; what its runs of an earlier life left is removed before. */
  readonly addEngine: (engine: Engine) => Promise<void>
  /** Takes nothing new, and ends when all that is begun is through; at once when the signal aborts. */
  readonly drain: (signal: AbortSignal) => Promise<void>
  /** Resolves, with a sentence, when the pool does not want this worker; rejects with what nobody can wait out. */
  readonly ended: Promise<string>
  /** Stops where it is: what is begun is taken up at the next start. */
  readonly close: () => Promise<void>
}

/** So long the scheduler may take to store the last reports. */
const FAREWELL_MS = 3_000

/**
 * Starts a worker: takes up what an earlier life has left, and calls its pool.
 *
 * @throws Error in one sentence when the settings are wrong; FileIsHeld when another process has the folder
 * @example
 * const worker = await startWorker(config, { engines: [wasm], log, now: Date.now, signal })
 * await worker.drain(AbortSignal.timeout(60_000))
 * await worker.close()
 */
export async function startWorker(config: WorkerConfig, deps: WorkerDeps): Promise<Worker> {
  const { log, signal } = deps
  const tasks = join(config.folder, 'tasks')
  const ask = async (chain: OpenedChain): Promise<OpenedChain> => {
    await requireWorkerpool(chain.client, config)
    return chain
  }
  const opened = await reachChain({ ...config, log, signal, ask })
  const { database, letGo } = await takeDatabase<Schema>(locateDatabase(join(config.folder, 'worker.sqlite'), ''), {
    migrations: MIGRATIONS,
  })
  await mkdir(tasks, { recursive: true, mode: 0o700 })
  for (const engine of deps.engines) await engine.sweep()
  const store = createStore(database, deps.now)
  await claimFolder(store, config, opened.chainId)
  const shelf = await openShelf(store, () => {
    parts.callers.sayProfile()
  })
  const engines = deps.engines.map(shelf.watch)
  const ground: Ground = { config, deps, opened, store, tasks, engines, shelf }
  const parts = openParts(ground)
  const { mood, desk } = parts
  await desk.resume()
  const stopped = new AbortController()
  const running = run(parts, { ...ground, signal: stopped.signal })
  return {
    desk,
    profile: parts.profile,
    pool: () => mood.pool,
    chain: () => mood.chain,
    isDraining: () => mood.isDraining,
    chainId: opened.chainId,
    client: opened.client,
    store,
    tasks,
    watch: (listen) => {
      mood.listeners.add(listen)
      return () => {
        mood.listeners.delete(listen)
      }
    },
    addEngine: async (engine) => {
      await engine.sweep()
      engines.push(shelf.watch(engine))
      parts.callers.sayProfile()
    },
    drain: async (atOnce) => {
      mood.isDraining = true
      parts.callers.sayProfile()
      await desk.whenIdle(atOnce)
      // What is not heard now is said at the next start.
      await desk.whenHeard(AbortSignal.any([atOnce, AbortSignal.timeout(FAREWELL_MS)]))
    },
    ended: running.ended,
    close: async () => {
      await desk.close()
      stopped.abort()
      parts.hangUp()
      await running.stopped
      await parts.sender.close()
      await database.close()
      letGo()
    },
  }
}

/** A folder belongs to one worker: votes of another one could not be revealed from here. */
async function claimFolder(store: Store, { hub, account, folder }: WorkerConfig, chainId: number): Promise<void> {
  const claim = `${chainId} ${hub.toLowerCase()} ${account.address.toLowerCase()}`
  const known = await store.readFact('claim')
  if (known === undefined) await store.writeFact('claim', claim)
  else if (known !== claim) {
    const [chain, , worker] = known.split(' ')
    throw new Error(
      `The folder ${folder} belongs to the worker ${worker ?? zeroAddress} on chain ${chain}: name another one with --data-dir.`,
    )
  }
}
