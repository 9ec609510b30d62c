// What a process knows of the index while another one writes it: the bus tells of blocks, the chain of its head.
import type { Client } from 'viem'
import { getBlockNumber } from 'viem/actions'
import type { Reader } from './db/database.ts'
import type { Bus } from './live/bus.ts'
import type { IndexerStatus } from './market.ts'

/** A look at the index of another process. */
export type Standby = {
  readonly status: () => Omit<IndexerStatus, 'role'>
  /** Returns when the block that is the chain's head now is in the database, or after `patienceMs`. */
  readonly caughtUp: (patienceMs: number) => Promise<void>
  readonly close: () => void
}

/** What to look at. */
export type StandbyOptions = {
  readonly client: Client
  readonly read: Reader
  readonly bus: Bus
  readonly now: () => number
}

const LOOK_MS = 1000
/** A leader that is alive and connected is not further behind than this for long. */
const USUAL_LAG = 2

/** Looks at the index every second, and whenever a block was indexed. */
export function watchIndex({ client, read, bus, now }: StandbyOptions): Standby {
  let head: number | undefined
  let indexed: number | undefined
  let reason: string | undefined
  let since = now()
  const waiting = new Set<() => void>()

  let isLooking = false
  const look = async (): Promise<void> => {
    // While somebody does not answer, asking more often only adds to what they owe.
    if (isLooking) return
    isLooking = true
    try {
      indexed = await lastBlock(read)
      head = Number(await getBlockNumber(client, { cacheTime: 0 }))
      tell(head - (indexed ?? 0) > USUAL_LAG ? 'The process that indexes is behind the chain.' : undefined)
    } catch {
      tell('The chain or the database does not answer.')
    } finally {
      isLooking = false
    }
  }
  const tell = (now_: string | undefined): void => {
    if (now_ !== reason) since = now()
    reason = now_
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
      const state = head === undefined ? 'starting' : reason === undefined ? 'live' : 'waiting'
      return { state, reason, since, head, indexed }
    },
    caughtUp: async (patienceMs) => {
      const target = Number(await getBlockNumber(client, { cacheTime: 0 }))
      const deadline = now() + patienceMs
      while (((await lastBlock(read)) ?? -1) < target && now() < deadline) await nextBlock(waiting, deadline - now())
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
