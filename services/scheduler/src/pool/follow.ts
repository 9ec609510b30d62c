// Follows the chain into the book, for as long as this process leads.
import { followEvents, type FollowStep } from '@iexec/chain'
import { pause, sayWhy } from '@iexec/service'
import { getBlock, getTransactionCount } from 'viem/actions'
import { touchCommand } from '../book/book.ts'
import { loadCursor, loadTask, touchedAfter } from '../book/load.ts'
import type { Task } from '../book/model.ts'
import { applyBlock, undoBlocks, type Applier } from '../chain/apply.ts'
import { hubFilter } from '../chain/events.ts'
import { hasEnded } from '../decide/places.ts'
import { FAULT_BLAME, blameWorker, type Hands } from './hands.ts'
import type { LeadParts, Running } from './leading.ts'
import { durationNames } from './snapshots.ts'

type Following = {
  readonly parts: LeadParts
  readonly running: Running
  readonly applier: Applier
  readonly signal: AbortSignal
}

/**
 * Follows the chain until the signal aborts.
 *
 * @example
 * await follow(parts, running, signal)
 */
export async function follow(parts: LeadParts, running: Running, signal: AbortSignal): Promise<void> {
  const { pool, store } = running
  const following = { parts, running, applier: openApplier(parts, running), signal }
  const cursor = await loadCursor(parts.database)
  let applied = cursor.at(-1)?.number
  let live: Promise<void> | undefined
  // Where nothing has happened since this pool was last run, no block may come before it does something itself.
  const onLive = (head: number): void => {
    if (head === applied) live ??= becomeLive(parts, running)
  }
  for await (const step of openSteps(following, { cursor, onLive })) {
    if (step.kind === 'rollback') {
      if (!(await rollBack(following, step))) return
      applied = step.to?.number
      continue
    }
    if (!(await goOn(following, step))) return
    applied = step.blocks.at(-1)?.number ?? applied
    if ((applied ?? 0) >= step.head) live ??= becomeLive(parts, running)
    await live
    pool.setLive(live !== undefined)
    // Without anything to decide, nobody else would store the block.
    store.flush().catch(() => undefined)
  }
}

/** Everything is read: what was begun before is judged by it, and from here on something is decided. */
async function becomeLive(parts: LeadParts, running: Running): Promise<void> {
  await Promise.all([settleSent(parts, running), setAhead(parts, running)])
  running.pool.touch(running.book.tasks.keys())
  running.pool.setLive(true)
}

/** A chain may be ahead of this machine's clock; one on which nothing happens is not behind it. */
async function setAhead({ client }: LeadParts, { clock }: Running): Promise<void> {
  const head = await getBlock(client).catch(() => undefined)
  if (head !== undefined && Number(head.timestamp) > clock.now().chain) clock.set(Number(head.timestamp))
}

type Beginning = {
  readonly cursor: Awaited<ReturnType<typeof loadCursor>>
  /** The node has no younger block than this one. */
  readonly onLive: (head: number) => void
}

function openSteps(
  { parts, running: { status }, signal }: Following,
  { cursor, onLive }: Beginning,
): AsyncIterable<FollowStep<unknown>> {
  return followEvents({
    client: parts.client,
    filters: [hubFilter(parts.hub.address)],
    fromBlock: parts.fromBlock,
    cursor,
    wakeUp: parts.wakeUp,
    pollingMs: parts.pollingMs,
    signal,
    onState: ({ state, reason, head }) => {
      status.now = { ...status.now, state, reason, head: head ?? status.now.head }
      parts.onNews({ type: 'chain', state, reason })
      if (state === 'live' && head !== undefined) onLive(head)
    },
  })
}

function openApplier(parts: LeadParts, running: Running): Applier {
  const { database, hub, workerpool, limits } = parts
  const { book, pool, clock } = running
  return {
    hub,
    book,
    workerpool,
    limits,
    speaksFor: (owner) => parts.authority.voiceOf(owner) !== undefined,
    now: () => clock.now().ms,
    restoreTask: async (id) => loadTask(database, book, id),
    scores: new Map(),
    onProof: pool.look,
    ...hearVotes(running),
    onGone: (task) => {
      takeBack(parts, running, task)
    },
  }
}

function hearVotes({ book, pool, clock, hands, stakes, durations }: Running): Pick<Applier, 'onVote' | 'onScore'> {
  return {
    onVote: (worker, task) => {
      stakes.noteVote(worker, task)
      // Only a vote, which costs something, teaches how long such tasks take.
      const tookMs = task.places.get(worker)?.tookMs
      if (tookMs !== undefined) durations.note(durationNames(task.deal.facts), tookMs)
      refreshHands(hands, task)
      pool.look()
    },
    onScore: ({ worker, isAccurate }) => {
      stakes.look(worker)
      const known = book.workers.get(worker)
      if (known === undefined) return
      if (known.score !== undefined) known.score = isAccurate ? known.score + 1n : (known.score * 2n) / 3n
      if (!isAccurate) blameWorker(book, known, { amount: FAULT_BLAME, now: clock.now().ms })
    },
  }
}

/** Takes the places back of a task whose deal is gone. */
function takeBack({ gateway, onChange }: LeadParts, { hands, pool }: Running, { id, places }: Task): void {
  hands.forget(id, places.keys())
  const message = 'A reorganisation of the chain took the deal of this task away.'
  for (const place of places.values())
    if (!hasEnded(place)) gateway.say(place.worker, { type: 'withdraw', taskId: id, message })
  pool.look()
  onChange(id)
}

/** Undoes blocks; false when it was stopped before. */
async function rollBack(
  { parts, running, applier, signal }: Following,
  { to }: Extract<FollowStep<unknown>, { kind: 'rollback' }>,
): Promise<boolean> {
  const { book, hands, pool } = running
  const changed = await untilDone(parts, signal, async () => {
    const touched = to === undefined ? new Map() : await touchedAfter(parts.database, to.number)
    return undoBlocks(applier, to, touched)
  })
  if (changed === undefined) return false
  for (const id of changed) refreshHands(hands, book.tasks.get(id))
  pool.touch(changed)
  return true
}

/** Applies blocks; false when it was stopped before. */
async function goOn(
  { parts, running, applier, signal }: Following,
  { blocks, head }: Extract<FollowStep<unknown>, { kind: 'blocks' }>,
): Promise<boolean> {
  const { book, clock, pool, sale, status } = running
  for (const block of blocks) {
    const applied = await untilDone(parts, signal, async () => applyBlock(applier, block))
    if (applied === undefined) return false
    const { tasks, deals } = applied
    const isJump = Math.abs(block.timestamp - clock.now().chain) > JUMP_S
    clock.set(block.timestamp)
    // What was to be looked at in an hour may be due now.
    if (isJump) pool.touch(book.tasks.keys())
    status.now = { ...status.now, block: block.number, head: Math.max(head, block.number) }
    parts.onNews({ type: 'block', number: block.number, timestamp: block.timestamp, head })
    pool.touch(tasks)
    for (const id of tasks) parts.onChange(id)
    if (deals.size > 0) {
      pool.look()
      sale?.look()
    }
  }
  return true
}

/** A chain whose clock differs from what was expected by so many seconds has jumped. */
const JUMP_S = 5

const LONGEST_PAUSE_MS = 5_000

/** Neither the node nor the database must fail for good: what is half done is done again, and that does no harm. */
async function untilDone<Answer>(
  { onNews }: LeadParts,
  signal: AbortSignal,
  work: () => Promise<Answer>,
): Promise<Answer | undefined> {
  for (let waitMs = 100; !signal.aborted; waitMs = Math.min(LONGEST_PAUSE_MS, waitMs * 2)) {
    try {
      return await work()
    } catch (error) {
      onNews({ type: 'chain', state: 'waiting', reason: sayWhy(error) })
      await pause(waitMs, signal)
    }
  }
  return undefined
}

function refreshHands(hands: Hands, task: Task | undefined): void {
  if (task !== undefined) for (const place of task.places.values()) hands.update(task, place)
}

/** A transaction that an earlier life of this process sent may still be on its way: it gets a moment. */
const LEFT_MS = 4_000

/** What was on its way when this process ended: the chain has been read, and what it does not show is decided anew. */
async function settleSent({ client, authority }: LeadParts, { book, clock }: Running): Promise<void> {
  const address = authority.key.address
  const [latest, pending] = await Promise.all([
    getTransactionCount(client, { address, blockTag: 'latest' }).catch(() => 0),
    getTransactionCount(client, { address, blockTag: 'pending' }).catch(() => 0),
  ])
  const retryAt = clock.now().ms + (pending > latest ? LEFT_MS : 0)
  for (const task of book.tasks.values()) {
    for (const [key, sent] of task.sent) {
      if (sent.state !== 'open') continue
      Object.assign(sent, { state: 'failed', reason: 'The process ended while it was on its way.', retryAt })
      touchCommand(book, task, key)
    }
  }
}
