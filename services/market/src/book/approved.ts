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

/** Most assets never change hands, and pools have many other events: those are only looked through when there is something to find. */
async function readSome(reader: Reader, orders: readonly Approvable[]): Promise<readonly Approved[]> {
  const wanted = sql.join(orders.map(({ hash, asset }) => sql`(${hash}, ${asset})`))
  const { rows } = await sql<Approved>`
    with wanted (hash, asset) as (values ${wanted}),
    approval as materialized (
      select wanted.hash, wanted.asset,
        ${ofLast('block')} as block, ${ofLast('log_index')} as log_index, ${ofLast('timestamp')} as timestamp
      from wanted join chain_order on chain_order.hash = wanted.hash and presigned = 1
    )
    select hash, case
      when (select transferred_at from asset where address = approval.asset) >= approval.timestamp then (
        select handed.account from event as handed
        where handed.asset = approval.asset and handed.kind in ('AppTransfer', 'DatasetTransfer', 'WorkerpoolTransfer')
          and (handed.block, handed.log_index) > (approval.block, approval.log_index)
        order by handed.block, handed.log_index limit 1
      ) end as approver
    from approval where block is not null
  `.execute(reader)
  return rows
}

/** Of the last approval, column by column: PostgreSQL joins no events by a pair of columns without looking at each of them. */
function ofLast(column: 'block' | 'log_index' | 'timestamp'): RawBuilder<number> {
  return sql`(
    select ${sql.ref(column)} from event where order_hash = wanted.hash and kind like 'Signed%'
    order by block desc, log_index desc limit 1
  )`
}
