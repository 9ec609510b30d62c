// Which tasks can be claimed now: those of deals past their final deadline that have not ended.
import { taskId, type DealId, type TaskId } from '@iexec/protocol'
import { fromWide, toWide } from '@iexec/service'
import { sql } from 'kysely'
import type { DealTable, KeeperWriter } from '../db/schema.ts'

/** A task that can be claimed. */
export type OpenTask = {
  readonly id: TaskId
  readonly deal: DealId
  readonly index: bigint
  /** Nobody began it when false: then it is begun and claimed in one. */
  readonly isBegun: boolean
  /** How many workers get their stake back with it. */
  readonly votes: number
  /** What comes back to who paid, in nRLC. */
  readonly price: bigint
}

/** What is looked for. */
export type Search = {
  /** The time of the youngest block, in seconds since 1970. */
  readonly now: number
  /** The most tasks to find. */
  readonly limit: number
  /** Tasks that are in a transaction already. */
  readonly isTaken: (task: TaskId) => boolean
  /** A task that costs less, in nRLC, counts as free … */
  readonly leastPrice: bigint
  /** … and only so many of a deal are claimed: anybody can make a deal of more free tasks than all money could claim. */
  readonly mostFree: bigint
  /** Seconds that others have after a final deadline. */
  readonly patience: number
}

/** So many deals are looked at in one round. */
const DEALS_AT_ONCE = 200
/** So many tasks are looked up by one question … */
const TASKS_AT_ONCE = 500
/** … and so many of a deal in one round, so that nobody waits long for it. */
const TASKS_OF_ROUND = 10_000n

/**
 * Finds open tasks: those that were refused and are to be tried again, then those with money in them, the longest overdue first.
 * Keeps how far each deal is done with.
 *
 * @returns fewer than the limit when there are no others at the moment
 * @example
 * await database.write(async (writer) => findOpenTasks(writer, { now, limit: 500, isTaken, …config }))
 */
export async function findOpenTasks(writer: KeeperWriter, search: Search): Promise<readonly OpenTask[]> {
  const block = await writer.selectFrom('block').select('number').orderBy('number', 'desc').limit(1).executeTakeFirst()
  const head = block?.number ?? 0
  const tasks = [...(await findRefused(writer, search, head))]
  const isFree = sql`case when price < ${toWide(search.leastPrice)} then 1 else 0 end`
  const deals = await writer
    .selectFrom('deal')
    .selectAll()
    .where('over', '=', sql.lit(0))
    .where('deadline', '<=', search.now - search.patience)
    .orderBy(isFree)
    .orderBy('deadline')
    .limit(DEALS_AT_ONCE)
    .execute()
  for (const deal of deals) {
    if (tasks.length >= search.limit) break
    const found = await lookAtDeal(writer, deal, { ...search, limit: search.limit - tasks.length })
    tasks.push(...found.tasks)
    const { passed, isOver } = found
    await writer
      .updateTable('deal')
      .set({ passed: toWide(passed), passed_at: head, over: isOver ? 1 : 0 })
      .where('id', '=', deal.id)
      .execute()
  }
  return tasks
}

/** When there may be something to find next, in seconds since 1970; `undefined` when nobody knows of anything. */
export async function nextTime(writer: KeeperWriter, patience: number): Promise<number | undefined> {
  const deal = await writer
    .selectFrom('deal')
    .select('deadline')
    .where('over', '=', sql.lit(0))
    .orderBy('deadline')
    .limit(1)
    .executeTakeFirst()
  const refused = await writer.selectFrom('refused').select('retry_at').orderBy('retry_at').limit(1).executeTakeFirst()
  const times = [deal && deal.deadline + patience, refused?.retry_at].filter((time) => time !== undefined)
  return times.length === 0 ? undefined : Math.min(...times)
}

/** Those whose time has come; those that have ended meanwhile are forgotten, and found again if that is taken back. */
async function findRefused(
  writer: KeeperWriter,
  { now, limit, isTaken }: Search,
  head: number,
): Promise<readonly OpenTask[]> {
  const rows = await writer
    .selectFrom('refused')
    .innerJoin('deal', 'deal.id', 'refused.deal')
    .select(['refused.task', 'refused.deal', 'refused.index', 'deal.price'])
    .where('retry_at', '<=', now)
    .orderBy('retry_at')
    .limit(Math.min(limit, TASKS_AT_ONCE))
    .execute()
  const states = await readStates(
    writer,
    rows.map(({ task }) => task),
  )
  const ended = rows.filter(({ task }) => states.get(task)?.hasEnded === true)
  for (const { task, deal } of ended) {
    await writer.deleteFrom('refused').where('task', '=', task).execute()
    await writer.updateTable('deal').set({ passed_at: head }).where('id', '=', deal).execute()
  }
  return rows
    .filter((row) => !ended.includes(row) && !isTaken(row.task))
    .map(({ task, deal, index, price }) => ({
      id: task,
      deal,
      index: fromWide(index),
      price: fromWide(price),
      ...stateOf(states, task),
    }))
}

type Look = { readonly tasks: readonly OpenTask[]; readonly passed: bigint; readonly isOver: boolean }

async function lookAtDeal(writer: KeeperWriter, deal: DealTable, search: Search): Promise<Look> {
  const { leastPrice, mostFree, limit, isTaken } = search
  const [first, size, price] = [fromWide(deal.first), fromWide(deal.size), fromWide(deal.price)]
  const wanted = price < leastPrice ? least(mostFree, size) : size
  let passed = fromWide(deal.passed)
  const end = least(wanted, passed + TASKS_OF_ROUND)
  const tasks: OpenTask[] = []
  for (let place = passed; place < end && tasks.length < limit; place += BigInt(TASKS_AT_ONCE)) {
    const count = Number(least(BigInt(TASKS_AT_ONCE), end - place))
    const indices = Array.from({ length: count }, (_, step) => first + place + BigInt(step))
    const ids = indices.map((index) => taskId(deal.id, index))
    const states = await readStates(writer, ids)
    for (const [step, id] of ids.entries()) {
      const { hasEnded, isRefused, ...state } = states.get(id) ?? UNKNOWN
      if (hasEnded || isRefused) {
        if (passed === place + BigInt(step)) passed += 1n
      } else if (!isTaken(id) && tasks.length < limit) {
        tasks.push({ id, deal: deal.id, index: indices[step] ?? 0n, price, ...state })
      }
    }
  }
  return { tasks, passed, isOver: passed >= wanted }
}

function least(one: bigint, other: bigint): bigint {
  return one < other ? one : other
}

type State = Pick<OpenTask, 'isBegun' | 'votes'>
type KnownState = State & { readonly hasEnded: boolean; readonly isRefused: boolean }

const UNKNOWN: KnownState = { isBegun: false, votes: 0, hasEnded: false, isRefused: false }

function stateOf(states: ReadonlyMap<TaskId, KnownState>, task: TaskId): State {
  const { isBegun, votes } = states.get(task) ?? UNKNOWN
  return { isBegun, votes }
}

/** What the tables know of tasks; nothing of those that nobody began. */
async function readStates(writer: KeeperWriter, ids: readonly TaskId[]): Promise<ReadonlyMap<TaskId, KnownState>> {
  if (ids.length === 0) return new Map()
  const marks = await writer
    .selectFrom('mark')
    .select(['task', 'kind', (eb) => eb.fn.countAll<number>().as('count')])
    .where('task', 'in', ids)
    .groupBy(['task', 'kind'])
    .execute()
  const refused = await writer.selectFrom('refused').select('task').where('task', 'in', ids).execute()
  const states = new Map<TaskId, KnownState>()
  const change = (task: TaskId, known: Partial<KnownState>): void => {
    states.set(task, { ...(states.get(task) ?? UNKNOWN), ...known })
  }
  for (const { task, kind, count } of marks) {
    if (kind === 'begun') change(task, { isBegun: true })
    else if (kind === 'ended') change(task, { hasEnded: true })
    else change(task, { votes: count })
  }
  for (const { task } of refused) change(task, { isRefused: true })
  return states
}
