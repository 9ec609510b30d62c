// Everything that the chain told about an account, newest first.
import { pagedAnswer, type HistoryItem, type Page, type Paged } from '@iexec/wire'
import type { SelectQueryBuilder } from 'kysely'
import type { Address } from 'viem'
import type { Reader } from '../db/database.ts'
import type { EventTable, Schema } from '../db/schema.ts'
import { shownAddress, shownMoment, shownWide } from '../deal/shown.ts'

/**
 * The events that name an account, on whichever side.
 *
 * @example
 * await accountHistory(market.read, { chainId: 134, address: '0x…', page: { skip: 0, limit: 20 } })
 */
export async function accountHistory(
  reader: Reader,
  { chainId, address, page }: { readonly chainId: number; readonly address: Address; readonly page: Page },
): Promise<{ readonly events: readonly HistoryItem[] } & Paged> {
  // An event that names it on both sides is found on the first only.
  const named = reader.selectFrom('event').where('account', '=', address)
  const across = reader
    .selectFrom('event')
    .where('counterparty', '=', address)
    .where((event) => event.or([event('account', 'is', null), event('account', '<>', address)]))
  // Each side is read backwards through its own index, so a page costs what stands before it, not the whole history.
  const first = newest(named, page).as('first')
  const second = newest(across, page).as('second')
  const rows = await reader
    .selectFrom(first)
    .selectAll()
    .unionAll(reader.selectFrom(second).selectAll())
    .orderBy('block', 'desc')
    .orderBy('log_index', 'desc')
    .limit(page.limit)
    .offset(page.skip)
    .execute()
  const count = (await countOf(named)) + (await countOf(across))
  return { events: rows.map((row) => toHistoryItem(row, chainId)), ...pagedAnswer({ count, rows: rows.length, page }) }
}

type Events = SelectQueryBuilder<Schema, 'event', object>

function newest(events: Events, { skip, limit }: Page): SelectQueryBuilder<Schema, 'event', EventTable> {
  return events
    .selectAll()
    .orderBy('block', 'desc')
    .orderBy('log_index', 'desc')
    .limit(skip + limit)
}

async function countOf(events: Events): Promise<number> {
  const { count } = await events.select(({ fn }) => fn.countAll<number>().as('count')).executeTakeFirstOrThrow()
  return count
}

/** An event as the wire shows it. */
function toHistoryItem(row: EventTable, chainId: number): HistoryItem {
  return {
    id: `${row.block}-${row.log_index}`,
    chainId,
    kind: row.kind,
    account: row.account && shownAddress(row.account),
    counterparty: row.counterparty && shownAddress(row.counterparty),
    asset: row.asset && shownAddress(row.asset),
    dealid: row.deal,
    taskid: row.task,
    orderHash: row.order_hash,
    amount: row.amount === null ? null : shownWide(row.amount),
    detail: row.detail === null ? null : (JSON.parse(row.detail) as Readonly<Record<string, string>>),
    blockNumber: row.block,
    blockTimestamp: shownMoment(row.timestamp),
    transactionHash: row.tx,
  }
}
