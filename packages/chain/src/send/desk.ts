// What all parts of a sender share: its commands, what is in flight, and how both end.
import type { Hash } from 'viem'
import type { InFlight, SendClient, SendCommand, SenderEvent, SendOutcome, SendRefusal } from './command.ts'
import { lastAttempt, type Flight, type FlightRules, type Sight, type Slot } from './flight.ts'
import { giveUp, recall, type TakerRules } from './lost.ts'

/** A command that waits for its answer. */
export type Job = {
  readonly id: number
  readonly command: SendCommand
  readonly answer: Promise<SendOutcome>
  readonly settle: (outcome: SendOutcome) => void
  /** How many unclear answers there were for it. */
  faults: number
}

/** The one place that changes while a sender works. Only its loop writes; everybody may read. */
export type Desk = TakerRules & {
  readonly client: SendClient
  /** The clock, in milliseconds. */
  readonly now: () => number
  readonly rules: FlightRules
  readonly maxInFlight: number
  readonly tell: (event: SenderEvent) => void
  /** Every command without an answer. */
  readonly jobs: Map<number, Job>
  /** Those without a nonce. */
  queue: readonly Job[]
  lastJob: number
  /** Whether a command came since the last round began. */
  hasNews: boolean
  flight: Flight
  /** Of a block. */
  gasLimit: bigint
  isClosed: boolean
}

/** Answers a command. */
export function settle(desk: Desk, job: Job, outcome: SendOutcome): void {
  desk.jobs.delete(job.id)
  desk.queue = desk.queue.filter(({ id }) => id !== job.id)
  job.settle(outcome)
}

/** Answers a command that nothing was sent for. */
export function refuse(desk: Desk, job: Job, refusal: SendRefusal): void {
  settle(desk, job, { kind: 'refused', refusal })
}

/** The command of a slot; `undefined` when it only fills a gap. */
export function jobOf(desk: Desk, { job }: Slot): Job | undefined {
  return job === undefined ? undefined : desk.jobs.get(job)
}

/** Gives up a nonce that somebody else has; its command is the next one to get another. */
export function loseNonce(desk: Desk, slot: Slot, taker?: Hash): void {
  const job = jobOf(desk, slot)
  desk.flight = giveUp(desk.flight, slot)
  if (job !== undefined) desk.queue = [job, ...desk.queue]
  desk.tell({
    type: 'nonceLost',
    nonce: slot.nonce,
    label: job?.command.label,
    ...(taker !== undefined && { taker }),
  })
}

/** Takes back a nonce that was given up: the chain has the command there, so nothing newer may carry it. */
export function regainNonce(desk: Desk, slot: Slot, hash: Hash): void {
  desk.flight = recall(desk.flight, slot)
  desk.queue = desk.queue.filter(({ id }) => id !== slot.job)
  desk.tell({ type: 'nonceRegained', nonce: slot.nonce, label: jobOf(desk, slot)?.command.label, hash })
}

/** What the chain said in this round. Nothing is ever signed before the first look. */
export function sightOf({ flight }: Desk): Sight {
  if (flight.sight === undefined) throw new Error('The sender acts before it has looked at the chain.')
  return flight.sight
}

/** What people are told of a slot. */
export function describe(desk: Desk, slot: Slot): InFlight {
  return {
    nonce: slot.nonce,
    label: jobOf(desk, slot)?.command.label,
    hashes: slot.signed,
    raw: lastAttempt(slot).raw,
  }
}

/** Does something for each, all at once; when one fails, only after the others are done. */
export async function forEach<Item>(items: readonly Item[], act: (item: Item) => Promise<void>): Promise<void> {
  const results = await Promise.allSettled(items.map(async (item) => act(item)))
  const failure = results.find(({ status }) => status === 'rejected')
  if (failure?.status === 'rejected') throw failure.reason
}
