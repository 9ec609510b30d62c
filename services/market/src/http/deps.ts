// What the HTTP side is built from.
import type { HttpLog, RateLimit } from '@iexec/service'
import type { Registry } from 'prom-client'
import type { AbsentChain, Market } from '../market.ts'
import type { Rooms } from './rooms.ts'

/** What the HTTP side is built from. */
export type AppDeps = {
  /** Asked at each request: chains may be added. */
  readonly markets: readonly Market[]
  /** Chains that are not there yet; none when left out. */
  readonly absent?: readonly AbsentChain[]
  readonly rooms: Rooms
  /** The version of the service. */
  readonly version: string
  /** No limit when there is none. */
  readonly rateLimit?: RateLimit
  readonly log: HttpLog
  /** Metrics of the process, to which those of the requests and markets are added. */
  readonly registry: Registry
  /** Milliseconds since 1970. */
  readonly now: () => number
}
