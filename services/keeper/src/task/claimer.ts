// Claims what can be claimed: several transactions at once, and no task in two of them.
import type { SendOutcome, SendRefusal, Sender } from '@iexec/chain'
import type { TaskId } from '@iexec/protocol'
import { sayWhy } from '@iexec/service'
import type { Logger } from 'pino'
import type { Address } from 'viem'
import type { KeeperDatabase } from '../db/schema.ts'
import type { Head } from '../deal/followDeals.ts'
import { callOf, planBatches, splitRefused, type Batch } from './batch.ts'
import { keepRefused, keepSent } from './keep.ts'
import { findOpenTasks, nextTime, type Search } from './openTasks.ts'

/** What a claimer works with. */
export type ClaimerOptions = Pick<Search, 'leastPrice' | 'mostFree' | 'patience'> & {
  readonly database: KeeperDatabase
  readonly sender: Pick<Sender, 'send'>
  readonly hub: Address
  /** The most gas of one transaction, as far as it can be known beforehand. */
  readonly gasLimit: bigint
  /** How many batches may be on their way at once. */
  readonly mostInFlight: number
  readonly log: Logger
  /** Hears in one sentence why the account cannot pay, and `undefined` when it can. */
  readonly onTrouble: (sentence: string | undefined) => void
}

/** Claims whenever it hears of a new block. */
export type Claimer = {
  /** There is a new block in the tables. */
  readonly onHead: (head: Head) => void
  /** Everything after this block was taken back: nothing is claimed until the tables are up to date again. */
  readonly onRollback: (last: number) => void
  /** How many tasks are in transactions now. */
  readonly inFlight: () => number
  /** Returns when nothing is on its way any more; the sender has to be closed before. */
  readonly close: () => Promise<void>
}

type Desk = {
  readonly options: ClaimerOptions
  /** Tasks that are in a transaction, and the block with which the tables know of its outcome; not known before it is mined. */
  readonly taken: Map<TaskId, number | undefined>
  readonly running: Set<Promise<void>>
  head: Head | undefined
  /** By the chain's time: before, there is nothing to find. */
  sleepsUntil: number
  /** As early as the deals want it that came since the tables were asked last. */
  earliest: number
  /** Until the next block: the account cannot pay, or the database does not answer. */
  isResting: boolean
  flights: number
  /** A round has to follow; and whether one goes on. */
  again: boolean
  isGoing: boolean
  isClosed: boolean
}

/** Less than any task costs: how many could fit into a transaction. */
const LEAST_GAS = 50_000n

/**
 * Opens a claimer.
 *
 * @example
 * const claimer = openClaimer({ database, sender, hub, gasLimit: 8_000_000n, mostInFlight: 8, … })
 * await followDeals({ …, onHead: claimer.onHead, onRollback: claimer.onRollback })
 */
export function openClaimer(options: ClaimerOptions): Claimer {
  const desk: Desk = {
    options,
    taken: new Map(),
    running: new Set(),
    head: undefined,
    sleepsUntil: 0,
    earliest: Number.POSITIVE_INFINITY,
    isResting: false,
    flights: 0,
    again: false,
    isGoing: false,
    isClosed: false,
  }
  return {
    onHead: (head) => {
      desk.head = head
      desk.isResting = false
      if (head.earliest !== undefined) desk.earliest = Math.min(desk.earliest, head.earliest + options.patience)
      release(desk, (block) => block <= head.number)
      wake(desk)
    },
    onRollback: (last) => {
      desk.head = undefined
      desk.sleepsUntil = 0
      release(desk, (block) => block > last)
    },
    inFlight: () => desk.taken.size,
    close: async () => {
      desk.isClosed = true
      while (desk.running.size > 0) await Promise.all(desk.running)
    },
  }
}

/** What is known of these tasks is in the tables, or not on the chain any more. */
function release({ taken }: Desk, isOver: (block: number) => boolean): void {
  for (const [task, block] of taken) if (block !== undefined && isOver(block)) taken.delete(task)
}

function wake(desk: Desk): void {
  desk.again = true
  if (!desk.isGoing) track(desk, goRounds(desk))
}

function track({ running }: Desk, work: Promise<void>): void {
  running.add(work)
  void work.finally(() => running.delete(work))
}

async function goRounds(desk: Desk): Promise<void> {
  desk.isGoing = true
  try {
    while (desk.again && !desk.isClosed) {
      desk.again = false
      const { head, isResting, sleepsUntil, earliest } = desk
      const hasTime = head !== undefined && Math.min(sleepsUntil, earliest) <= head.timestamp
      if (head?.isLatest === true && hasTime && !isResting) await goRound(desk, head)
    }
  } catch (error) {
    desk.sleepsUntil = 0
    desk.options.log.warn({ error: sayWhy(error) }, 'What can be claimed cannot be looked up.')
  } finally {
    desk.isGoing = false
  }
}

async function goRound(desk: Desk, { timestamp: now }: Head): Promise<void> {
  const { options, taken } = desk
  const room = options.mostInFlight - desk.flights
  if (room <= 0) return
  const limit = room * Number(options.gasLimit / LEAST_GAS + 1n)
  const search = { ...options, now, limit, isTaken: (task: TaskId): boolean => taken.has(task) }
  desk.earliest = Number.POSITIVE_INFINITY
  const { tasks, next } = await options.database.write(async (writer) => ({
    tasks: await findOpenTasks(writer, search),
    next: await nextTime(writer, options.patience),
  }))
  // Blocks were taken back while the tables were asked.
  if (desk.head === undefined || desk.isClosed) return
  desk.sleepsUntil = next ?? Number.POSITIVE_INFINITY
  // Whoever has nothing to pay for has no trouble with paying.
  if (tasks.length === 0 && desk.flights === 0) options.onTrouble(undefined)
  for (const batch of planBatches(tasks, options.gasLimit).slice(0, room)) launch(desk, batch)
}

function launch(desk: Desk, batch: Batch): void {
  for (const { id } of batch.tasks) desk.taken.set(id, undefined)
  desk.flights += 1
  const flight = async (): Promise<void> => {
    try {
      await claim(desk, batch)
    } catch (error) {
      desk.options.log.warn({ error: sayWhy(error) }, 'What became of a transaction cannot be kept.')
      giveBack(desk, batch)
      desk.isResting = true
    } finally {
      desk.flights -= 1
      wake(desk)
    }
  }
  track(desk, flight())
}

async function claim(desk: Desk, batch: Batch): Promise<void> {
  const { sender, hub } = desk.options
  const outcome = await sender.send({ to: hub, data: callOf(batch) })
  if (outcome.kind === 'mined') await settle(desk, batch, outcome)
  else if (outcome.kind === 'refused') await takeRefusal(desk, batch, outcome)
}

async function settle(desk: Desk, batch: Batch, { receipt }: SendOutcome & { kind: 'mined' }): Promise<void> {
  const { database, log, onTrouble } = desk.options
  const block = Number(receipt.blockNumber)
  for (const { id } of batch.tasks) keepTaken(desk, id, block)
  onTrouble(undefined)
  const { kind, tasks } = batch
  log.info(
    { tx: receipt.transactionHash, kind, tasks: tasks.length, gas: Number(receipt.gasUsed) },
    'Tasks were claimed.',
  )
  await database.write(async (writer) => keepSent(writer, batch, receipt))
}

/** Until the block with the outcome is in the tables; it may be there already. */
function keepTaken({ taken, head }: Desk, task: TaskId, block: number): void {
  if (head !== undefined && head.number >= block) taken.delete(task)
  else taken.set(task, block)
}

async function takeRefusal(desk: Desk, batch: Batch, outcome: SendOutcome & { kind: 'refused' }): Promise<void> {
  const { refusal, receipt } = outcome
  if (isOfAccount(refusal)) {
    desk.options.onTrouble(`${refusal.sentence}.`)
    giveBack(desk, batch)
    desk.isResting = true
    return
  }
  if (receipt !== undefined) {
    // It was right when it was sent, so somebody else was quicker: the tables will tell which of them are left.
    for (const { id } of batch.tasks) keepTaken(desk, id, Number(receipt.blockNumber))
    return
  }
  const { batches, refused } = splitRefused(batch, refusal)
  if (refused !== undefined) {
    const now = desk.head?.timestamp ?? 0
    await desk.options.database.write(async (writer) =>
      keepRefused(writer, refused, { sentence: refusal.sentence, now }),
    )
    desk.taken.delete(refused.id)
    desk.options.log.info(
      { task: refused.id, why: refusal.sentence },
      'A task cannot be claimed now; it is tried again.',
    )
  }
  await Promise.all(batches.map(async (some) => claim(desk, some)))
}

function isOfAccount({ kind, name }: SendRefusal): boolean {
  return kind === 'closed' || (kind === 'node' && name === 'InsufficientFunds')
}

function giveBack({ taken }: Desk, { tasks }: Batch): void {
  for (const { id } of tasks) taken.delete(id)
}
