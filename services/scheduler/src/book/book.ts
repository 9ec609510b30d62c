// Everything in hand, and what of it is not stored yet.
import type { Address, Hex } from 'viem'
import { noteBegun, type Deal, type DealFacts, type Place, type Task, type Worker } from './model.ts'

/** What an app wrote to one stream of one place. */
export type LogText = {
  readonly task: Hex
  readonly worker: Address
  readonly stream: 'stdout' | 'stderr'
  text: string
  offset: number
}

/** A block that was followed, and what it changed. */
export type FollowedRef = {
  readonly number: number
  readonly hash: Hex
  readonly timestamp: number
  readonly touched: ReadonlyMap<Hex, 'deal' | 'task'>
}

/** What a flush writes. */
export type Dirty = {
  readonly deals: Set<Deal>
  readonly tasks: Set<Task>
  readonly places: Map<string, { readonly task: Task; readonly place: Place }>
  readonly workers: Set<Worker>
  readonly commands: Map<string, Task>
  readonly logs: Set<LogText>
  /**
   * What is deleted before the rest is written: deals with all of their tasks, and what was sent for tasks. `tasks`: those that were
   * in hand when their deal went.
   */
  readonly gone: { readonly deals: Set<Hex>; readonly tasks: Set<Hex>; readonly sent: Set<Hex> }
  readonly blocks: FollowedRef[]
  /** Blocks after this one are no longer on the chain; they are deleted before those of `blocks` are written. */
  rollbackTo: number | undefined
}

/** The model, by its ids. Only unfinished tasks and open deals are in it. */
export type Book = {
  readonly deals: Map<Hex, Deal>
  readonly tasks: Map<Hex, Task>
  readonly workers: Map<Address, Worker>
  readonly logs: Map<string, LogText>
  readonly dirty: Dirty
}

/** Nothing in hand. */
export function openBook(): Book {
  return { deals: new Map(), tasks: new Map(), workers: new Map(), logs: new Map(), dirty: noDirty() }
}

/** Nothing to store. */
export function noDirty(): Dirty {
  return {
    deals: new Set(),
    tasks: new Set(),
    places: new Map(),
    workers: new Set(),
    commands: new Map(),
    logs: new Set(),
    gone: { deals: new Set(), tasks: new Set(), sent: new Set() },
    blocks: [],
    rollbackTo: undefined,
  }
}

/** A deal that was made. One that is known has these facts from now on, and keeps its tasks. */
export function addDeal(book: Book, facts: DealFacts): Deal {
  const known = book.deals.get(facts.id)
  const deal: Deal = known ?? { facts, next: facts.botFirst, ahead: new Set(), isClosed: false }
  deal.facts = { ...facts, seenAt: deal.facts.seenAt }
  book.deals.set(facts.id, deal)
  book.dirty.deals.add(deal)
  return deal
}

/** A task that is begun. */
export function addTask(book: Book, deal: Deal, { id, index }: { readonly id: Hex; readonly index: number }): Task {
  noteBegun(deal, index)
  book.dirty.deals.add(deal)
  const known = book.tasks.get(id)
  if (known !== undefined) return known
  const task: Task = {
    id,
    deal,
    index,
    status: 'unset',
    agreement: undefined,
    results: undefined,
    votes: [],
    places: new Map(),
    sent: new Map(),
    proofs: [],
    history: [{ status: 'RECEIVED', at: deal.facts.seenAt }],
  }
  book.tasks.set(id, task)
  book.dirty.tasks.add(task)
  return task
}

/** Says that a place changed. */
export function touchPlace({ dirty }: Book, task: Task, place: Place): void {
  dirty.places.set(`${task.id}-${place.worker}`, { task, place })
}

/** Says that a transaction of a task changed. */
export function touchCommand({ dirty }: Book, task: Task, key: string): void {
  dirty.commands.set(key, task)
}

/** Notes a state of a task in its history, once. */
export function noteStatus({ dirty }: Book, task: Task, change: Task['history'][number]): void {
  dirty.tasks.add(task)
  if (task.history.at(-1)?.status === change.status || task.history.length >= MOST_CHANGES) return
  task.history = [...task.history, change]
}

const MOST_CHANGES = 100

/** Counts for its voters that a task ended with their votes, each once. */
export function countProofs(book: Book, task: Task): void {
  uncountProofs(book, task)
  task.proofs = task.votes.filter(({ status }) => status === 'proved').map(({ worker }) => worker)
  for (const address of task.proofs) addProof(book, address, 1)
}

/** Counts no more what was counted at the end of a task: a reorganisation took it away. */
export function uncountProofs(book: Book, task: Task): void {
  for (const address of task.proofs) addProof(book, address, -1)
  task.proofs = []
}

function addProof({ workers, dirty }: Book, address: Address, more: 1 | -1): void {
  const worker = workers.get(address)
  if (worker === undefined) return
  worker.proved = Math.max(0, worker.proved + more)
  dirty.workers.add(worker)
}

/** Counts no proof of anybody: the chain is read again from its beginning. */
export function forgetProofs({ workers, dirty }: Book): void {
  for (const worker of workers.values()) {
    if (worker.proved === 0) continue
    worker.proved = 0
    dirty.workers.add(worker)
  }
}

/**
 * Forgets a deal that is no longer on the chain, and all of its tasks.
 *
 * @returns the tasks that were in hand
 */
export function dropDeal(book: Book, id: Hex): readonly Task[] {
  const { dirty } = book
  const tasks = [...book.tasks.values()].filter(({ deal }) => deal.facts.id === id)
  const isOf = (task: Task): boolean => task.deal.facts.id === id
  for (const task of tasks) {
    book.tasks.delete(task.id)
    dirty.gone.tasks.add(task.id)
  }
  // Else what an app writes when the deal comes again would be taken for what was there already.
  for (const [key, log] of book.logs) if (dirty.gone.tasks.has(log.task)) book.logs.delete(key)
  for (const log of dirty.logs) if (dirty.gone.tasks.has(log.task)) dirty.logs.delete(log)
  for (const deal of dirty.deals) if (deal.facts.id === id) dirty.deals.delete(deal)
  for (const task of dirty.tasks) if (isOf(task)) dirty.tasks.delete(task)
  for (const [key, { task }] of dirty.places) if (isOf(task)) dirty.places.delete(key)
  for (const [key, task] of dirty.commands) if (isOf(task)) dirty.commands.delete(key)
  book.deals.delete(id)
  dirty.gone.deals.add(id)
  return tasks
}

/** Forgets what was sent for a task: after a reorganisation nobody knows what of it still holds. */
export function forgetSent({ dirty }: Book, task: Task): void {
  for (const key of task.sent.keys()) dirty.commands.delete(key)
  task.sent.clear()
  dirty.gone.sent.add(task.id)
}
