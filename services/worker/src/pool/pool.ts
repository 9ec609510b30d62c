// The pool of a worker: called again and again until it or the worker says goodbye for good. What was said and not stored is said again.
import { pause } from '@iexec/service'
import type { PlaceReport, PoolFacts } from '@iexec/wire/work'
import { connectOnce, type ConnectionEnd, type ConnectionOptions, type PoolLine } from './connection.ts'

/** How the connection is. */
export type PoolState =
  | { readonly state: 'connected'; readonly since: number; readonly pool: PoolFacts }
  | { readonly state: 'away'; readonly since: number; readonly why: string }

/** What a pool needs to be called. */
export type PoolOptions = Omit<ConnectionOptions, 'onReady' | 'onAck' | 'url'> & {
  /** Asked before each call: the pool may have moved. @throws Error with why nobody knows */
  readonly findUrl: () => Promise<string>
  /** Everything that the scheduler should know of, said at the beginning of each connection. */
  readonly listReports: () => readonly PlaceReport[]
  /** The scheduler has stored this report. */
  readonly onHeard: (report: PlaceReport) => Promise<void>
  readonly onState: (state: PoolState) => void
}

/** The pool, as the rest of the worker knows it. */
export type Pool = {
  readonly report: (report: PlaceReport) => void
  /** Says anew what this machine can do. */
  readonly sayProfile: () => void
  readonly sendLog: (log: {
    readonly taskId: `0x${string}`
    readonly stream: 'stdout' | 'stderr'
    readonly offset: number
    readonly text: string
  }) => void
  /** What the pool said of itself at the last login. */
  readonly facts: () => PoolFacts | undefined
  /** Calls until it ends for good, and says why. */
  readonly run: () => Promise<ConnectionEnd>
}

const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 20_000
/** When so much waits to be sent, logs are left out: they are had again at the end. */
const MOST_WAITING_BYTES = 4_000_000

/**
 * Opens the way to a pool.
 *
 * @example
 * const pool = openPool(options)
 * const { why } = await pool.run()
 */
export function openPool(options: PoolOptions): Pool {
  const sent = new Map<number, PlaceReport>()
  let line: PoolLine | undefined
  let facts: PoolFacts | undefined
  const report = (one: PlaceReport): void => {
    if (line !== undefined) sent.set(line.send({ type: 'report', report: one }), one)
  }
  const callOnce = async (): Promise<ConnectionEnd> => {
    let url: string
    try {
      url = await options.findUrl()
    } catch (error) {
      return { isFinal: false, why: error instanceof Error ? error.message : String(error) }
    }
    const how = await connectOnce({
      ...options,
      url,
      onReady: (opened, pool) => {
        line = opened
        facts = pool
        options.onState({ state: 'connected', since: options.now(), pool })
        for (const one of options.listReports()) report(one)
      },
      onAck: (ns) => {
        for (const n of ns) {
          const stored = sent.get(n)
          sent.delete(n)
          if (stored !== undefined) void options.onHeard(stored)
        }
      },
    })
    line = undefined
    sent.clear()
    return how
  }
  return {
    report,
    sayProfile: () => line?.send({ type: 'profile', profile: options.profile() }),
    sendLog: (log) => {
      if (line !== undefined && line.waiting() < MOST_WAITING_BYTES) line.sendLogs({ type: 'logs', ...log })
    },
    facts: () => facts,
    run: async () => callForEver(callOnce, options),
  }
}

/** The pause grows with each call that came to nothing, and differs between workers: a pool that comes back is not overrun. */
async function callForEver(callOnce: () => Promise<ConnectionEnd>, options: PoolOptions): Promise<ConnectionEnd> {
  for (let pauseMs = FIRST_PAUSE_MS; ;) {
    const startedAt = performance.now()
    const how = await callOnce()
    options.onState({ state: 'away', since: options.now(), why: how.why })
    if (how.isFinal || options.signal.aborted) return how
    if (performance.now() - startedAt > LONGEST_PAUSE_MS) pauseMs = FIRST_PAUSE_MS
    await pause(pauseMs * (0.5 + Math.random()), options.signal)
    pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)
  }
}
