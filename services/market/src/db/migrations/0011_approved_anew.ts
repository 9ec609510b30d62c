// Step 0011_approved_anew of the tables.
import { recoverSigner } from '@iexec/chain/recover'
import { sql, type Kysely } from 'kysely'
import type { Hex } from 'viem'

type Row = { readonly hash: Hex; readonly signer: string; readonly body: string; readonly approver: string }

/**
 * Open orders that stand as approved by a later owner than the events tell of get who approved them as their signer. At the
 * next block the book is judged anew, and what is not its owner's dies. What a contract vouched for (ERC-1271) can be
 * published again.
 */
export async function approveAnew(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql<Row>`
    with approved as (
      select book_order.hash, signer, body,
        case book_order.kind when 'app' then app when 'dataset' then dataset else workerpool end as asset,
        ${ofLast('block')} as block, ${ofLast('log_index')} as log_index
      from book_order join chain_order on chain_order.hash = book_order.hash and presigned = 1
      where status = 'open' and book_order.kind <> 'request'
    ), handed as (
      select hash, signer, body, (
        select account from event
        where asset = approved.asset and kind in ('AppTransfer', 'DatasetTransfer', 'WorkerpoolTransfer')
          and (event.block, event.log_index) > (approved.block, approved.log_index)
        order by event.block, event.log_index limit 1
      ) as approver
      from approved
    )
    select hash, signer, body, approver from handed where approver <> signer
  `.execute(db)
  const mistaken = rows.filter(({ hash, signer, body }) => {
    const { sign } = JSON.parse(body) as { readonly sign: Hex }
    return recoverSigner(hash, sign) !== signer
  })
  if (mistaken.length === 0) return
  for (const { hash, approver } of mistaken) {
    await sql`update book_order set signer = ${approver} where hash = ${hash}`.execute(db)
  }
  await sql`insert into meta (key, value) values ('bookStale', 'undone')
    on conflict (key) do update set value = 'undone' where meta.value = 'no'`.execute(db)
}

function ofLast(column: 'block' | 'log_index'): ReturnType<typeof sql> {
  return sql`(
    select ${sql.ref(column)} from event where order_hash = book_order.hash and kind like 'Signed%'
    order by block desc, log_index desc limit 1
  )`
}
