// Tasks as the wire shows them, and lists of them.
import { pagedAnswer, type ContributionItem, type Page, type Paged, type TaskItem, type TaskQuery } from '@iexec/wire'
import type { SelectQueryBuilder } from 'kysely'
import type { Hex } from 'viem'
import type { Reader } from '../db/database.ts'
import type { Schema, TaskTable } from '../db/schema.ts'
import { shownAddress, shownMoment, shownNumber } from '../deal/shown.ts'
import { toContributionItem } from './listContributions.ts'

/**
 * The tasks that pass all filters, newest first.
 *
 * @example
 * await listTasks(market.read, { chainId: 134, query: { dealid: '0x…' }, page: { skip: 0, limit: 20 } })
 */
export async function listTasks(
  reader: Reader,
  { chainId, query, page }: { readonly chainId: number; readonly query: TaskQuery; readonly page: Page },
): Promise<{ readonly tasks: readonly TaskItem[] } & Paged> {
  const found = tasksOf(reader, query)
  const { count } = await found.select(({ fn }) => fn.countAll<number>().as('count')).executeTakeFirstOrThrow()
  const rows = await found
    .selectAll()
    .orderBy('block', 'desc')
    .orderBy('log_index', 'desc')
    .limit(page.limit)
    .offset(page.skip)
    .execute()
  return { tasks: rows.map((row) => toTaskItem(row, chainId)), ...pagedAnswer({ count, rows: rows.length, page }) }
}

/** One task with all its contributions, oldest first; `undefined` when none of this id was initialized. */
export async function findTask(
  reader: Reader,
  { chainId, taskid }: { readonly chainId: number; readonly taskid: Hex },
): Promise<(TaskItem & { readonly contributions: readonly ContributionItem[] }) | undefined> {
  const row = await reader.selectFrom('task').selectAll().where('id', '=', taskid).executeTakeFirst()
  if (row === undefined) return undefined
  const contributions = await reader
    .selectFrom('contribution')
    .selectAll()
    .where('task', '=', taskid)
    .orderBy('block')
    .orderBy('log_index')
    .execute()
  return { ...toTaskItem(row, chainId), contributions: contributions.map((each) => toContributionItem(each, chainId)) }
}

/** A task as the wire shows it. */
function toTaskItem(row: TaskTable, chainId: number): TaskItem {
  return {
    taskid: row.id,
    chainId,
    dealid: row.deal,
    index: shownNumber(row.idx),
    status: row.status,
    requester: shownAddress(row.requester),
    app: shownAddress(row.app),
    workerpool: shownAddress(row.workerpool),
    consensus: row.consensus,
    resultDigest: row.result_digest,
    results: row.results,
    resultsCallback: row.results_callback,
    failure: row.failure,
    contributionDeadline: row.contribution_deadline,
    revealDeadline: row.reveal_deadline,
    finalDeadline: row.final_deadline,
    initializedTimestamp: shownMoment(row.initialized_at),
    endedTimestamp: row.ended_at === null ? null : shownMoment(row.ended_at),
    updatedTimestamp: shownMoment(row.updated_at),
    blockNumber: row.block,
  }
}

function tasksOf(reader: Reader, { dealid, worker, ...query }: TaskQuery): SelectQueryBuilder<Schema, 'task', object> {
  let found = reader.selectFrom('task')
  if (dealid !== undefined) found = found.where('deal', '=', dealid)
  for (const name of ['status', 'requester', 'app', 'workerpool'] as const) {
    const value = query[name]
    if (value !== undefined) found = found.where(name, '=', value)
  }
  if (worker === undefined) return found
  return found.where('id', 'in', (from) => from.selectFrom('contribution').select('task').where('worker', '=', worker))
}
