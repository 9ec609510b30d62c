// What a scheduler has in hand, in memory: deals, tasks, places, workers. The tables are its durable copy.
import type { PlaceCause, PlaceState, VotePath, WorkerProfile } from '@iexec/wire/work'
import type { Address, Hash, Hex } from 'viem'
import type { Requirement } from '../decide/snapshot.ts'

/** A deal of the pool, with what its tasks share. */
export type DealFacts = {
  readonly id: Hex
  readonly block: number
  readonly app: Address
  readonly requester: Address
  readonly callback: Address | undefined
  /** Decimal. */
  readonly trust: string
  readonly category: number
  readonly tag: Hex
  readonly startTime: number
  /** Seconds. */
  readonly timeref: number
  readonly botFirst: number
  readonly botSize: number
  /** What a vote locks, in nRLC, decimal. */
  readonly workerStake: string
  /** Who has to finalize. */
  readonly owner: Address
  /** Undefined when this pool cannot run it; then `refusal` says why. */
  readonly requirement: Requirement | undefined
  readonly refusal: string | undefined
  /** When this process heard of it, in milliseconds. */
  readonly seenAt: number
}

/** A deal, and how far its bag is. */
export type Deal = {
  /** Another one only after a reorganisation that put the deal into another block. */
  facts: DealFacts
  /** The first index that nobody began. */
  next: number
  /** Indices after it that were begun out of turn, as by a stranger. */
  readonly ahead: Set<number>
  isClosed: boolean
}

/** Says that a task of a bag was begun. */
export function noteBegun(deal: Deal, index: number): void {
  if (index >= deal.next) deal.ahead.add(index)
  while (deal.ahead.delete(deal.next)) deal.next += 1
}

/** What happened when. */
export type Change = {
  readonly status: string
  readonly at: number
  readonly cause?: string | undefined
  readonly tx?: Hash | undefined
}

/** A vote on the chain. */
export type Vote = { worker: Address; hash: Hex; status: 'contributed' | 'proved' | 'rejected'; weight: bigint }

/** What was given to a worker. */
export type Place = {
  readonly worker: Address
  attempt: number
  path: VotePath
  wantedUntil: number
  state: PlaceState
  cause: PlaceCause | undefined
  message: string | undefined
  exitCode: number | undefined
  digest: Hex | undefined
  cid: string | undefined
  callbackData: Hex | undefined
  offeredAt: number
  heardAt: number | undefined
  runningAt: number | undefined
  endedAt: number | undefined
  /** From the offer to the word that its vote is on its way: believed once the vote is on the chain. */
  tookMs?: number
  isWithdrawn: boolean
  /** Whether it was counted out once: that is blamed once. */
  isSilent: boolean
  deliverAt: number | undefined
  history: readonly Change[]
}

/** What became of a transaction that was decided. */
export type Sent = {
  state: 'open' | 'done' | 'failed'
  kind: string
  attempts: number
  decidedAt: number
  endedAt: number | undefined
  retryAt: number
  tx: Hash | undefined
  reason: string | undefined
}

/** What the workers agreed on. */
export type Agreement = {
  value: Hex
  winners: number
  reveals: number
  revealDeadline: number
  digest: Hex | undefined
  revealedAt: number | undefined
}

/** A task that was begun. */
export type Task = {
  readonly id: Hex
  readonly deal: Deal
  readonly index: number
  status: 'unset' | 'active' | 'revealing' | 'completed' | 'failed'
  agreement: Agreement | undefined
  results: Hex | undefined
  votes: Vote[]
  readonly places: Map<Address, Place>
  readonly sent: Map<string, Sent>
  /** Whose votes were counted when it ended. */
  proofs: readonly Address[]
  history: readonly Change[]
}

/** A worker, connected or not. */
export type Worker = {
  readonly address: Address
  profile: WorkerProfile
  /** Undefined: nobody has asked the chain yet. */
  score: bigint | undefined
  /** What is free of its stake at the hub, in nRLC. Undefined: nobody has asked the chain yet. */
  stake: bigint | undefined
  isConnected: boolean
  /** When the connection broke, or this process began without one. */
  goneAt: number
  seenAt: number
  blame: number
  /** When `blame` was counted. */
  blamedAt: number
  /** Not asked before: it said that it is busy. */
  busyUntil: number
  succeeded: number
  failed: number
  /** Tasks of this pool that ended with its vote, as the chain says. */
  proved: number
}

/** Whether nothing is known of a worker but that it came. */
export function isStranger({ succeeded, failed, proved }: Pick<Worker, 'succeeded' | 'failed' | 'proved'>): boolean {
  return succeeded + failed + proved === 0
}

/** Whether nothing can happen to a task any more. */
export function isFinal({ status }: Pick<Task, 'status'>): boolean {
  return status === 'completed' || status === 'failed'
}

/** Seconds since 1970. */
export function contributionEnd({ startTime, timeref }: DealFacts): number {
  return startTime + 7 * timeref
}

/** Seconds since 1970. */
export function finalEnd({ startTime, timeref }: DealFacts): number {
  return startTime + 10 * timeref
}
