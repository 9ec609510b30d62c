// The rows of the book: what is asked for has columns, the rest is JSON.
import type { Insertable, Selectable } from 'kysely'
import type { Hex } from 'viem'
import type { LogText } from './book.ts'
import {
  isFinal,
  type Change,
  type Deal,
  type DealFacts,
  type Place,
  type Sent,
  type Task,
  type Vote,
  type Worker,
} from './model.ts'
import type {
  CommandTable,
  ContributionTable,
  DealTable,
  LogTable,
  PlaceTable,
  TaskTable,
  WorkerTable,
} from './schema.ts'

/** The row of a deal. */
export function toDealRow({ facts, next, ahead, isClosed }: Deal): Insertable<DealTable> {
  return {
    id: facts.id,
    block: facts.block,
    next,
    closed: isClosed ? 1 : 0,
    body: JSON.stringify({ facts, ahead: [...ahead] }),
  }
}

/** A deal from its row. */
export function fromDealRow({ body, next, closed }: Selectable<DealTable>): Deal {
  const { facts, ahead } = JSON.parse(body) as { readonly facts: DealFacts; readonly ahead: readonly number[] }
  return { facts, next, ahead: new Set(ahead), isClosed: closed === 1 }
}

/** The row of a task. */
export function toTaskRow(task: Task): Insertable<TaskTable> {
  const { id, deal, index, status, agreement, results, proofs, history } = task
  return {
    id,
    deal: deal.facts.id,
    idx: index,
    status,
    final: isFinal(task) ? 1 : 0,
    changed_at: history.at(-1)?.at ?? 0,
    body: JSON.stringify({ agreement, results, proofs, history }),
  }
}

/** A task from its rows. */
export function fromTaskRow(row: Selectable<TaskTable>, deal: Deal): Task {
  const body = JSON.parse(row.body) as Pick<Task, 'agreement' | 'results' | 'history'> & Partial<Pick<Task, 'proofs'>>
  const { agreement, results, proofs = [], history } = body
  return {
    id: row.id,
    deal,
    index: row.idx,
    status: row.status as Task['status'],
    agreement,
    results,
    votes: [],
    places: new Map(),
    sent: new Map(),
    proofs,
    history: history satisfies readonly Change[],
  }
}

/** The rows of a task's votes. */
export function toContributionRows({ id, votes }: Task): readonly Insertable<ContributionTable>[] {
  return votes.map(({ worker, hash, status, weight }, seq) => ({
    id: `${id}-${worker}`,
    task: id,
    worker,
    hash,
    status,
    weight: String(weight),
    seq,
  }))
}

/** A vote from its row. */
export function fromContributionRow(row: Selectable<ContributionTable>): Vote {
  return { worker: row.worker, hash: row.hash, status: row.status as Vote['status'], weight: BigInt(row.weight) }
}

/** The row of a place. */
export function toPlaceRow({ task, place }: { readonly task: Task; readonly place: Place }): Insertable<PlaceTable> {
  const { worker, state, attempt, ...rest } = place
  return { id: `${task.id}-${worker}`, task: task.id, worker, state, attempt, body: JSON.stringify(rest) }
}

/** A place from its row. */
export function fromPlaceRow({ worker, state, attempt, body }: Selectable<PlaceTable>): Place {
  const rest = JSON.parse(body) as Omit<Place, 'worker' | 'state' | 'attempt'>
  return { ...rest, worker, state: state as Place['state'], attempt }
}

/** The row of a worker. */
export function toWorkerRow({
  address,
  seenAt,
  profile,
  blame,
  blamedAt,
  succeeded,
  failed,
  proved,
}: Worker): Insertable<WorkerTable> {
  return { address, seen_at: seenAt, body: JSON.stringify({ profile, blame, blamedAt, succeeded, failed, proved }) }
}

/** A worker from its row: not connected. */
export function fromWorkerRow({ address, seen_at, body }: Selectable<WorkerTable>, now: number): Worker {
  const known = JSON.parse(body) as Pick<Worker, 'profile' | 'blame' | 'blamedAt' | 'succeeded' | 'failed'> & {
    readonly proved?: number
  }
  return {
    proved: 0,
    ...known,
    address,
    score: undefined,
    stake: undefined,
    isConnected: false,
    goneAt: now,
    seenAt: seen_at,
    busyUntil: 0,
  }
}

/** The row of a transaction; none when it was forgotten meanwhile. */
export function toCommandRow([key, task]: readonly [string, Task]): readonly Insertable<CommandTable>[] {
  const sent = task.sent.get(key)
  if (sent === undefined) return []
  const { kind, state, attempts, decidedAt, endedAt, tx, reason } = sent
  return [
    {
      key,
      task: task.id,
      kind,
      state,
      attempts,
      decided_at: decidedAt,
      ended_at: endedAt ?? null,
      tx: tx ?? null,
      reason: reason ?? null,
    },
  ]
}

/** A transaction from its row. */
export function fromCommandRow(row: Selectable<CommandTable>): Sent {
  return {
    kind: row.kind,
    state: row.state as Sent['state'],
    attempts: row.attempts,
    decidedAt: row.decided_at,
    endedAt: row.ended_at ?? undefined,
    retryAt: 0,
    tx: (row.tx ?? undefined) as Hex | undefined,
    reason: row.reason ?? undefined,
  }
}

/** The row of a log. */
export function toLogRow({ task, worker, stream, text }: LogText, now: number): Insertable<LogTable> {
  // PostgreSQL takes no NUL in text.
  const said = text.replaceAll('\0', '\uFFFD')
  return {
    id: `${task}-${worker}-${stream}`,
    task,
    worker,
    stream,
    said,
    changed_at: now,
    size: Buffer.byteLength(said),
  }
}
