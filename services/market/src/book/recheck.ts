// The order book after a block: what the block consumed, closed, sold or unstaked leaves it, what it broadcast enters it.
import { sql } from 'kysely'
import type { Address } from 'viem'
import type { Writer } from '../db/database.ts'
import type { BookOrderTable } from '../db/schema.ts'
import type { Announce } from '../live/bus.ts'
import { bookBroadcasts } from './broadcast.ts'
import { inChunks } from './chunks.ts'
import { recheckConsumption } from './consumption.ts'
import { dropUnmatched, goneFrom } from './dependants.ts'
import { readStakes } from './facts.ts'
import { requiredStake } from './stake.ts'
import type { Judged, Touched } from './touched.ts'

/** Which block it was, and how to tell what became of orders. */
export type RecheckOptions = {
  /** The block; after an undo the youngest that was kept. */
  readonly block: number
  readonly announce: Announce
  /** All when left out. */
  readonly which?: Judged | undefined
  /** So many broadcast orders of each kind may a wallet have open; 50 when left out. */
  readonly maxOpenOrders?: number | undefined
}

const MAX_OPEN_ORDERS = 50

/** Of an order that left the book: enough to find what depends on it. */
type Left = Pick<BookOrderTable, 'kind' | 'hash' | 'app' | 'dataset'>

/**
 * Brings the order book up to what a block did, in the transaction of the block. Free when nothing was touched.
 *
 * What is dead stays dead until it is published or broadcast again; only undoing the block that killed it opens it, see
 * `reopenBook`. What
 * is filled or canceled and should not be is dead right after `reopenBook` (it did not open it, so it was dead before); when
 * the tables were read anew (`undone`), it is open again.
 *
 * @example
 * await recheckBook(writer, { ...UNTOUCHED_BOOK, orders: new Set([hash]) }, { block, announce })
 */
export async function recheckBook(writer: Writer, touched: Touched, options: RecheckOptions): Promise<void> {
  const { undone } = touched
  const [accounts, assets] = [new Set(touched.accounts), new Set(touched.assets)]
  const open: Left[] = []
  const left: Left[] = []
  for (const hashes of inChunks(touched.orders)) {
    const found = await recheckConsumption(writer, hashes, { ...options, undone })
    left.push(...found.gone)
    if (undone) open.push(...found.open)
    for (const row of found.reopened) {
      accounts.add(row.signer)
      if (row.kind !== 'request') assets.add(row[row.kind])
    }
  }
  for (const some of inChunks(accounts)) left.push(...(await dropUncovered(writer, some, options)))
  for (const some of inChunks(assets)) left.push(...(await dropDisowned(writer, some, options)))

  const broadcasting = { ...options, maxOpenOrders: options.maxOpenOrders ?? MAX_OPEN_ORDERS }
  const sellers = touched.broadcasts.filter(({ kind }) => kind !== 'request')
  const requests = touched.broadcasts.filter(({ kind }) => kind === 'request')
  await bookBroadcasts(writer, sellers, broadcasting)
  const gone = goneFrom(left)
  await dropUnmatched(writer, touched.undone ? withUndone(gone, assets, open) : gone, options)
  await bookBroadcasts(writer, requests, broadcasting)
}

/** After an undo, offers may be gone without a row that says so, and requests be open whose offers are not. */
function withUndone(
  gone: ReturnType<typeof goneFrom>,
  assets: ReadonlySet<Address>,
  open: readonly Left[],
): ReturnType<typeof goneFrom> {
  const requests = open.filter(({ kind }) => kind === 'request')
  return {
    app: new Set([...gone.app, ...assets, ...requests.map(({ app }) => app)]),
    dataset: new Set([...gone.dataset, ...assets, ...requests.map(({ dataset }) => dataset)]),
  }
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
    .$if(options.which === 'broadcast', (query) => query.where('broadcast_block', 'is not', null))
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
      .$if(options.which === 'broadcast', (query) => query.where('broadcast_block', 'is not', null))
      .execute()
    disowned.push(...rows.filter((row) => ownerOf.get(row[kind]) !== row.signer))
  }
  for (const some of inChunks(disowned)) await kill(writer, some, options)
  return disowned
}
