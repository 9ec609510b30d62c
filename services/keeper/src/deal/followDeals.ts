// Follows the hub from the chain alone, and tells of each block that is in the tables.
import { followEvents, type FollowState, type OpenedChain } from '@iexec/chain'
import { pause, sayWhy } from '@iexec/service'
import type { Address } from 'viem'
import type { KeeperDatabase } from '../db/schema.ts'
import { eventFilter } from './events.ts'
import { dealReader } from './readDeals.ts'
import { knownBlocks, storeBlocks, undoAfter } from './store.ts'

/** The youngest block in the tables. */
export type Head = {
  readonly number: number
  /** Seconds since 1970: the chain's time. */
  readonly timestamp: number
  /** Whether it is the youngest of the chain, too. */
  readonly isLatest: boolean
  /** The earliest deadline of the deals that were new with it, in seconds since 1970. */
  readonly earliest?: number | undefined
}

/** What to follow, and who hears of it. */
export type FollowDeals = Pick<OpenedChain, 'client' | 'wakeUp'> & {
  readonly hub: Address
  readonly firstBlock: number
  readonly database: KeeperDatabase
  readonly pollingMs: number
  readonly signal: AbortSignal
  readonly onState: (state: FollowState) => void
  /** Hears of blocks when they are in the tables. */
  readonly onHead: (head: Head) => void
  /** Hears when everything after a block was taken back, as soon as it is. */
  readonly onRollback: (last: number) => void
}

const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 10_000

/**
 * Follows until the signal. Whatever a node or the database does is waited for.
 *
 * @example
 * await followDeals({ client, wakeUp, hub, firstBlock, database, pollingMs: 250, signal, onState, onHead, onRollback })
 */
export async function followDeals(options: FollowDeals): Promise<void> {
  const { signal, onState } = options
  let pauseMs = FIRST_PAUSE_MS
  const onProgress = (): void => {
    pauseMs = FIRST_PAUSE_MS
  }
  while (!signal.aborted) {
    try {
      await followOnce(options, onProgress)
    } catch (error) {
      if (signal.aborted) return
      onState({ state: 'waiting', reason: sayWhy(error) })
      await pause(pauseMs, signal)
      pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)
    }
  }
}

async function followOnce(options: FollowDeals, onProgress: () => void): Promise<void> {
  const { client, wakeUp, hub, firstBlock, database, pollingMs, signal, onHead, onRollback } = options
  const cursor = await knownBlocks(database.read)
  // Where no block comes while nobody sends anything, the one that is there already is the news.
  let waiting = cursor.at(-1)
  const onState = (state: FollowState): void => {
    options.onState(state)
    if (state.state !== 'live' || waiting === undefined || state.head !== waiting.number) return
    onHead({ ...waiting, isLatest: true })
    waiting = undefined
  }
  const steps = followEvents({
    client,
    wakeUp,
    filters: [eventFilter(hub)],
    fromBlock: firstBlock,
    cursor,
    read: dealReader(client, hub),
    pollingMs,
    signal,
    onState,
  })
  for await (const step of steps) {
    waiting = undefined
    if (step.kind === 'rollback') {
      await database.write(async (writer) => undoAfter(writer, step.to))
      onRollback(step.to?.number ?? -1)
    } else {
      await database.write(async (writer) => storeBlocks(writer, step.blocks, step.extra))
      const last = step.blocks.at(-1)
      if (last !== undefined) {
        const deadlines = [...step.extra.values()].map(({ deadline }) => deadline)
        const earliest = deadlines.length === 0 ? undefined : deadlines.reduce((one, other) => Math.min(one, other))
        onHead({ ...last, isLatest: last.number >= step.head, earliest })
      }
    }
    onProgress()
  }
}
