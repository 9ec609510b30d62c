// A place: what a scheduler offers to one worker, and how far the worker is with it.
import type { Address, Hex } from 'viem'
import { z } from 'zod'
import { address, count, hash, hex, seconds } from '../shape.ts'

/** How a vote comes to the chain: with commit and reveal among several, or by one worker in one transaction. */
export type VotePath = 'commit' | 'finalize'

/** The permission to contribute to one task. Everything else about it stands on the chain, where the worker reads it. */
export type Place = {
  readonly taskId: Hex
  readonly dealId: Hex
  /** Index of the task. */
  readonly index: number
  readonly path: VotePath
  /** The zero address without a TEE. */
  readonly enclaveChallenge: Address
  /** The workerpool's word for this worker, task and challenge. */
  readonly authorization: Hex
  /** Seconds since 1970 after which the pool counts on somebody else. */
  readonly wantedUntil: number
}

/** Reads a place. */
export const place: z.ZodType<Place> = z.object({
  taskId: hash,
  dealId: hash,
  index: count,
  path: z.enum(['commit', 'finalize']),
  enclaveChallenge: address,
  authorization: hex,
  wantedUntil: seconds,
})

/** Where a worker is with a place, in the order of a good day; the last four are ends. */
export const PLACE_STATES = [
  'offered',
  'accepted',
  'fetching',
  'running',
  'computed',
  'contributing',
  'contributed',
  'revealing',
  'revealed',
  'done',
  'refused',
  'failed',
  'aborted',
] as const

/** One of `PLACE_STATES`. */
export type PlaceState = (typeof PLACE_STATES)[number]

/** Why a place was refused, failed or aborted, or what the app failed of although it was voted for. */
export const PLACE_CAUSES = [
  // The worker does not want it, or cannot have it.
  'AUTHORIZATION_WRONG',
  'TASK_NOT_ACTIVE',
  'DEAL_NOT_FOUND',
  'DEAL_TOO_LATE',
  'STAKE_TOO_LOW',
  'GAS_TOO_LOW',
  'DISK_TOO_SMALL',
  'ENGINE_MISSING',
  'NETWORK_NOT_ALLOWED',
  'PARAMS_WRONG',
  'APP_TYPE_WRONG',
  'BUSY',
  'DRAINING',
  // The task is at fault: this is voted for.
  'PARAMS_REFUSED',
  'APP_IMAGE_DOWNLOAD_FAILED',
  'APP_IMAGE_REFUSED',
  'DATASET_FILE_DOWNLOAD_FAILED',
  'DATASET_FILE_BAD_CHECKSUM',
  'INPUT_FILES_DOWNLOAD_FAILED',
  // How the app ended, when not by itself with 0.
  'APP_EXITED',
  'APP_OUT_OF_MEMORY',
  'APP_TIMEOUT',
  'APP_DISK_FULL',
  'APP_TRAPPED',
  'RESULT_REFUSED',
  // The chain said otherwise.
  'CONTRIBUTE_REVERTED',
  'REVEAL_REVERTED',
  'CONSENSUS_OF_OTHERS',
  'TASK_ENDED',
  'WITHDRAWN',
  'CHAIN_UNREACHABLE',
  'STORAGE_UNREACHABLE',
  'MACHINE_FAULT',
] as const

/** One of `PLACE_CAUSES`. */
export type PlaceCause = (typeof PLACE_CAUSES)[number]

/** How far a worker is with a place. It says all that it knows: the newest report replaces the ones before. */
export type PlaceReport = {
  readonly taskId: Hex
  readonly state: PlaceState
  /** ISO 8601 with milliseconds, by the worker's clock. */
  readonly at: string
  readonly cause?: PlaceCause | undefined
  /** One sentence for people. */
  readonly message?: string | undefined
  /** What the app returned. */
  readonly exitCode?: number | undefined
  /** From `revealed` on, or `contributed` on the path `finalize`: what the worker voted for. */
  readonly digest?: Hex | undefined
  /** Content identifier of the result's archive, once a storage has it. */
  readonly cid?: string | undefined
  /** Bytes for the contract that is called back. */
  readonly callbackData?: Hex | undefined
}

const MOMENT = z.iso.datetime({ precision: 3 })

/** Reads a report. */
export const placeReport: z.ZodType<PlaceReport> = z.object({
  taskId: hash,
  state: z.enum(PLACE_STATES),
  at: MOMENT,
  cause: z.enum(PLACE_CAUSES).optional(),
  message: z.string().max(2_000).optional(),
  exitCode: z.int().optional(),
  digest: hash.optional(),
  cid: z.string().max(100).optional(),
  callbackData: hex.optional(),
})
