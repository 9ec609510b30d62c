// What every answer has in common, and refusals: the answers that say no.
import { z } from 'zod'

/** A request that the rules do not allow, or whose object does not exist; the words are exact and stable. */
export type Refusal = { readonly ok: false; readonly status: 403 | 404; readonly error: string }

/** Every answer that is not a success, as JSON. */
export type Failure = { readonly ok: false; readonly error: string }

/** Reads a failure. */
export const failure: z.ZodType<Failure> = z.object({ ok: z.literal(false), error: z.string() })

/** How far a market has followed its chain, and how many orders of each kind are open. */
export type MetricsItem = {
  readonly lastBlock: number
  readonly checkpointBlock: number
  readonly apporders: number
  readonly datasetorders: number
  readonly workerpoolorders: number
  readonly requestorders: number
  /** The youngest block of the chain, as far as the market knows; null before a node has answered. */
  readonly headBlock: number | null
  /** How many blocks the index is behind it. */
  readonly lag: number | null
}

/** Reads the metrics of a chain. */
export const metricsItem: z.ZodType<MetricsItem> = z.object({
  lastBlock: z.int(),
  checkpointBlock: z.int(),
  apporders: z.int(),
  datasetorders: z.int(),
  workerpoolorders: z.int(),
  requestorders: z.int(),
  headBlock: z.int().nullable(),
  lag: z.int().nullable(),
})
