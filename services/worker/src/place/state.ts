// What a worker knows of one of its places: plain data, kept in the database, so that nothing is forgotten when it is killed.
import type { Place, PlaceCause, PlaceReport, PlaceState } from '@iexec/wire/work'
import type { ContributionStatus, TaskStatus } from '@iexec/protocol'
import type { Hex } from 'viem'

/** Gas of all transactions of a place, at most. */
export const GAS_OF_PATH: Readonly<Record<Place['path'], bigint>> = { commit: 700_000n, finalize: 1_200_000n }

/** What the chain says of a task, and of this worker's vote on it, at one moment. */
export type TaskSight = {
  readonly status: TaskStatus
  /** The result hash that won; only in `revealing` and after. */
  readonly consensus?: Hex | undefined
  /** How this worker's vote stands. */
  readonly mine: ContributionStatus | 'none'
  /** The result hash that this worker voted for; only when it has voted. */
  readonly voted?: Hex | undefined
  /** How many others voted for the result that won before this worker did; only when its own vote won. */
  readonly winnersBefore?: number | undefined
  /** When the deal begins, in seconds since 1970; another time than before when its block was mined anew. */
  readonly startTime?: number | undefined
  /** The chain does not have the deal any more: its block is gone, and perhaps it comes again. */
  readonly isDealGone?: boolean | undefined
}

/** What a place costs and until when it can be had. Numbers of the chain, in forms that JSON has. */
export type PlaceTerms = {
  /** In nRLC, decimal: locked by the contribution. */
  readonly workerStake: string
  /** When the deal begins, in seconds since 1970: the clock of its runs. Unknown for a place that an older version took. */
  readonly startTime?: number | undefined
  /** Seconds since 1970: from then on nobody can contribute. */
  readonly contributionDeadline: number
  /** Seconds since 1970: from then on nothing can happen but a claim. */
  readonly finalDeadline: number
  /** Unknown for a place that an older version took. */
  readonly needs?: RunNeeds | undefined
}

/** What a run may take of its machine: it is kept free for it. */
export type RunNeeds = {
  readonly memoryBytes: number
  readonly diskBytes: number
}

/** What the worker votes for. It is stored before it is sent: a vote that cannot be revealed costs the stake. */
export type StoredVote = {
  readonly digest: Hex
  /** What the chain calls the result: of task and digest. */
  readonly resultHash: Hex
  /** When the deal began for which it was computed, in seconds since 1970. */
  readonly startTime?: number | undefined
  /** For the contract that is called back. */
  readonly callbackData?: Hex | undefined
  /** File with the result, relative to the folder of the place. */
  readonly archive: string
  /** What the app returned. */
  readonly exitCode?: number | undefined
  /** What the app failed of, although it is voted for. */
  readonly cause?: PlaceCause | undefined
  readonly message?: string | undefined
}

/** How a place ended. */
export type PlaceEnding = {
  readonly state: 'done' | 'refused' | 'failed' | 'aborted'
  readonly cause?: PlaceCause | undefined
  /** One sentence for people. */
  readonly message?: string | undefined
}

/** Everything that is known of a place. */
export type KnownPlace = {
  readonly place: Place
  /** Where it is, in the order of a good day. */
  readonly at: PlaceState
  readonly terms?: PlaceTerms | undefined
  readonly sight?: TaskSight | undefined
  readonly vote?: StoredVote | undefined
  /** What was computed before a reorganisation or a later offer: a transaction with it may be mined yet, and is revealed then. */
  readonly former?: StoredVote | undefined
  /** Content identifier of the result, once a storage has it. */
  readonly cid?: string | undefined
  /** Whether the scheduler wants the result from this worker, whoever should have brought it. */
  readonly isDeliveryWanted: boolean
  /** No storage takes the result any more: its time is over. */
  readonly isUndeliverable: boolean
  readonly ending?: PlaceEnding | undefined
}

/** What can be under way for a place. */
export type PlaceWork = 'verify' | 'compute' | 'contribute' | 'finalize' | 'reveal' | 'upload'

/**
 * A place as it is offered.
 *
 * @example
 * openPlace(offer.place).at // 'offered'
 */
export function openPlace(place: Place): KnownPlace {
  return { place, at: 'offered', isDeliveryWanted: false, isUndeliverable: false }
}

/** Whether nothing more is to be done for a place. */
export function hasEnded({ ending }: KnownPlace): boolean {
  return ending !== undefined
}

/**
 * Whether the chain can have no more news of a place: a place that has ended is still watched while a transaction with its vote
 * could be mined.
 *
 * @param now seconds since 1970
 */
export function isSettled({ ending, vote, sight, terms }: KnownPlace, now: number): boolean {
  if (ending === undefined) return false
  const isOver = sight?.status === 'completed' || sight?.status === 'failed'
  return vote === undefined || isOver || (terms !== undefined && now >= terms.finalDeadline)
}

/** Whether a place takes one of the worker's own places: it will compute, or does. */
export function isComputing({ at }: KnownPlace): boolean {
  return at === 'offered' || at === 'accepted' || at === 'fetching' || at === 'running'
}

/**
 * The stake that a place still needs and that the chain has not locked yet, in nRLC.
 *
 * @example
 * openPlaces.reduce((sum, known) => sum + stakeAhead(known), 0n)
 */
export function stakeAhead({ place, terms, sight, ending }: KnownPlace): bigint {
  if (ending !== undefined || terms === undefined || place.path === 'finalize') return 0n
  return sight === undefined || sight.mine === 'none' ? BigInt(terms.workerStake) : 0n
}

/**
 * The gas that a place may still cost: one that cannot pay for its reveal loses its stake.
 *
 * @example
 * openPlaces.reduce((sum, known) => sum + gasAhead(known), 0n)
 */
export function gasAhead({ place, at, terms, ending }: KnownPlace): bigint {
  return ending !== undefined || terms === undefined || at === 'revealed' ? 0n : GAS_OF_PATH[place.path]
}

/** What the scheduler may hear of a place. Until the reveal, the digest is nobody's business: others could copy the vote. */
export function reportOf({ place, at, vote, cid, ending }: KnownPlace, atIso: string): PlaceReport {
  const isOpen = at === 'revealed' || at === 'done' || (place.path === 'finalize' && at === 'contributed')
  return {
    taskId: place.taskId,
    state: at,
    at: atIso,
    cause: ending?.cause ?? vote?.cause,
    message: (ending?.message ?? vote?.message)?.slice(0, 2_000),
    exitCode: vote?.exitCode,
    digest: isOpen ? vote?.digest : undefined,
    cid: isOpen || cid === undefined ? cid : undefined,
    callbackData: isOpen ? vote?.callbackData : undefined,
  }
}
