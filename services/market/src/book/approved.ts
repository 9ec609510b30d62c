// Which orders were approved on chain by who owns them now: told by events alone, so that a replay finds the same.
import { sql, type RawBuilder } from 'kysely'
import type { Address, Hex } from 'viem'
import type { Reader } from '../db/database.ts'
import { inChunks } from './chunks.ts'

/** An order, and whose approval counts: that of who owns this asset; for a request nothing changes hands, and it is nobody. */
export type Approvable = { readonly hash: Hex; readonly asset: Address }

/**
 * Of orders that were approved on chain: who gave their asset away first since they were last approved, and so has approved them.
 * It is `null` where nobody did: then who owns the asset has. Orders that were never approved are not in it.
 *
 * The hub does not say in its events who approved, and what it answers later may be about an approval that is undone yet.
 *
 * @example
 * (await readApprovers(reader, [{ hash, asset }])).get(hash) // null
 */
export async function readApprovers(
  reader: Reader,
  orders: readonly Approvable[],
): Promise<ReadonlyMap<Hex, Address | null>> {
  const approvers = new Map<Hex, Address | null>()
  for (const some of inChunks(orders)) {
    for (const { hash, approver } of await readSome(reader, some)) approvers.set(hash, approver)
  }
  return approvers
}

type Approved = { readonly hash: Hex; readonly approver: Address | null }

/** How an asset was handed over stands in an index of its own (`event_handed`), whose condition is in these very words. */
async function readSome(reader: Reader, orders: readonly Approvable[]): Promise<readonly Approved[]> {
  const wanted = sql.join(orders.map(({ hash, asset }) => sql`(${hash}, ${asset})`))
  const { rows } = await sql<Approved>`
    with wanted (hash, asset) as (values ${wanted}),
    approval as materialized (
      select wanted.hash, wanted.asset,
        ${ofLast('block')} as block, ${ofLast('log_index')} as log_index
      from wanted join chain_order on chain_order.hash = wanted.hash and presigned = 1
    )
    select hash, (
      select account from event
      where asset = approval.asset and kind in ('AppTransfer', 'DatasetTransfer', 'WorkerpoolTransfer')
        and (event.block, event.log_index) > (approval.block, approval.log_index)
      order by event.block, event.log_index limit 1
    ) as approver
    from approval where block is not null
  `.execute(reader)
  return rows
}

/** Of the last approval, column by column: PostgreSQL joins no events by a pair of columns without looking at each of them. */
function ofLast(column: 'block' | 'log_index'): RawBuilder<number> {
  return sql`(
    select ${sql.ref(column)} from event where order_hash = wanted.hash and kind like 'Signed%'
    order by block desc, log_index desc limit 1
  )`
}
