// What the chain's consumption and closing of orders makes of their rows in the book.
import { sql } from 'kysely'
import type { Hex } from 'viem'
import type { Writer } from '../db/database.ts'
import type { BookOrderTable, OrderStatus } from '../db/schema.ts'
import type { Announce, MarketMessage } from '../live/bus.ts'
import { readChain } from './facts.ts'
import type { Judged } from './touched.ts'
import { remainingOf, UNTOUCHED, type Consumption } from './remaining.ts'

const COLUMNS = [
  'hash',
  'kind',
  'signer',
  'app',
  'dataset',
  'workerpool',
  'volume',
  'remaining',
  'status',
  'status_block',
] as const

/** What of a row says what it is, and what depends on it. */
export type Consumable = Pick<BookOrderTable, (typeof COLUMNS)[number]>

/** What became of orders: those that left the book (when the tables were read anew, those that are not in it), those that are open, and of these those that came back. */
export type Recheck = {
  readonly gone: readonly Consumable[]
  readonly open: readonly Consumable[]
  readonly reopened: readonly Consumable[]
}

/** Which block it was, whether orders may come back, and how to tell. */
export type ConsumptionOptions = {
  readonly block: number
  /** The tables were read anew: what is not filled or canceled any more is open again. */
  readonly undone: boolean
  readonly which?: Judged | undefined
  readonly announce: Announce
}

/**
 * Brings the rows of orders up to what the chain consumed and closed; tells of those that changed.
 *
 * @example
 * const { gone } = await recheckConsumption(writer, hashes, { block, undone: false, announce })
 */
export async function recheckConsumption(
  writer: Writer,
  hashes: readonly Hex[],
  { block, undone, which, announce }: ConsumptionOptions,
): Promise<Recheck> {
  const rows = await writer
    .selectFrom('book_order')
    .select(COLUMNS)
    .where('hash', 'in', hashes)
    .$if(which === 'broadcast', (query) => query.where('broadcast_block', 'is not', null))
    .execute()
  if (rows.length === 0) return { gone: [], open: [], reopened: [] }
  const chain = await readChain(
    writer,
    rows.map(({ hash }) => hash),
  )
  const changes = rows.map((row) => {
    const now = afterConsumption(row, chain.get(row.hash) ?? UNTOUCHED, undone ? 'read anew' : 'grown')
    return { row, now: { ...row, ...now, status_block: statusBlock(row, now.status, block) } }
  })
  const changed = changes.filter(({ row, now }) => now.status !== row.status || now.remaining !== row.remaining)
  await update(
    writer,
    changed.map(({ now }) => now),
  )
  for (const { row, now } of changed) {
    const type = messageOf(row.status, now.status)
    if (type !== undefined) announce({ type, kind: row.kind, hash: row.hash })
  }
  const open = changes.filter(({ now }) => now.status === 'open')
  return {
    gone: changes
      .filter(({ row, now }) => now.status !== 'open' && (undone || row.status === 'open'))
      .map(({ now }) => now),
    open: open.map(({ now }) => now),
    reopened: open.filter(({ row }) => row.status !== 'open').map(({ now }) => now),
  }
}

/**
 * What an order is once the chain consumed or closed it. Pure.
 *
 * @example
 * afterConsumption({ status: 'open', status_block: null, volume: 3 }, { consumed: 3n, closed: false }, 'grown') // { remaining: 0, status: 'filled' }
 */
function afterConsumption(
  row: Pick<BookOrderTable, 'status' | 'status_block' | 'volume'>,
  consumption: Consumption,
  tables: 'grown' | 'read anew',
): Pick<BookOrderTable, 'remaining' | 'status'> {
  const remaining = remainingOf(row.volume, consumption)
  if (consumption.closed) return { remaining, status: 'canceled' }
  if (remaining === 0) return { remaining, status: 'filled' }
  if (row.status === 'open' || row.status === 'dead') return { remaining, status: row.status }
  // It was filled or canceled, and is not. Whom the undoing of that block did not open was dead before it; but tables that begin
  // anew open nothing, so there only those are dead that a person killed.
  const wasOpen = tables === 'read anew' && row.status_block !== null
  return { remaining, status: wasOpen ? 'open' : 'dead' }
}

/** The block as of which it is not open; of what was not open before, the one that it has. */
function statusBlock(row: Consumable, now: OrderStatus, block: number): number | null {
  if (now === 'open') return null
  return row.status === 'open' ? block : row.status_block
}

type OrderMessage = Extract<MarketMessage, { readonly kind: unknown }>

function messageOf(before: OrderStatus, now: OrderStatus): OrderMessage['type'] | undefined {
  if (before === 'open') return now === 'open' ? 'order_updated' : 'order_unpublished'
  return now === 'open' ? 'order_published' : undefined
}

async function update(writer: Writer, rows: readonly Consumable[]): Promise<void> {
  if (rows.length === 0) return
  const values = rows.map(
    ({ hash, remaining, status, status_block }) =>
      sql`(${hash}, cast(${remaining} as bigint), ${status}, cast(${status_block} as bigint))`,
  )
  await sql`
    with change (hash, remaining, status, status_block) as (values ${sql.join(values)})
    update book_order
    set remaining = change.remaining, status = change.status, status_block = change.status_block
    from change where book_order.hash = change.hash
  `.execute(writer)
}
