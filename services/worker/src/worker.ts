// A worker that runs: the way to its chain, its memory, its places, and its pool.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createSender, type FollowState, type OpenedChain, type Sender } from '@iexec/chain'
import type { DealId } from '@iexec/protocol'
import type { Engine } from '@iexec/runtime'
import { locateDatabase, reachChain, requireWorkerpool, sayWhy, takeDatabase, watchOutages } from '@iexec/service'
import type { PlaceReport, WorkerProfile } from '@iexec/wire/work'
import type { Logger } from 'pino'
import { createClient, custom, zeroAddress, type Address, type Client, type LocalAccount } from 'viem'
import { createVoter } from './contribution/votes.ts'
import { createDealReader } from './deal/readDeal.ts'
import { profileOf, type MachineWish } from './machine.ts'
import { createDesk, type Desk } from './place/desk.ts'
import { openShelf, type Shelf } from './run/shelf.ts'
import { createWorks, freeDiskOf, type WorksOptions } from './place/works.ts'
import { MOST_DELIVERIES } from './result/bring.ts'
import { findScheduler } from './pool/findScheduler.ts'
import { openPool, type Pool, type PoolState } from './pool/pool.ts'
import { keepResults } from './result/keep.ts'
import { openTurns } from './result/turns.ts'
import { removeTask } from './run/compute.ts'
import { createStore, type Store } from './store/store.ts'
import { MIGRATIONS, type Schema } from './store/tables.ts'
import { followRewards } from './task/followRewards.ts'
import { followTasks } from './task/followTasks.ts'
import { lookAtTask } from './task/lookAtTask.ts'

/** Everything that a worker is told. */
export type WorkerConfig = MachineWish & {
  readonly rpcUrls: readonly string[]
  readonly wsUrl: string | undefined
  readonly rpcTimeoutMs: number
  readonly pollingMs: number
  readonly hub: Address
  readonly workerpool: Address
  /** Asked where the scheduler is. */
  readonly marketUrl: string | undefined
  /** The scheduler itself, for who knows it. */
  readonly schedulerUrl: string | undefined
  /** Storages of the owner's choice, before those of the pool. */
  readonly storages: readonly string[]
  /** Gateways of the owner's choice, before the storages. */
  readonly gateways: readonly string[]
  readonly allowsPrivateInputs: boolean
  readonly account: LocalAccount
  /** The most that a unit of gas may cost, in wei. */
  readonly maxFeePerGas: bigint
  /** The most that a vote may lock, in nRLC. */
  readonly maxStake?: bigint | undefined
  /** One process at a time has it. */
  readonly folder: string
  /** For how long results are kept after the end, in seconds. */
  readonly retentionSeconds: number
}

/** Something that a worker tells of. */
export type WorkerChange =
  | { readonly type: 'report'; readonly report: PlaceReport }
  | { readonly type: 'pool'; readonly pool: PoolState }

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

/** What a worker runs with. */
export type WorkerDeps = {
  readonly engines: readonly Engine[]
  readonly log: Logger
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Ends the start, while nodes are asked that do not answer. */
  readonly signal: AbortSignal
}

/** A scheduler that says nothing for so long is called again. */
const SILENT_MS = 30_000
/** So long the scheduler may take to store the last reports. */
const FAREWELL_MS = 3_000
const DISK_LOOK_MS = 30_000
/** A storage that does not begin to answer for so long is busy with something else. */
const STORAGE_TIMEOUT_MS = 30_000

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
  const parts = openParts({ config, deps, opened, store, tasks, engines, shelf })
  await parts.desk.resume()
  const stopped = new AbortController()
  const running = run(parts, { config, deps, opened, store, tasks, engines, shelf, signal: stopped.signal })
  return {
    ...parts,
    chainId: opened.chainId,
    client: opened.client,
    store,
    tasks,
    watch: (listen) => {
      parts.listeners.add(listen)
      return () => {
        parts.listeners.delete(listen)
      }
    },
    addEngine: async (engine) => {
      await engine.sweep()
      engines.push(shelf.watch(engine))
      parts.callers.sayProfile()
    },
    drain: async (atOnce) => {
      parts.stopOffers()
      parts.callers.sayProfile()
      await parts.desk.whenIdle(atOnce)
      // What is not heard now is said at the next start.
      await parts.desk.whenHeard(AbortSignal.any([atOnce, AbortSignal.timeout(FAREWELL_MS)]))
    },
    ended: running.ended,
    close: async () => {
      await parts.desk.close()
      stopped.abort()
      parts.hangUp()
      await running.stopped
      await parts.sender.close()
      await database.close()
      letGo()
    },
  }
}

type Parts = {
  readonly desk: Desk
  readonly callers: Pool
  readonly sender: Sender
  readonly pool: () => PoolState
  readonly chain: () => FollowState | undefined
  readonly profile: () => WorkerProfile
  readonly isDraining: () => boolean
  readonly stopOffers: () => void
  readonly hangUp: () => void
  readonly noteChain: (state: FollowState) => void
  readonly forgetDeals: () => void
  readonly lookAtDisk: () => Promise<void>
  readonly listeners: Set<(change: WorkerChange) => void>
  /** Where results may go now. */
  readonly storages: () => readonly string[]
}

type Ground = {
  readonly config: WorkerConfig
  readonly deps: WorkerDeps
  readonly opened: OpenedChain
  readonly store: Store
  /** The folder of tasks. */
  readonly tasks: string
  /** One of each type; more may come. */
  readonly engines: readonly Engine[]
  readonly shelf: Shelf
}

function openParts({ config, deps, opened, store, tasks, engines, shelf }: Ground): Parts {
  const { log, now } = deps
  const { client, chainId } = opened
  const { hub, workerpool, account } = config
  const hangUp = new AbortController()
  const sender = openSender(config, opened, log)
  const listeners: Parts['listeners'] = new Set()
  const tell = (change: WorkerChange): void => {
    for (const listen of listeners) listen(change)
  }
  let isDraining = false
  let diskBytes = 0
  let poolState: PoolState = { state: 'away', since: now(), why: 'It was not called yet.' }
  let chainState: FollowState | undefined
  const profile = (): WorkerProfile => {
    const types = engines.map(({ type }) => type)
    const whole = { ...profileOf({ ...machineOf(config), engines: types }, diskBytes), cached: shelf.list(types) }
    return isDraining ? { ...whole, places: 0 } : whole
  }
  const look: WorksOptions['look'] = async ({ taskId, dealId }) => {
    const [sight, known] = await Promise.all([
      lookAtTask({ client, hub, worker: account.address, taskId }),
      deals.read(dealId as DealId),
    ])
    return known === undefined ? { ...sight, isDealGone: true } : { ...sight, startTime: Number(known.deal.startTime) }
  }
  const storages = (): readonly string[] => [...new Set([...config.storages, ...(callers.facts()?.storages ?? [])])]
  const deals = createDealReader(client, hub)
  const works = createWorks({
    client,
    hub,
    worker: account.address,
    workerpool,
    maxStake: config.maxStake,
    deals,
    look,
    voter: createVoter({ sender, hub, worker: account.address }),
    profile,
    compute: {
      engines,
      folder: tasks,
      gateways: () => [...config.gateways, ...storages()],
      allowsPrivateInputs: config.allowsPrivateInputs,
      allowsNetwork: config.network,
    },
    bring: { account, chainId, now, timeoutMs: STORAGE_TIMEOUT_MS, storages, turns: openTurns(MOST_DELIVERIES) },
    onTrouble: (task, why) => {
      log.warn({ task }, `The result waits for a storage. ${why}`)
    },
    sendLog: (piece) => {
      callers.sendLog(piece)
    },
    desk: () => desk,
    isDraining: () => isDraining,
  })
  const desk = createDesk({
    store,
    works,
    look,
    log,
    now,
    discard: (taskId) => {
      removeTask(tasks, taskId).catch((error: unknown) => {
        log.warn({ task: taskId }, `What is left of the task cannot be removed: ${sayWhy(error)}`)
      })
    },
    report: (report) => {
      callers.report(report)
      tell({ type: 'report', report })
    },
  })
  const isFirst = watchOutages(now)
  const callers = openPool({
    wanted: { chainId, hub, workerpool },
    account,
    profile,
    now,
    silentMs: SILENT_MS,
    signal: hangUp.signal,
    findUrl: async () => config.schedulerUrl ?? findSchedulerOf(config, opened, now),
    listReports: desk.listReports,
    onHeard: desk.hear,
    onMessage: async (message) => {
      if (message.type === 'offer') await desk.offer(message.place)
      if (message.type === 'withdraw') await desk.tell(message.taskId, { type: 'withdrawn', message: message.message })
      if (message.type === 'deliver') await desk.tell(message.taskId, { type: 'deliver' })
    },
    onState: (state) => {
      if (state.state === 'connected') log.info('The scheduler has this worker.')
      // The command tells people; and who hangs up himself is not left by anybody.
      else if (!hangUp.signal.aborted && (poolState.state === 'connected' || isFirst()))
        log.info(`The scheduler is away: ${state.why}`)
      poolState = state
      tell({ type: 'pool', pool: state })
    },
  })
  return {
    desk,
    callers,
    sender,
    listeners,
    storages,
    profile,
    pool: () => poolState,
    chain: () => chainState,
    isDraining: () => isDraining,
    stopOffers: () => {
      isDraining = true
    },
    hangUp: () => {
      hangUp.abort()
    },
    noteChain: (state) => {
      if (state.state === 'waiting') log.warn(`The chain is waited for: ${state.reason ?? ''}`)
      else if (chainState?.state === 'waiting') log.info('The chain goes on.')
      chainState = state
    },
    forgetDeals: deals.forget,
    lookAtDisk: async () => {
      diskBytes = await freeDiskOf(tasks)
    },
  }
}

type Running = { readonly ended: Promise<string>; readonly stopped: Promise<unknown> }
type RunOptions = Ground & { readonly signal: AbortSignal }

/** Everything that goes on until the end. */
function run(parts: Parts, { config, deps, opened, store, tasks, signal }: RunOptions): Running {
  const { desk, callers, noteChain, lookAtDisk, forgetDeals } = parts
  const following = followTasks({
    client: opened.client,
    hub: config.hub,
    wakeUp: opened.wakeUp,
    pollingMs: config.pollingMs,
    signal,
    onNews: desk.lookAt,
    onRollback: forgetDeals,
    onTime: desk.pass,
    onState: noteChain,
  })
  const { client } = opened
  const { hub, pollingMs } = config
  const counting = followRewards({ client, hub, worker: config.account.address, store, pollingMs, signal })
  const { account, retentionSeconds } = config
  const keeping = keepResults({
    store,
    folder: tasks,
    courier: { account, chainId: opened.chainId, now: deps.now, timeoutMs: STORAGE_TIMEOUT_MS },
    storages: parts.storages,
    retentionSeconds,
    log: deps.log,
    signal,
  })
  const disk = setInterval(() => void lookAtDisk().catch(() => undefined), DISK_LOOK_MS)
  const calling = lookAtDisk().then(async () => callers.run())
  // Who only follows never ends by itself: it ends when something is wrong with the program.
  const failed = Promise.all([following, counting, keeping]).then(async () => new Promise<never>(() => undefined))
  return {
    ended: Promise.race([calling.then(({ why }) => why), failed]),
    stopped: Promise.allSettled([following, counting, keeping, calling]).finally(() => {
      clearInterval(disk)
    }),
  }
}

function openSender({ account, maxFeePerGas, pollingMs }: WorkerConfig, { client }: OpenedChain, log: Logger): Sender {
  const transport = custom({ request: async (call: unknown) => client.request(call as never) }, { retryCount: 0 })
  return createSender({
    client: createClient({ account, chain: client.chain, cacheTime: 0, transport }),
    maxFeePerGas,
    pollingMs,
    maxInFlight: 128,
    onEvent: (event) => {
      if (event.type === 'capReached') log.warn({ nonce: event.nonce }, 'Gas costs more than --max-fee-per-gas allows.')
      if (event.type === 'rejected')
        log.warn({ nonce: event.nonce }, `A node does not take a transaction: ${event.words}`)
    },
  })
}

async function findSchedulerOf(config: WorkerConfig, opened: OpenedChain, now: () => number): Promise<string> {
  const { marketUrl, hub, workerpool } = config
  if (marketUrl === undefined) throw new Error('Nobody says where the scheduler is: give --scheduler or --market.')
  return findScheduler({ client: opened.client, chainId: opened.chainId, hub, workerpool, marketUrl, now })
}

function machineOf({ name, version, engines, network, gpu, places }: WorkerConfig): MachineWish {
  return { name, version, engines, network, gpu, places }
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
