// The scheduler at work: whatever happens touches tasks, touched tasks are decided, and what is decided is stored and carried out.
import type { Address, Hex } from 'viem'
import { Deposed } from '../book/store.ts'
import { PATIENCE } from '../decide/snapshot.ts'
import { authorizeAll, carryOutAll, repeatOffers } from './act.ts'
import type { Desk, PoolParts } from './desk.ts'
import { round } from './round.ts'

/** A pool that decides. */
export type Pool = {
  /** Something happened to these tasks. */
  readonly touch: (tasks: Iterable<Hex>) => void
  /** There may be room for more tasks. */
  readonly look: () => void
  /** Decides nothing before this is said: the chain is caught up with. */
  readonly setLive: (isLive: boolean) => void
  /** Says again what a worker was offered. */
  readonly repeatOffers: (worker: Address, tasks: Iterable<Hex>) => void
  readonly stop: () => void
  /** Resolves when another process has taken over. */
  readonly deposed: Promise<void>
  /** Returns when the round that goes on has ended; after `stop`, no other one begins. */
  readonly idle: () => Promise<void>
}

/** Begins with nothing touched. */
export function openPool(parts: PoolParts): Pool {
  const { promise: deposed, resolve: depose } = Promise.withResolvers<void>()
  let running: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  const desk: Desk = {
    parts,
    patience: parts.patience ?? PATIENCE,
    touched: new Set(),
    waiting: new Set(),
    wakeAt: new Map(),
    depose,
    schedule: () => {
      if (running !== undefined || !desk.isLive || desk.isStopped) return
      running = new Promise<void>((resolve) => setImmediate(resolve))
        .then(async () => work(desk))
        .finally(() => {
          running = undefined
          clearTimeout(timer)
          if (hasWork(desk)) desk.schedule()
          else timer = sleep(desk)
        })
    },
    sweptAt: 0,
    hasRoom: true,
    isLive: false,
    isStopped: false,
  }
  return {
    touch: (tasks) => {
      for (const task of tasks) desk.touched.add(task)
      desk.schedule()
    },
    look: () => {
      desk.hasRoom = true
      desk.schedule()
    },
    setLive: (isLive) => {
      desk.isLive = isLive
      desk.schedule()
    },
    repeatOffers: (worker, tasks) => {
      void repeatOffers(desk, worker, tasks)
    },
    stop: () => {
      desk.isStopped = true
      clearTimeout(timer)
    },
    deposed,
    idle: async () => {
      await running
    },
  }
}

function hasWork({ touched, hasRoom, isLive, isStopped }: Desk): boolean {
  return isLive && !isStopped && (touched.size > 0 || hasRoom)
}

const LONGEST_SLEEP_MS = 5_000

/** Until the next moment at which something has to be decided although nothing happened. */
function sleep(desk: Desk): NodeJS.Timeout {
  const now = desk.parts.now().ms
  const next = Math.min(now + LONGEST_SLEEP_MS, ...desk.wakeAt.values())
  return setTimeout(
    () => {
      desk.hasRoom = true
      desk.schedule()
    },
    Math.max(5, next - now),
  )
}

const MISTAKE_MS = 1_000

/** One round: everything that was touched, as much as fits. */
async function work(desk: Desk): Promise<void> {
  const { parts } = desk
  try {
    const commands = round(desk)
    const offers = authorizeAll(desk, commands)
    await storeAll(desk)
    if (desk.isStopped) return
    carryOutAll(desk, commands, await offers)
  } catch (error) {
    if (!(error instanceof Deposed)) {
      // A mistake of ours in one round must not end the others; it is told, and nothing of it was carried out.
      parts.onNews({ type: 'cannot decide', error })
      await new Promise((resolve) => setTimeout(resolve, MISTAKE_MS))
      return
    }
    desk.isStopped = true
    parts.onNews({ type: 'deposed' })
    desk.depose()
  }
}

/** Recorded before it is carried out: what cannot be stored waits, and so does everything else. */
async function storeAll({ parts, ...desk }: Desk): Promise<void> {
  for (let pause = 100; !desk.isStopped; pause = Math.min(5_000, pause * 2)) {
    try {
      await parts.store.flush()
      return
    } catch (error) {
      if (error instanceof Deposed) throw error
      parts.onNews({ type: 'cannot store', error })
      await new Promise((resolve) => setTimeout(resolve, pause))
    }
  }
}
