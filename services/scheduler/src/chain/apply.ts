// Carries what happened on the chain into the book.
import type { BlockRef, FollowedBlock } from '@iexec/chain'
import { taskId, workerWeight, asDealId } from '@iexec/protocol'
import type { Address, Hex } from 'viem'
import { addTask, countProofs, forgetProofs, noteStatus, touchCommand, touchPlace, type Book } from '../book/book.ts'
import type { Change, Task } from '../book/model.ts'
import { lower, readDealFacts, type Hub, type LimitsOf } from './hub.ts'
import { readEvent, type HubEvent } from './events.ts'
import { readAgain, takeDeal } from './readAgain.ts'

/** What a block is carried into. */
export type Applier = {
  readonly hub: Hub
  readonly book: Book
  /** Lower case. */
  readonly workerpool: Address
  readonly limits: LimitsOf
  /** Whether this process speaks for an account that owned the pool. */
  readonly speaksFor: (owner: Address) => boolean
  /** Milliseconds. */
  readonly now: () => number
  /** A task that is not in the book any more, because it was finished. */
  readonly restoreTask: (id: Hex) => Promise<Task | undefined>
  /** Scores of everybody who voted or logged in. */
  readonly scores: Map<Address, bigint>
  /** Whoever voted has less free stake than before, and its place is no longer a mere promise. */
  readonly onVote: (worker: Address, task: Task) => void
  /** Workers have proved more than before. */
  readonly onProof: () => void
  readonly onScore: (event: Extract<HubEvent, { kind: 'score' }>) => void
  /** A reorganisation took the deal of this task off the chain, and the book forgot both. */
  readonly onGone: (task: Task) => void
}

/** What a block changed. */
export type Applied = { readonly tasks: ReadonlySet<Hex>; readonly deals: ReadonlySet<Hex> }

/**
 * Applies a block. It is written with the next flush, as a whole: nothing waits between its first and its last change in the book
 * but reading the chain.
 */
export async function applyBlock(applier: Applier, { number, hash, timestamp, logs }: FollowedBlock): Promise<Applied> {
  const touched = new Map<Hex, 'deal' | 'task'>()
  const events = logs.flatMap((log) => {
    const event = readEvent(log)
    return event === undefined ? [] : [{ event, tx: log.transactionHash }]
  })
  await askScores(
    applier,
    events.map(({ event }) => event),
  )
  for (const { event, tx } of events) await applyEvent(applier, event, { block: number, tx, timestamp, touched })
  applier.book.dirty.blocks.push({ number, hash, timestamp, touched })
  const of = (kind: 'deal' | 'task'): ReadonlySet<Hex> =>
    new Set([...touched].filter(([, other]) => other === kind).map(([id]) => id))
  return { tasks: of('task'), deals: of('deal') }
}

type At = {
  readonly block: number
  readonly tx: Hex
  /** Seconds. */
  readonly timestamp: number
  readonly touched: Map<Hex, 'deal' | 'task'>
}

async function askScores({ hub, book, scores }: Applier, events: readonly HubEvent[]): Promise<void> {
  const voters = events.flatMap((event) =>
    event.kind === 'contribute' && book.tasks.has(event.task) && !scores.has(event.worker) ? [event.worker] : [],
  )
  await Promise.all([...new Set(voters)].map(async (worker) => scores.set(worker, await hub.readScore(worker))))
}

async function applyEvent(applier: Applier, event: HubEvent, at: At): Promise<void> {
  if (event.kind === 'deal') {
    await applyDeal(applier, event, at)
    return
  }
  if (event.kind === 'score') {
    applyScore(applier, event)
    return
  }
  if (event.kind === 'initialize' && event.workerpool !== applier.workerpool) return
  const task = await findTask(applier, event)
  if (task === undefined) return
  at.touched.set(task.id, 'task')
  applyToTask(applier, task, { event, at })
  if (event.kind === 'contribute') applier.onVote(event.worker, task)
  if (event.kind !== 'finalize') return
  countProofs(applier.book, task)
  applier.onProof()
}

async function applyDeal(
  applier: Applier,
  { workerpool: of, deal: id }: Extract<HubEvent, { kind: 'deal' }>,
  { block, touched }: At,
): Promise<void> {
  const { hub, workerpool, now } = applier
  if (of !== workerpool) return
  const facts = await readDealFacts(hub, { ...applier, id, block, now: now() })
  if (facts === undefined) return
  touched.set(id, 'deal')
  for (const task of takeDeal(applier, facts)) touched.set(task, 'task')
}

/** By how much the score changes is known; the next time that it counts, a reading replaces it. */
function applyScore({ scores, onScore }: Applier, event: Extract<HubEvent, { kind: 'score' }>): void {
  const score = scores.get(event.worker)
  if (score !== undefined) scores.set(event.worker, event.isAccurate ? score + 1n : (score * 2n) / 3n)
  onScore(event)
}

/** A task that anybody may have begun before this scheduler did. */
async function findTask(
  applier: Applier,
  event: { readonly kind: string; readonly task: Hex },
): Promise<Task | undefined> {
  const { book, hub } = applier
  const known = book.tasks.get(event.task)
  if (known !== undefined) return known
  if (event.kind !== 'initialize') return undefined
  const record = await hub.readTask(event.task)
  if (record.status === 'unset') return undefined
  const deal = book.deals.get(lower(record.deal))
  return deal === undefined ? undefined : addTask(book, deal, { id: event.task, index: Number(record.index) })
}

function applyToTask(
  { book, scores, now }: Applier,
  task: Task,
  { event, at }: { readonly event: Exclude<HubEvent, { kind: 'deal' | 'score' }>; readonly at: At },
): void {
  book.dirty.tasks.add(task)
  const note = (status: string): void => {
    const change: Change = { status, at: now(), tx: at.tx }
    noteStatus(book, task, change)
  }
  switch (event.kind) {
    case 'initialize':
      task.status = 'active'
      note('INITIALIZED')
      if (isRunning(task)) note('RUNNING')
      return
    case 'contribute':
      if (!task.votes.some(({ worker }) => worker === event.worker)) {
        const weight = workerWeight(scores.get(event.worker) ?? 0n)
        task.votes.push({ worker: event.worker, hash: event.hash, status: 'contributed', weight })
      }
      markPlace(book, task, event.worker)
      note('RUNNING')
      return
    case 'consensus':
      agree(task, event.value, at.timestamp)
      note('CONSENSUS_REACHED')
      return
    case 'reveal':
      reveal(task, event, now())
      note('AT_LEAST_ONE_REVEALED')
      return
    case 'reopen':
      reopen(task)
      note('REOPENED')
      return
    case 'finalize':
      task.status = 'completed'
      task.results = event.results
      note('FINALIZED')
      note('COMPLETED')
      settle(book, task)
      return
    case 'claim':
      task.status = 'failed'
      note('FINAL_DEADLINE_REACHED')
      note('FAILED')
      settle(book, task)
      return
  }
}

/** Whether a worker began before the task was initialized: that is how time is saved. */
function isRunning({ places }: Task): boolean {
  return [...places.values()].some(({ history }) => history.length > 1)
}

function agree(task: Task, value: Hex, timestamp: number): void {
  const winners = task.votes.filter(({ hash, status }) => hash === value && status === 'contributed').length
  task.status = 'revealing'
  task.agreement = {
    value,
    winners,
    reveals: 0,
    revealDeadline: timestamp + 2 * task.deal.facts.timeref,
    digest: undefined,
    revealedAt: undefined,
  }
}

function reveal(task: Task, { worker, digest }: { readonly worker: Address; readonly digest: Hex }, now: number): void {
  const { agreement } = task
  const vote = task.votes.find((one) => one.worker === worker)
  if (agreement === undefined || vote === undefined || vote.status === 'proved') return
  vote.status = 'proved'
  agreement.reveals += 1
  agreement.digest = digest
  if (agreement.reveals === agreement.winners) agreement.revealedAt = now
}

function reopen(task: Task): void {
  for (const vote of task.votes) {
    if (vote.hash === task.agreement?.value && vote.status === 'contributed') vote.status = 'rejected'
  }
  task.status = 'active'
  task.agreement = undefined
}

/** The chain is quicker than the worker's report. */
function markPlace(book: Book, task: Task, worker: Address): void {
  const place = task.places.get(worker)
  if (place === undefined) return
  place.isWithdrawn = false
  place.heardAt ??= place.offeredAt
  touchPlace(book, task, place)
}

/** What was decided for a task that is over is over, too. */
function settle(book: Book, task: Task): void {
  for (const [key, sent] of task.sent) {
    if (sent.state === 'done') continue
    sent.state = 'done'
    touchCommand(book, task, key)
  }
}

/**
 * Undoes everything after a block: what was changed there is read anew from the chain.
 *
 * @param touched what the blocks that are gone changed
 * @returns the tasks that may have to be decided anew
 */
export async function undoBlocks(
  applier: Applier,
  to: BlockRef | undefined,
  touched: ReadonlyMap<Hex, 'deal' | 'task'>,
): Promise<ReadonlySet<Hex>> {
  const { book } = applier
  applier.scores.clear()
  const all = new Map(touched)
  for (const { number, touched: more } of book.dirty.blocks) {
    if (to === undefined || number > to.number) for (const [id, kind] of more) all.set(id, kind)
  }
  if (to === undefined) {
    for (const id of book.deals.keys()) all.set(id, 'deal')
    for (const id of book.tasks.keys()) all.set(id, 'task')
  }
  const changed = await readAgain(applier, all)
  if (to === undefined) forgetProofs(book)
  book.dirty.rollbackTo = Math.min(book.dirty.rollbackTo ?? Infinity, to?.number ?? -1)
  const kept = book.dirty.blocks.filter(({ number }) => to !== undefined && number <= to.number)
  book.dirty.blocks.splice(0, book.dirty.blocks.length, ...kept)
  return changed
}

/** The id of a task, in lower case. */
export function idOfTask(deal: Hex, index: number): Hex {
  return taskId(asDealId(deal), BigInt(index))
}
