// Taking orders back: their signer deletes them from the book, and requests that lived on them leave it too.
import { ASSET_FIELD, kindOfWire, type UnpublishBody, type WireKind } from '@iexec/wire'
import type { Address, Hex } from 'viem'
import { getAddress } from 'viem/utils'
import type { Reader } from '../db/database.ts'
import type { BookOrderTable } from '../db/schema.ts'
import type { Market } from '../market.ts'
import { inChunks } from './chunks.ts'
import { dropUnmatched, goneFrom } from './dependants.ts'
import { refusal, type Refusal } from './refusal.ts'
import { lowerCase } from './row.ts'
import { rememberWithdrawn } from './withdrawn.ts'

/** Orders that somebody takes back: one by its hash, or his last or all for an asset (of requests, the requester). */
export type Withdrawal = UnpublishBody & { readonly kind: WireKind; readonly signedInAs: Address }

/** The hashes that left the book, or why none did. */
export type UnpublishOutcome = { readonly ok: true; readonly unpublished: readonly Hex[] } | Refusal

type Found = Pick<BookOrderTable, 'hash' | 'kind' | 'app' | 'dataset' | 'volume'>

/** Of each signer so many orders are remembered that he took back, for each that he may have open of a kind. */
const REMEMBERED = 20

/**
 * Takes open orders back. Their rows are deleted, so they may be published again; but broadcasts do not bring them back, not
 * even new ones, as long as they are among the latest that their signer took back.
 *
 * @example
 * await unpublishOrders(market, { kind: 'apporder', target: 'unpublish_all', asset: app, signedInAs: owner })
 */
export async function unpublishOrders(market: Market, withdrawal: Withdrawal): Promise<UnpublishOutcome> {
  return market.bus.write(async (writer, announce) => {
    const found =
      withdrawal.target === 'unpublish_orderHash'
        ? await findByHash(writer, withdrawal, lowerCase(withdrawal.orderHash))
        : await findByAsset(writer, withdrawal, lowerCase(withdrawal.asset))
    if (!Array.isArray(found)) return found

    const unpublished = found.map(({ hash }) => hash)
    for (const some of inChunks(unpublished)) {
      await writer.deleteFrom('book_order').where('hash', 'in', some).execute()
    }
    await rememberWithdrawn(writer, found, {
      signer: lowerCase(withdrawal.signedInAs),
      now: market.now(),
      most: REMEMBERED * market.settings.maxOpenOrdersPerWallet,
    })
    for (const { kind, hash } of found) announce({ type: 'order_unpublished', kind, hash })
    // What a person does is not undone with a block.
    await dropUnmatched(writer, goneFrom(found), { block: null, announce })
    return { ok: true, unpublished }
  })
}

async function findByHash(reader: Reader, { kind, signedInAs }: Withdrawal, hash: Hex): Promise<Found[] | Refusal> {
  const row = await reader
    .selectFrom('book_order')
    .select(['hash', 'kind', 'app', 'dataset', 'volume', 'signer'])
    .where('hash', '=', hash)
    .where('kind', '=', kindOfWire(kind))
    .where('status', '=', 'open')
    .executeTakeFirst()
  if (row === undefined) return refusal(`${kind} with orderHash ${hash} is not published`)
  if (row.signer === lowerCase(signedInAs)) return [row]
  return refusal(`only order signer ${getAddress(row.signer)} can unpublish an order`)
}

async function findByAsset(
  reader: Reader,
  { kind, target, signedInAs }: Withdrawal,
  asset: Address,
): Promise<Found[] | Refusal> {
  const field = ASSET_FIELD[kind]
  const own = reader
    .selectFrom('book_order')
    .select(['hash', 'kind', 'app', 'dataset', 'volume'])
    .where('signer', '=', lowerCase(signedInAs))
    .where('kind', '=', kindOfWire(kind))
    .where('status', '=', 'open')
    .where(field, '=', asset)
    .orderBy('published_at', 'desc')
    .orderBy('hash', 'desc')
  const rows = await (target === 'unpublish_last' ? own.limit(1) : own).execute()
  if (rows.length > 0) return rows
  return refusal(`no open ${kind} published by signer ${getAddress(signedInAs)} for ${field} ${getAddress(asset)}`)
}
