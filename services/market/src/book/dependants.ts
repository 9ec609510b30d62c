// Requests that lose what they live on: when orders of an app or a dataset leave the book, those that find no other die.
import { sql } from 'kysely'
import type { Address, Hex } from 'viem'
import type { Writer } from '../db/database.ts'
import type { BookOrderTable } from '../db/schema.ts'
import type { Announce } from '../live/bus.ts'
import { inChunks } from './chunks.ts'
import { bestPriceFor, type CounterpartKind } from './counterpart.ts'
import { NOBODY } from './row.ts'

/** Apps and datasets of which orders left the book. */
export type Gone = { readonly app: ReadonlySet<Address>; readonly dataset: ReadonlySet<Address> }

/** How deaths are written down. */
export type Death = {
  /** The block that caused it; null when a person did, so that undoing blocks does not undo it. */
  readonly block: number | null
  readonly announce: Announce
}

/** What left the book with some orders. */
export function goneFrom(orders: readonly Pick<BookOrderTable, 'kind' | 'app' | 'dataset'>[]): Gone {
  return {
    app: new Set(orders.filter(({ kind }) => kind === 'app').map(({ app }) => app)),
    dataset: new Set(orders.filter(({ kind }) => kind === 'dataset').map(({ dataset }) => dataset)),
  }
}

/**
 * Lets die the open requests for these apps and datasets that no open order fits any longer. One statement judges them all.
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

/** Above every price that an order can have. */
const NO_PRICE = 2 ** 53

async function dropUnmatchedOf(
  writer: Writer,
  { kind, assets }: { readonly kind: CounterpartKind; readonly assets: readonly Address[] },
  { block, announce }: Death,
): Promise<void> {
  const maxPrice = sql.ref(`wish.${kind}_max_price`)
  const { rows } = await sql<{ hash: Hex }>`
    update book_order as wish set status = 'dead', status_block = ${block}
    where wish.kind = 'request' and wish.status = 'open' and ${sql.ref(`wish.${kind}`)} in (${sql.join(assets)})
      and coalesce(${bestPriceFor(kind)}, ${sql.lit(NO_PRICE)}) > ${maxPrice}
    returning hash
  `.execute(writer)
  for (const { hash } of rows) announce({ type: 'order_unpublished', kind: 'request', hash })
}
