// What a process knows of the index while another one writes it: the bus tells of blocks, the chain of its head.
import type { Client } from 'viem'
import { getBlockNumber } from 'viem/actions'
import type { Reader } from './db/database.ts'
import { headOf, isIndexed } from './index/head.ts'
import type { IndexerNews } from './index/runIndexer.ts'
import type { Bus } from './live/bus.ts'
import type { IndexerStatus } from './market.ts'

/** A look at the index of another process. */
export type Standby = {
  readonly status: () => Omit<IndexerStatus, 'role'>
  /** Returns when the block that is the chain's head now is in the database, or after `patienceMs`; false when it did not come. */
  readonly caughtUp: (patienceMs: number) => Promise<boolean>
  readonly close: () => void
}

/** What to look at. */
export type StandbyOptions = {
  readonly client: Client
  readonly read: Reader
  readonly bus: Bus
  readonly now: () => number
  /** Hears once when it begins to wait, and why, and once when it goes on. */
  readonly onNews?: (news: IndexerNews) => void
}

const LOOK_MS = 1000
/** A leader that is alive and connected is not further behind than this for long. */
const USUAL_LAG = 2

/** Looks at the index every second, and whenever a block was indexed. */
export function watchIndex({ client, read, bus, now, onNews }: StandbyOptions): Standby {
  let head: number | undefined
  let indexed: number | undefined
  let reason: string | undefined
  let since = now()
  let headUnknownSince: number | undefined
  const waiting = new Set<() => void>()

  let isLooking = false
  const look = async (): Promise<void> => {
    // While somebody does not answer, asking more often only adds to what they owe.
    if (isLooking) return
    isLooking = true
    try {
      tell(await lookAt())
    } finally {
      isLooking = false
    }
  }
  /** Why it waits, if it does. */
  const lookAt = async (): Promise<string | undefined> => {
    try {
      indexed = await lastBlock(read)
    } catch {
      headUnknownSince ??= now()
      return 'The database does not answer.'
    }
    try {
      head = Number(await getBlockNumber(client, { cacheTime: 0 }))
      headUnknownSince = undefined
    } catch {
      headUnknownSince ??= now()
      return 'The node cannot be reached.'
    }
    return head - (indexed ?? 0) > USUAL_LAG ? 'The process that indexes is behind the chain.' : undefined
  }
  const tell = (why: string | undefined): void => {
    if (why === reason) return
    if (why === undefined) onNews?.({ type: 'goes on' })
    else onNews?.({ type: 'waits', reason: why })
    since = now()
    reason = why
  }
  const stop = bus.subscribe((message) => {
    if (message.type === 'block_indexed' || message.type === 'block_undone') indexed = message.block
    else if (message.type !== 'resync') return
    for (const wake of waiting) wake()
  })
  const timer = setInterval(() => void look(), LOOK_MS)
  void look()

  return {
    status: () => {
      const state = reason !== undefined ? 'waiting' : head === undefined ? 'starting' : 'live'
      return { state, reason, since, head, headUnknownSince, indexed }
    },
    caughtUp: async (patienceMs) => {
      const target = await headOf(client)
      const deadline = now() + patienceMs
      while (!(await isIndexed(read, target))) {
        if (now() >= deadline) return false
        await nextBlock(waiting, deadline - now())
      }
      return true
    },
    close: () => {
      stop()
      clearInterval(timer)
    },
  }
}

async function lastBlock(read: Reader): Promise<number | undefined> {
  const row = await read.selectFrom('block').select('number').orderBy('number', 'desc').limit(1).executeTakeFirst()
  return row?.number
}

async function nextBlock(waiting: Set<() => void>, patienceMs: number): Promise<void> {
  await new Promise<void>((resolve) => {
    const end = (): void => {
      clearTimeout(timer)
      waiting.delete(end)
      resolve()
    }
    const timer = setTimeout(end, patienceMs)
    waiting.add(end)
  })
}
