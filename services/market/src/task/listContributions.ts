// Contributions as the wire shows them, and lists of them.
import { pagedAnswer, type ContributionItem, type ContributionQuery, type Page, type Paged } from '@iexec/wire'
import type { Reader } from '../db/database.ts'
import type { ContributionTable } from '../db/schema.ts'
import { shownAddress, shownMoment, shownWide } from '../deal/shown.ts'

/**
 * The contributions that pass all filters, newest first.
 *
 * @example
 * await listContributions(market.read, { chainId: 134, query: { worker: '0x…' }, page: { skip: 0, limit: 20 } })
 */
export async function listContributions(
  reader: Reader,
  { chainId, query, page }: { readonly chainId: number; readonly query: ContributionQuery; readonly page: Page },
): Promise<{ readonly contributions: readonly ContributionItem[] } & Paged> {
  const { taskid, worker, status } = query
  let found = reader.selectFrom('contribution')
  if (taskid !== undefined) found = found.where('task', '=', taskid)
  if (worker !== undefined) found = found.where('worker', '=', worker)
  if (status !== undefined) found = found.where('status', '=', status)
  const { count } = await found.select(({ fn }) => fn.countAll<number>().as('count')).executeTakeFirstOrThrow()
  const rows = await found
    .selectAll()
    .orderBy('block', 'desc')
    .orderBy('log_index', 'desc')
    .limit(page.limit)
    .offset(page.skip)
    .execute()
  const contributions = rows.map((row) => toContributionItem(row, chainId))
  return { contributions, ...pagedAnswer({ count, rows: rows.length, page }) }
}

/** A contribution as the wire shows it. */
export function toContributionItem(row: ContributionTable, chainId: number): ContributionItem {
  return {
    contributionid: row.id,
    chainId,
    taskid: row.task,
    worker: shownAddress(row.worker),
    status: row.status,
    resultHash: row.hash,
    resultSeal: row.seal,
    enclaveChallenge: shownAddress(row.challenge),
    weight: shownWide(row.weight),
    resultDigest: row.digest,
    blockNumber: row.block,
    blockTimestamp: shownMoment(row.timestamp),
  }
}
