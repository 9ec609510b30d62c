// The connection between a scheduler and a worker, after its first words: numbered messages, acknowledged when they are stored.
//
// Both sides keep what they said last about each place in their database, not messages: after a break, a worker reports every
// place that it has, and the scheduler offers what it offered and nobody reported. So a message may come twice, and the
// receiver takes the newest for what holds.
import type { Hex } from 'viem'
import { z } from 'zod'
import { count, hash } from '../shape.ts'
import { workerProfile, type WorkerProfile } from './hello.ts'
import { place, placeReport, type Place, type PlaceReport } from './place.ts'

/** Path of the websocket at a scheduler. */
export const GATEWAY_PATH = '/workers/socket'

/** The longest message that either side takes, in bytes. */
export const LONGEST_MESSAGE = 262_144

/** What a scheduler says. */
export type PoolMessage =
  /** The login is taken; from now on numbers count. */
  | { readonly type: 'ready' }
  | { readonly type: 'offer'; readonly n: number; readonly place: Place }
  /** It is not needed any more: stop, unless it is contributed already. */
  | { readonly type: 'withdraw'; readonly n: number; readonly taskId: Hex; readonly message: string }
  /** Please bring the result to a storage: whoever should have did not. */
  | { readonly type: 'deliver'; readonly n: number; readonly taskId: Hex }
  /** These messages are stored. */
  | { readonly type: 'ack'; readonly ns: readonly number[] }
  /** The connection ends, and why, in a sentence. */
  | { readonly type: 'goodbye'; readonly message: string; readonly isFinal: boolean }

/** What a worker says. */
export type WorkerMessage =
  | { readonly type: 'report'; readonly n: number; readonly report: PlaceReport }
  | { readonly type: 'profile'; readonly n: number; readonly profile: WorkerProfile }
  /** What the app writes. Not acknowledged: what is lost is had again at the end. */
  | {
      readonly type: 'logs'
      readonly taskId: Hex
      readonly stream: 'stdout' | 'stderr'
      /** Characters of this stream before this text. */
      readonly offset: number
      readonly text: string
    }
  | { readonly type: 'ack'; readonly ns: readonly number[] }

const ack = z.object({ type: z.literal('ack'), ns: z.array(count).max(10_000) })

/** Reads what a scheduler says. */
export const poolMessage: z.ZodType<PoolMessage> = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('offer'), n: count, place }),
  z.object({ type: z.literal('withdraw'), n: count, taskId: hash, message: z.string().max(2_000) }),
  z.object({ type: z.literal('deliver'), n: count, taskId: hash }),
  ack,
  z.object({ type: z.literal('goodbye'), message: z.string().max(2_000), isFinal: z.boolean() }),
])

/** Reads what a worker says. */
export const workerMessage: z.ZodType<WorkerMessage> = z.discriminatedUnion('type', [
  z.object({ type: z.literal('report'), n: count, report: placeReport }),
  z.object({ type: z.literal('profile'), n: count, profile: workerProfile }),
  z.object({
    type: z.literal('logs'),
    taskId: hash,
    stream: z.enum(['stdout', 'stderr']),
    offset: count,
    text: z.string().max(65_536),
  }),
  ack,
])
