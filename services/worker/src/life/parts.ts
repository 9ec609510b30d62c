// The parts of a worker, made and joined: its places, what is done for them, and the line to its pool.
import { createSender, type OpenedChain, type Sender } from '@iexec/chain'
import type { DealId } from '@iexec/protocol'
import { sayWhy, watchOutages } from '@iexec/service'
import type { WorkerProfile } from '@iexec/wire/work'
import type { Logger } from 'pino'
import { createClient, custom } from 'viem'
import { createVoter } from '../contribution/votes.ts'
import { createDealReader, type DealReader } from '../deal/readDeal.ts'
import { profileOf, type MachineWish } from '../machine.ts'
import type { DeskOptions } from '../place/actor.ts'
import { createDesk, type Desk } from '../place/desk.ts'
import { createWorks, type WorksOptions } from '../place/works.ts'
import { findScheduler } from '../pool/findScheduler.ts'
import { openPool, type Pool } from '../pool/pool.ts'
import { MOST_DELIVERIES } from '../result/bring.ts'
import { openTurns } from '../result/turns.ts'
import { removeTask } from '../run/compute.ts'
import { lookAtTask } from '../task/lookAtTask.ts'
import { STORAGE_TIMEOUT_MS, type Ground, type Mood, type WorkerChange, type WorkerConfig } from './ground.ts'

/** The parts of a worker. */
export type Parts = {
  readonly mood: Mood
  readonly deals: DealReader
  readonly desk: Desk
  readonly callers: Pool
  readonly sender: Sender
  readonly profile: () => WorkerProfile
  readonly hangUp: () => void
  /** Where results may go now. */
  readonly storages: () => readonly string[]
}

/** A scheduler that says nothing for so long is called again. */
const SILENT_MS = 30_000

/**
 * Makes the parts. Nothing is under way yet.
 *
 * @example
 * const parts = openParts(ground)
 * await parts.desk.resume()
 */
export function openParts(ground: Ground): Parts {
  const { config, deps, opened } = ground
  const mood: Mood = {
    isDraining: false,
    diskBytes: 0,
    pool: { state: 'away', since: deps.now(), why: 'It was not called yet.' },
    chain: undefined,
    listeners: new Set(),
  }
  const hanging = new AbortController()
  const half = {
    mood,
    deals: createDealReader(opened.client, config.hub),
    sender: openSender(config, opened, deps.log),
    profile: () => profileNow(ground, mood),
    storages: () => [...new Set([...config.storages, ...(callers.facts()?.storages ?? [])])],
    callers: () => callers,
    desk: () => desk,
  }
  const desk = openDesk(ground, half)
  const callers = openCallers(ground, { ...half, signal: hanging.signal })
  return {
    ...half,
    desk,
    callers,
    hangUp: () => {
      hanging.abort()
    },
  }
}

/** Parts while others are not made yet: these know one another. */
type HalfParts = Omit<Parts, 'desk' | 'callers' | 'hangUp'> & {
  readonly desk: () => Desk
  readonly callers: () => Pool
}

function profileNow({ config, engines, shelf }: Ground, { isDraining, diskBytes }: Mood): WorkerProfile {
  const types = engines.map(({ type }) => type)
  const whole = { ...profileOf({ ...machineOf(config), engines: types }, diskBytes), cached: shelf.list(types) }
  return isDraining ? { ...whole, places: 0 } : whole
}

function tell({ listeners }: Mood, change: WorkerChange): void {
  for (const listen of listeners) listen(change)
}

function openDesk(ground: Ground, half: HalfParts): Desk {
  const { deps, store, tasks } = ground
  const { log, now } = deps
  const look = lookFrom(ground, half)
  return createDesk({
    store,
    works: createWorks(worksOptions(ground, half)),
    look,
    log,
    now,
    discard: (taskId) => {
      removeTask(tasks, taskId).catch((error: unknown) => {
        log.warn({ task: taskId }, `What is left of the task cannot be removed: ${sayWhy(error)}`)
      })
    },
    report: (report) => {
      half.callers().report(report)
      tell(half.mood, { type: 'report', report })
    },
  })
}

/** What the chain says of a task, and whether its deal is still the one that was read. */
function lookFrom({ config, opened }: Ground, { deals }: HalfParts): DeskOptions['look'] {
  const { client } = opened
  const { hub, account } = config
  return async ({ taskId, dealId }) => {
    const [sight, known] = await Promise.all([
      lookAtTask({ client, hub, worker: account.address, taskId }),
      deals.read(dealId as DealId),
    ])
    return known === undefined ? { ...sight, isDealGone: true } : { ...sight, startTime: Number(known.deal.startTime) }
  }
}

function worksOptions(ground: Ground, half: HalfParts): WorksOptions {
  const { config, deps, opened, tasks, engines } = ground
  const { client, chainId } = opened
  const { hub, workerpool, account } = config
  const { storages, deals, sender, profile, mood } = half
  return {
    client,
    hub,
    worker: account.address,
    workerpool,
    maxStake: config.maxStake,
    deals,
    voter: createVoter({ sender, hub, worker: account.address }),
    profile,
    compute: {
      engines,
      folder: tasks,
      gateways: () => [...config.gateways, ...storages()],
      allowsPrivateInputs: config.allowsPrivateInputs,
      allowsNetwork: config.network,
    },
    bring: {
      account,
      chainId,
      now: deps.now,
      timeoutMs: STORAGE_TIMEOUT_MS,
      storages,
      turns: openTurns(MOST_DELIVERIES),
    },
    onTrouble: (task, why) => {
      deps.log.warn({ task }, `The result waits for a storage. ${why}`)
    },
    sendLog: (piece) => {
      half.callers().sendLog(piece)
    },
    desk: half.desk,
    isDraining: () => mood.isDraining,
  }
}

/** The line to the pool: what the scheduler says goes to the places. */
function openCallers(ground: Ground, half: HalfParts & { readonly signal: AbortSignal }): Pool {
  const { config, deps, opened } = ground
  const { log, now } = deps
  const { hub, workerpool, account } = config
  const { mood, profile, signal } = half
  const desk = half.desk()
  const isFirst = watchOutages(now)
  return openPool({
    wanted: { chainId: opened.chainId, hub, workerpool },
    account,
    profile,
    now,
    silentMs: SILENT_MS,
    signal,
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
      else if (!signal.aborted && (mood.pool.state === 'connected' || isFirst()))
        log.info(`The scheduler is away: ${state.why}`)
      mood.pool = state
      tell(mood, { type: 'pool', pool: state })
    },
  })
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
