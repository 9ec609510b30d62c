// Contributions: what workers answered to tasks.
import type { Address, Hex } from 'viem'
import { z } from 'zod'
import { bytes32, oneOf, soughtAddress } from './field.ts'
import { address, count, hash, moment } from './shape.ts'

/** What became of a contribution. */
export type WireContributionStatus = 'contributed' | 'proved' | 'rejected'

/** A contribution. */
export type ContributionItem = {
  /** `<taskid>-<worker>`, in lower case. */
  readonly contributionid: string
  readonly chainId: number
  readonly taskid: Hex
  readonly worker: Address
  readonly status: WireContributionStatus
  readonly resultHash: Hex
  readonly resultSeal: Hex
  /** Address of the enclave; zero without one. */
  readonly enclaveChallenge: Address
  readonly weight: number
  /** What was revealed; null before. */
  readonly resultDigest: Hex | null
  readonly blockNumber: number
  /** ISO 8601 with milliseconds. */
  readonly blockTimestamp: string
}

const STATUSES = ['contributed', 'proved', 'rejected'] as const

/** Reads a contribution. */
export const contributionItem: z.ZodType<ContributionItem> = z
  .object({
    contributionid: z.string(),
    chainId: count,
    taskid: hash,
    worker: address,
    status: z.enum(STATUSES),
    resultHash: hash,
    resultSeal: hash,
    enclaveChallenge: address,
    weight: count,
    resultDigest: hash.nullable(),
    blockNumber: count,
    blockTimestamp: moment,
  })
  .meta({ id: 'Contribution' })

/** What a list of contributions can be asked for; addresses and hashes in lower case. Newest first. */
export type ContributionQuery = {
  readonly taskid?: Hex | undefined
  readonly worker?: Address | undefined
  readonly status?: WireContributionStatus | undefined
}

/** Reads the filters of contributions. */
export const contributionQuery: z.ZodType<ContributionQuery> = z.object({
  taskid: bytes32.optional(),
  worker: soughtAddress.optional(),
  status: oneOf(STATUSES).optional(),
})
