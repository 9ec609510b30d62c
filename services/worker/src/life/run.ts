// What goes on while a worker runs: it follows the chain, is called by its pool, keeps results, and counts what it earned.
import { freeDiskOf } from '../place/works.ts'
import { keepResults } from '../result/keep.ts'
import { followRewards } from '../task/followRewards.ts'
import { followTasks } from '../task/followTasks.ts'
import { STORAGE_TIMEOUT_MS, type Ground } from './ground.ts'
import type { Parts } from './parts.ts'

/** `ended` resolves when the pool does not want this worker; `stopped` when all has ended after the signal. */
export type Running = { readonly ended: Promise<string>; readonly stopped: Promise<unknown> }
type RunOptions = Ground & { readonly signal: AbortSignal }

const DISK_LOOK_MS = 30_000

/**
 * Everything that goes on until the signal aborts.
 *
 * @example
 * const running = run(parts, { ...ground, signal })
 * await running.ended // 'The pool does not want this worker: …'
 */
export function run(parts: Parts, { config, deps, opened, store, tasks, signal }: RunOptions): Running {
  const { desk, callers, deals, mood } = parts
  const lookAtDisk = async (): Promise<void> => {
    mood.diskBytes = await freeDiskOf(tasks)
  }
  const following = followTasks({
    client: opened.client,
    hub: config.hub,
    wakeUp: opened.wakeUp,
    pollingMs: config.pollingMs,
    signal,
    onNews: desk.lookAt,
    onRollback: deals.forget,
    onTime: desk.pass,
    onState: (state) => {
      if (state.state === 'waiting') deps.log.warn(`The chain is waited for: ${state.reason ?? ''}`)
      else if (mood.chain?.state === 'waiting') deps.log.info('The chain goes on.')
      mood.chain = state
    },
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
