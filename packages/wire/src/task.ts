// Tasks: the units of work of deals, from their initialisation on.
import { FAILURE_CAUSES, type FailureCause } from '@iexec/protocol'
import type { Address, Hex } from 'viem'
import { z } from 'zod'
import { bytes32, oneOf, soughtAddress } from './field.ts'
import { address, count, hash, hex, moment, seconds } from './shape.ts'

/** Where a task is in its life. */
export type WireTaskStatus = 'active' | 'revealing' | 'completed' | 'failed'

/** A task. Deadlines in seconds since 1970; null is what it does not have yet. */
export type TaskItem = {
  readonly taskid: Hex
  readonly chainId: number
  readonly dealid: Hex
  readonly index: number
  readonly status: WireTaskStatus
  readonly requester: Address
  readonly app: Address
  readonly workerpool: Address
  readonly consensus: Hex | null
  readonly resultDigest: Hex | null
  readonly results: Hex | null
  readonly resultsCallback: Hex | null
  /** Why there is no result, where the workers agreed that the app failed: such a task is completed, and paid. */
  readonly failure: FailureCause | null
  readonly contributionDeadline: number
  readonly revealDeadline: number | null
  readonly finalDeadline: number
  /** ISO 8601 with milliseconds: its initialisation, its end, and the last event about it. */
  readonly initializedTimestamp: string
  readonly endedTimestamp: string | null
  readonly updatedTimestamp: string
  /** Block of its initialisation. */
  readonly blockNumber: number
}

const STATUSES = ['active', 'revealing', 'completed', 'failed'] as const

/** Reads a task. */
export const taskItem: z.ZodType<TaskItem> = z
  .object({
    taskid: hash,
    chainId: count,
    dealid: hash,
    index: count,
    status: z.enum(STATUSES),
    requester: address,
    app: address,
    workerpool: address,
    consensus: hash.nullable(),
    resultDigest: hash.nullable(),
    results: hex.nullable(),
    resultsCallback: hex.nullable(),
    failure: z.enum(FAILURE_CAUSES).nullable(),
    contributionDeadline: seconds,
    revealDeadline: seconds.nullable(),
    finalDeadline: seconds,
    initializedTimestamp: moment,
    endedTimestamp: moment.nullable(),
    updatedTimestamp: moment,
    blockNumber: count,
  })
  .meta({ id: 'Task' })

/** What a list of tasks can be asked for; addresses and hashes in lower case. Newest first. */
export type TaskQuery = {
  readonly dealid?: Hex | undefined
  readonly status?: WireTaskStatus | undefined
  readonly requester?: Address | undefined
  readonly app?: Address | undefined
  readonly workerpool?: Address | undefined
  /** Who contributed to it. */
  readonly worker?: Address | undefined
}

/** Reads the filters of tasks. */
export const taskQuery: z.ZodType<TaskQuery> = z.object({
  dealid: bytes32.optional(),
  status: oneOf(STATUSES).optional(),
  requester: soughtAddress.optional(),
  app: soughtAddress.optional(),
  workerpool: soughtAddress.optional(),
  worker: soughtAddress.optional(),
})
