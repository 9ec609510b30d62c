// From hidden to public, and from public to gone: what the chain says of a vote decides about the result that it is for.
import { resultHash, type TaskId } from '@iexec/protocol'
import type { Address, Hex } from 'viem'
import type { Writer } from '@iexec/service'
import { dropHolding } from '../keep/drop.ts'
import type { Tables } from '../keep/schema.ts'
import type { Shelf } from '../keep/upload.ts'
import type { Hub } from './hub.ts'
import { judgeVote, type Verdict } from './ticket.ts'

/** What is needed to judge results. */
export type Court = {
  readonly shelf: Shelf
  /** @throws ChainAway while no node has told of the chain yet */
  readonly hub: () => Hub
  /** How long a result is kept after the end of its task, in milliseconds. */
  readonly retentionMs: number
}

/** No node has told of the chain yet. */
export class ChainAway extends Error {
  override readonly name: string = 'ChainAway'

  constructor() {
    super('No node of the chain has answered yet.')
  }
}

/** A result that waits for its vote. */
export type Waiting = {
  readonly task: string
  readonly worker: string
  readonly holding: string
  readonly digest: string
}

/** What became of a result: it is seen now, it goes on waiting, or it is gone. */
export type Outcome = 'published' | 'waiting' | 'dropped'

const TASKS_AT_A_TIME = 100

/** Until when the result of a task is kept. Finalized it is before the final deadline. Both in milliseconds since 1970. */
export function keptUntil({ shelf, retentionMs }: Court, finalDeadlineMs: number): number {
  return Math.max(finalDeadlineMs, shelf.now()) + retentionMs
}

/**
 * Asks the chain about a result that waits for its vote.
 *
 * @example
 * if ((await judge(court, waiting)) === 'published') serve()
 */
export async function judge(court: Court, waiting: Waiting): Promise<Outcome> {
  const { hub, shelf } = court
  const vote = await hub().contribution(waiting.task as TaskId, waiting.worker as Address)
  const verdict = judgeVote(vote, { taskId: waiting.task as Hex, digest: waiting.digest as Hex })
  if (verdict === 'none') return 'waiting'
  return shelf.database.write(async (writer) => decide(writer, { court, waiting, verdict }))
}

type Decision = { readonly court: Court; readonly waiting: Waiting; readonly verdict: Exclude<Verdict, 'none'> }

async function decide(writer: Writer<Tables>, { court, waiting, verdict }: Decision): Promise<Outcome> {
  const { task, worker, holding } = waiting
  const row = await writer
    .selectFrom('result')
    .select(['final_deadline'])
    .where('task', '=', task)
    .where('worker', '=', worker)
    .where('holding', '=', holding)
    .executeTakeFirst()
  if (row === undefined) return 'dropped'
  if (verdict === 'other') {
    await dropResult(writer, { task, worker })
    return 'dropped'
  }
  await writer
    .updateTable('holding')
    .set({ state: 'public', keep_until: keptUntil(court, row.final_deadline * 1000) })
    .where('id', '=', holding)
    .execute()
  return 'published'
}

/** Removes the result that a worker brought; its files, too, unless another worker brought the same. */
export async function dropResult(
  writer: Writer<Tables>,
  { task, worker }: { readonly task: string; readonly worker: string },
): Promise<void> {
  const row = await writer
    .deleteFrom('result')
    .where('task', '=', task)
    .where('worker', '=', worker)
    .returning('holding')
    .executeTakeFirst()
  if (row === undefined) return
  const others = await writer
    .selectFrom('result')
    .select('task')
    .where('holding', '=', row.holding)
    .limit(1)
    .executeTakeFirst()
  if (others === undefined) await dropHolding(writer, row.holding)
}

/**
 * Judges all results that wait for a vote, and those whose task has ended: kept is only what the hub paid for.
 *
 * @returns how many were published and dropped
 * @example
 * await judgeAll(court) // { published: 1, dropped: 0 }
 */
export async function judgeAll(court: Court, signal?: AbortSignal): Promise<Judgement> {
  const [published, missed] = await judgeWaiting(court, signal)
  return { published, dropped: missed + (await judgeEnded(court, signal)) }
}

/** What became of results. */
export type Judgement = { readonly published: number; readonly dropped: number }

async function judgeWaiting(court: Court, signal: AbortSignal | undefined): Promise<readonly [number, number]> {
  const waiting = await court.shelf.database.read
    .selectFrom('result')
    .innerJoin('holding', 'holding.id', 'result.holding')
    .select(['task', 'worker', 'holding', 'digest'])
    .where('holding.state', '=', 'hidden')
    .execute()
  const outcomes: Outcome[] = []
  for (let at = 0; at < waiting.length && !isAborted(signal); at += TASKS_AT_A_TIME) {
    const some = waiting.slice(at, at + TASKS_AT_A_TIME)
    outcomes.push(...(await Promise.all(some.map(async (one) => judge(court, one)))))
  }
  const count = (wanted: Outcome): number => outcomes.filter((outcome) => outcome === wanted).length
  return [count('published'), count('dropped')]
}

async function judgeEnded({ hub, shelf }: Court, signal: AbortSignal | undefined): Promise<number> {
  const now = await hub().now()
  const ended = await shelf.database.read
    .selectFrom('result')
    .innerJoin('holding', 'holding.id', 'result.holding')
    .select(['task', 'worker', 'digest', 'holding.state'])
    .where('is_judged', '=', 0)
    .where('final_deadline', '<=', Number(now))
    .execute()
  let dropped = 0
  for (const { task, worker, digest, state } of ended) {
    if (isAborted(signal)) break
    // What is still hidden has no vote, and none can come any more.
    const isPaid = state === 'public' && (await isResultOf(hub(), task as TaskId, digest as Hex))
    await shelf.database.write(async (writer) => {
      if (!isPaid) return dropResult(writer, { task, worker })
      await writer
        .updateTable('result')
        .set({ is_judged: 1 })
        .where('task', '=', task)
        .where('worker', '=', worker)
        .execute()
    })
    if (!isPaid) dropped += 1
  }
  return dropped
}

async function isResultOf(hub: Hub, task: TaskId, digest: Hex): Promise<boolean> {
  const record = await hub.task(task)
  return record.status === 'completed' && record.consensus.value.toLowerCase() === resultHash(task, digest)
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted ?? false
}
