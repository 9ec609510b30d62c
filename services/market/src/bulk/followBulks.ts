// Runs beside the indexer of the process that leads: notes the bulks of new deals, and fetches what is due. IPFS is no part of the
// chain, so nothing here may hold up or break a block.
import { pause } from '@iexec/service'
import type { Hex } from 'viem'
import type { Reader } from '../db/database.ts'
import type { Bus } from '../live/bus.ts'
import type { Gateway } from './gateway.ts'
import { noteBulks } from './note.ts'
import { dueBulks, nextDue, reviveBulks, totalBytes, type DueBulk } from './rows.ts'
import { takeTurn } from './takeTurn.ts'

/** Where bulks are, and how their files are had. */
export type FollowBulksOptions = {
  readonly read: Reader
  readonly bus: Bus
  /** Without one, bulks are noted and nothing is fetched. */
  readonly gateway: Gateway | undefined
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Once so many bytes were read for all bulks together, no more turns begin: the files of strangers must not fill the disk. */
  readonly quotaBytes: number
  /** Hears what the database did wrong, and everything is tried again; and once that the quota is used up. */
  readonly onError: (error: unknown) => void
}

/** Bulks that are fetched at the same time, each one file after the other. */
const AT_ONCE = 4
/** Ids of new deals that are remembered; of more, all deals are looked at. */
const MOST_IDS = 500
/** Also the longest wait: a deal that comes back after a reorganisation is not announced as due. */
const PAUSE_MS = 5_000

/**
 * Follows the bulks of all deals until the signal aborts. Never throws.
 *
 * What was given up is tried again at each start.
 *
 * @example
 * await followBulks({ read, bus, gateway: openGateway('https://ipfs.example'), quotaBytes: 1e10, now: Date.now, onError }, signal)
 */
export async function followBulks(options: FollowBulksOptions, signal: AbortSignal): Promise<void> {
  const noted = createBell()
  const { gateway } = options
  await Promise.all([
    noteUntil(signal, options, noted.ring),
    ...(gateway === undefined ? [] : [fetchUntil(signal, { ...options, gateway }, noted)]),
  ])
}

async function noteUntil(signal: AbortSignal, options: FollowBulksOptions, onNoted: () => void): Promise<void> {
  const bell = createBell()
  const deals = new Set<Hex>()
  let all = true
  const stop = options.bus.subscribe((message) => {
    if (message.type === 'deal_created') deals.add(message.deal as Hex)
    else if (message.type !== 'resync') return
    if (message.type === 'resync' || deals.size > MOST_IDS) all = true
    bell.ring()
  })
  while (!signal.aborted) {
    const looked = all ? 'all' : [...deals]
    all = false
    deals.clear()
    try {
      if ((looked === 'all' || looked.length > 0) && (await noteBulks(options, looked)) > 0) onNoted()
      if (!all && deals.size === 0) await bell.heard(signal)
    } catch (error) {
      options.onError(error)
      all = true
      await pause(PAUSE_MS, signal)
    }
  }
  stop()
}

async function fetchUntil(
  signal: AbortSignal,
  options: FollowBulksOptions & { readonly gateway: Gateway },
  noted: Bell,
): Promise<void> {
  const { bus, read, now, onError, quotaBytes } = options
  let isRevived = false
  let after: DueBulk['requester'] | '0x' = '0x'
  let total: number | undefined
  while (!signal.aborted) {
    try {
      if (!isRevived) await bus.write(async (writer) => reviveBulks(writer, now()))
      isRevived = true
      total ??= await totalBytes(read)
      if (total >= quotaBytes) {
        onError(new Error(`${total} bytes were read for them, no less than the quota: --ipfs-quota can be raised.`))
        return
      }
      const due = await dueBulks(read, { now: now(), after, limit: AT_ONCE })
      after = due.at(-1)?.requester ?? after
      const bytes = await Promise.all(due.map(async (bulk) => takeTurn(options, bulk, signal)))
      total = bytes.reduce((sum, more) => sum + more, total)
      if (due.length > 0) continue
      const wait = ((await nextDue(read)) ?? Infinity) - now()
      await noted.heard(signal, Math.min(PAUSE_MS, Math.max(0, wait)))
    } catch (error) {
      onError(error)
      total = undefined
      await pause(PAUSE_MS, signal)
    }
  }
}

/** Wakes whoever waits; a ring that nobody waited for is heard by the next who does. */
type Bell = { readonly ring: () => void; readonly heard: (signal: AbortSignal, longestMs?: number) => Promise<void> }

function createBell(): Bell {
  let rung = new AbortController()
  return {
    ring: () => {
      rung.abort()
    },
    heard: async (signal, longestMs = 2 ** 31 - 1) => {
      await pause(longestMs, AbortSignal.any([signal, rung.signal]))
      rung = new AbortController()
    },
  }
}
