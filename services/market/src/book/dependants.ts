// Requests that lose what they live on: when orders of an app or a dataset leave the book, those that find no other die.
import { sql } from 'kysely'
import type { Address, Hex } from 'viem'
import type { Writer } from '../db/database.ts'
import type { BookOrderTable } from '../db/schema.ts'
import type { Announce } from '../live/bus.ts'
import { inChunks } from './chunks.ts'
import { readBestPrice, type CounterpartKind, type Wish } from './counterpart.ts'
import { NOBODY } from './row.ts'
import type { Judged } from './touched.ts'

/** Apps and datasets of which orders left the book. */
export type Gone = { readonly app: ReadonlySet<Address>; readonly dataset: ReadonlySet<Address> }

/** How deaths are written down. */
export type Death = {
  /** The block that caused it; null when a person did, so that undoing blocks does not undo it. */
  readonly block: number | null
  readonly announce: Announce
  /** All when left out. */
  readonly which?: Judged | undefined
}

/** What left the book with some orders. */
export function goneFrom(orders: readonly Pick<BookOrderTable, 'kind' | 'app' | 'dataset'>[]): Gone {
  return {
    app: new Set(orders.filter(({ kind }) => kind === 'app').map(({ app }) => app)),
    dataset: new Set(orders.filter(({ kind }) => kind === 'dataset').map(({ dataset }) => dataset)),
  }
}

/**
 * Lets die the open requests for these apps and datasets that no open order fits any longer.
 *
 * @example
 * await dropUnmatched(writer, goneFrom(deleted), { block: null, announce })
 */
export async function dropUnmatched(writer: Writer, gone: Gone, death: Death): Promise<void> {
  for (const kind of ['app', 'dataset'] as const) {
    const assets = [...gone[kind]].filter((asset) => asset !== NOBODY)
    for (const some of inChunks(assets)) await dropUnmatchedOf(writer, { kind, assets: some }, death)
  }
}

async function dropUnmatchedOf(
  writer: Writer,
  { kind, assets }: { readonly kind: CounterpartKind; readonly assets: readonly Address[] },
  { block, announce, which }: Death,
): Promise<void> {
  const isJudged = which === 'broadcast' ? sql`and broadcast_block is not null` : sql``
  const { rows } = await sql<Wish & { hash: Hex; max: number }>`
    select hash, app, dataset, workerpool, requester, tag0, ${sql.ref(`${kind}_max_price`)} as max from book_order
    where kind = 'request' and status = 'open' and ${sql.ref(kind)} in (${sql.join(assets)}) ${isJudged}
  `.execute(writer)
  if (rows.length === 0) return
  const bestPrice = await readBestPrice(writer, { kind, assets })
  const unmatched = rows.filter((wish) => (bestPrice(wish) ?? Infinity) > wish.max).map(({ hash }) => hash)
  for (const hashes of inChunks(unmatched)) {
    const death = { status: 'dead', status_block: block } as const
    await writer.updateTable('book_order').set(death).where('hash', 'in', hashes).execute()
  }
  for (const hash of unmatched) announce({ type: 'order_unpublished', kind: 'request', hash })
}
