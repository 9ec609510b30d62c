// The order book after a block: what the block consumed, closed, sold or unstaked leaves it, what it broadcast enters it.
import { sql } from 'kysely'
import type { Address, Hex } from 'viem'
import type { Writer } from '../db/database.ts'
import type { BookOrderTable, OrderStatus } from '../db/schema.ts'
import type { Announce } from '../live/bus.ts'
import { bookBroadcasts } from './broadcast.ts'
import { inChunks } from './chunks.ts'
import { dropUnmatched, goneFrom } from './dependants.ts'
import { readChain, readStakes } from './facts.ts'
import { remainingOf, UNTOUCHED, type Consumption } from './remaining.ts'
import { requiredStake } from './stake.ts'
import type { Touched } from './touched.ts'

/** Which block it was, and how to tell what became of orders. */
export type RecheckOptions = {
  /** The block; after an undo the youngest that was kept. */
  readonly block: number
  readonly announce: Announce
  /** So many orders of each kind may a wallet have open, as those that people publish; 50 when left out. */
  readonly maxOpenOrders?: number | undefined
}

const MAX_OPEN_ORDERS = 50

/** Of an order that left the book: enough to find what depends on it. */
type Left = Pick<BookOrderTable, 'kind' | 'hash' | 'app' | 'dataset'>

/**
 * Brings the order book up to what a block did, in the transaction of the block. Free when nothing was touched.
 *
 * What is dead stays dead until it is published again; only undoing the block that killed it opens it, see `reopenBook`.
 *
 * @example
 * await recheckBook(writer, { ...UNTOUCHED_BOOK, orders: new Set([hash]) }, { block, announce })
 */
export async function recheckBook(writer: Writer, touched: Touched, options: RecheckOptions): Promise<void> {
  const reopened: Left[] = []
  const left: Left[] = []
  for (const hashes of inChunks(touched.orders)) {
    const { gone, open } = await recheckConsumption(writer, hashes, options)
    left.push(...gone)
    if (touched.undone) reopened.push(...open)
  }
  for (const accounts of inChunks(touched.accounts)) left.push(...(await dropUncovered(writer, accounts, options)))
  for (const assets of inChunks(touched.assets)) left.push(...(await dropDisowned(writer, assets, options)))

  const broadcasting = { ...options, maxOpenOrders: options.maxOpenOrders ?? MAX_OPEN_ORDERS }
  const sellers = touched.broadcasts.filter(({ kind }) => kind !== 'request')
  const requests = touched.broadcasts.filter(({ kind }) => kind === 'request')
  await bookBroadcasts(writer, sellers, broadcasting)
  const gone = goneFrom(left)
  await dropUnmatched(writer, touched.undone ? withUndone(gone, touched.assets, reopened) : gone, options)
  await bookBroadcasts(writer, requests, broadcasting)
}

/** After an undo, offers may be gone without a row that says so, and requests be open again whose offers are not. */
function withUndone(
  gone: ReturnType<typeof goneFrom>,
  assets: ReadonlySet<Address>,
  reopened: readonly Left[],
): ReturnType<typeof goneFrom> {
  const requests = reopened.filter(({ kind }) => kind === 'request')
  return {
    app: new Set([...gone.app, ...assets, ...requests.map(({ app }) => app)]),
    dataset: new Set([...gone.dataset, ...assets, ...requests.map(({ dataset }) => dataset)]),
  }
}

type Consumable = Left & Pick<BookOrderTable, 'volume' | 'remaining' | 'status' | 'status_block'>
type Consumed = Pick<BookOrderTable, 'remaining' | 'status'>

async function recheckConsumption(
  writer: Writer,
  hashes: readonly Hex[],
  { block, announce }: RecheckOptions,
): Promise<{ readonly gone: readonly Left[]; readonly open: readonly Left[] }> {
  const rows: readonly Consumable[] = await writer
    .selectFrom('book_order')
    .select(['hash', 'kind', 'app', 'dataset', 'volume', 'remaining', 'status', 'status_block'])
    .where('hash', 'in', hashes)
    .execute()
  if (rows.length === 0) return { gone: [], open: [] }
  const chain = await readChain(
    writer,
    rows.map(({ hash }) => hash),
  )

  const changed: Consumable[] = []
  const gone: Left[] = []
  const open: Left[] = []
  for (const row of rows) {
    const now = afterConsumption(row, chain.get(row.hash) ?? UNTOUCHED)
    const leaves = row.status === 'open' && now.status !== 'open'
    if (leaves) gone.push(row)
    if (now.status === 'open') open.push(row)
    if (now.status === row.status && now.remaining === row.remaining) continue
    changed.push({ ...row, ...now, status_block: leaves ? block : row.status_block })
    if (leaves) announce({ type: 'order_unpublished', kind: row.kind, hash: row.hash })
    else if (now.status === 'open') announce({ type: 'order_updated', kind: row.kind, hash: row.hash })
  }
  await update(writer, changed)
  return { gone, open }
}

/**
 * What an order is once the chain consumed or closed it. Pure.
 *
 * @example
 * afterConsumption({ status: 'open', volume: 3 }, { consumed: 3n, closed: false }) // { remaining: 0, status: 'filled' }
 */
function afterConsumption(
  { status, volume }: Pick<BookOrderTable, 'status' | 'volume'>,
  consumption: Consumption,
): Consumed {
  const remaining = remainingOf(volume, consumption)
  if (consumption.closed) return { remaining, status: 'canceled' }
  if (remaining === 0) return { remaining, status: 'filled' }
  // It was canceled or filled in a block that is undone, and not opened again: so it was dead before that block.
  const before: OrderStatus = status === 'open' ? 'open' : 'dead'
  return { remaining, status: before }
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

/** Lets die the open orders of these accounts that their stake covers no longer. */
async function dropUncovered(
  writer: Writer,
  accounts: readonly Address[],
  options: RecheckOptions,
): Promise<readonly Left[]> {
  const rows = await writer
    .selectFrom('book_order')
    .select(['hash', 'kind', 'app', 'dataset', 'signer', 'price', 'app_max_price', 'dataset_max_price', 'remaining'])
    .where('signer', 'in', accounts)
    .where('kind', 'in', ['workerpool', 'request'])
    .where('status', '=', 'open')
    .execute()
  if (rows.length === 0) return []
  const stakes = await readStakes(writer, [...new Set(rows.map(({ signer }) => signer))])
  const uncovered = rows.filter((row) => (stakes.get(row.signer) ?? 0n) < requiredStake(row, row.remaining))
  for (const some of inChunks(uncovered)) await kill(writer, some, options)
  return uncovered
}

async function kill(writer: Writer, orders: readonly Left[], { block, announce }: RecheckOptions): Promise<void> {
  const hashes = orders.map(({ hash }) => hash)
  await writer
    .updateTable('book_order')
    .set({ status: 'dead', status_block: block })
    .where('hash', 'in', hashes)
    .execute()
  for (const { kind, hash } of orders) announce({ type: 'order_unpublished', kind, hash })
}

/** Lets die the open orders for these assets that somebody else than the owner signed. */
async function dropDisowned(
  writer: Writer,
  assets: readonly Address[],
  options: RecheckOptions,
): Promise<readonly Left[]> {
  const owners = await writer.selectFrom('asset').select(['address', 'owner']).where('address', 'in', assets).execute()
  const ownerOf = new Map(owners.map(({ address, owner }) => [address, owner]))
  const disowned: Left[] = []
  for (const kind of ['app', 'dataset', 'workerpool'] as const) {
    const rows = await writer
      .selectFrom('book_order')
      .select(['hash', 'kind', 'app', 'dataset', 'workerpool', 'signer'])
      .where('kind', '=', sql.lit(kind))
      .where('status', '=', sql.lit('open' as const))
      .where(kind, 'in', assets)
      .execute()
    disowned.push(...rows.filter((row) => ownerOf.get(row[kind]) !== row.signer))
  }
  for (const some of inChunks(disowned)) await kill(writer, some, options)
  return disowned
}
