// Orders that the chain told everybody of enter the book without anybody's permission, when they could make a deal.
import { wireOfKind, type WireOrder } from '@iexec/wire'
import type { Address } from 'viem'
import type { Reader, Writer } from '../db/database.ts'
import type { BookOrderTable } from '../db/schema.ts'
import type { Announce } from '../live/bus.ts'
import { inChunks } from './chunks.ts'
import { bestPrices, type BestPrices } from './counterpart.ts'
import { readBooked, readChain, readSigners, readStakes } from './facts.ts'
import { book } from './publish.ts'
import { remainingOf, UNTOUCHED } from './remaining.ts'
import { rememberDead } from './revived.ts'
import { NOBODY, lowerCase, termsOf, type WireEntry } from './row.ts'
import { requiredStake } from './stake.ts'
import type { BroadcastOrder } from './touched.ts'
import { readWithdrawn } from './withdrawn.ts'

/** Which block it was, how to tell of orders, and how many of each kind a wallet may have open. */
export type BroadcastOptions = {
  readonly block: number
  readonly announce: Announce
  readonly maxOpenOrders: number
}

/**
 * Puts broadcast orders into the book. Left out are those that nobody could match, those that their signer took back, and those
 * beyond his maximum of open broadcast orders; those that stand in it already stay as they are. Requests are judged by what is in
 * the book, so sellers' orders have to be there before.
 *
 * Nothing but the block and the blocks before it decides about sellers' orders: those that people publish are not counted, so
 * that blocks which come again find the same.
 */
export async function bookBroadcasts(
  writer: Writer,
  broadcasts: readonly BroadcastOrder[],
  { block, announce, maxOpenOrders }: BroadcastOptions,
): Promise<void> {
  // The same order may be told of twice.
  const once = new Map(broadcasts.map((broadcast) => [broadcast.hash, broadcast]))
  for (const some of inChunks(once.values())) {
    const rows = some.map((broadcast) => toRow(broadcast, block))
    const able = await matchable(writer, await enterable(writer, rows))
    const entering = await withinMaximum(writer, able, maxOpenOrders)
    await rememberDead(writer, entering, block)
    await book(writer, entering, announce)
  }
}

function toRow({ kind, body, hash, signer, timestamp }: BroadcastOrder, block: number): BookOrderTable {
  const order = JSON.parse(body) as WireOrder
  const terms = termsOf({ kind: wireOfKind(kind), order } as WireEntry)
  return {
    ...terms,
    hash,
    signer: lowerCase(signer),
    remaining: terms.volume,
    status: 'open',
    status_block: null,
    published_at: timestamp * 1000,
    broadcast_block: block,
  }
}

/** Those that are not in the book, or dead in it, and were not taken back. The dead keep the time of their first publication. */
async function enterable(writer: Writer, rows: readonly BookOrderTable[]): Promise<readonly BookOrderTable[]> {
  const hashes = rows.map(({ hash }) => hash)
  const booked = await readBooked(writer, hashes)
  const withdrawn = await readWithdrawn(writer, hashes)
  return rows.flatMap((row) => {
    const { status = 'dead', published_at = row.published_at } = booked.get(row.hash) ?? {}
    return withdrawn.has(row.hash) || status !== 'dead' ? [] : [{ ...row, published_at }]
  })
}

/** Those that could make a deal now: theirs to sign, something left, stake enough, and of requests an offer that fits. */
async function matchable(writer: Writer, rows: readonly BookOrderTable[]): Promise<readonly BookOrderTable[]> {
  if (rows.length === 0) return []
  const chain = await readChain(
    writer,
    rows.map(({ hash }) => hash),
  )
  const signers = await readSigners(writer, rows)
  const stakes = await readStakes(writer, [...new Set(rows.map(({ signer }) => signer))])
  const left = rows
    .map((row) => ({ ...row, remaining: remainingOf(row.volume, chain.get(row.hash) ?? UNTOUCHED) }))
    .filter((row) => row.remaining > 0 && row.signer === signers.get(row.hash))
    .filter((row) => (stakes.get(row.signer) ?? 0n) >= requiredStake(row, row.remaining))
  const requests = left.filter(({ kind }) => kind === 'request')
  const prices = await bestPrices(writer, requests)
  const unmatched = new Set(requests.filter((request, index) => !isMatched(request, prices[index])))
  return left.filter((row) => !unmatched.has(row))
}

/** The first ones of each signer and kind, as many broadcast ones as he may still have open. */
async function withinMaximum(
  writer: Writer,
  rows: readonly BookOrderTable[],
  maxOpenOrders: number,
): Promise<readonly BookOrderTable[]> {
  if (rows.length === 0) return []
  const counts = new Map(await countOpen(writer, [...new Set(rows.map(({ signer }) => signer))]))
  return rows.filter(({ signer, kind }) => {
    const count = counts.get(`${signer} ${kind}`) ?? 0
    counts.set(`${signer} ${kind}`, count + 1)
    return count < maxOpenOrders
  })
}

/** How many open orders that were broadcast each signer has of each kind. */
async function countOpen(reader: Reader, signers: readonly Address[]): Promise<ReadonlyMap<string, number>> {
  const rows = await reader
    .selectFrom('book_order')
    .select(['signer', 'kind', (found) => found.fn.countAll<number>().as('open')])
    .where('signer', 'in', signers)
    .where('status', '=', 'open')
    .where('broadcast_block', 'is not', null)
    .groupBy(['signer', 'kind'])
    .execute()
  return new Map(rows.map(({ signer, kind, open }) => [`${signer} ${kind}`, open]))
}

function isMatched(request: BookOrderTable, best: BestPrices | undefined): boolean {
  if (!isPayable(best?.app, request.app_max_price)) return false
  return request.dataset === NOBODY || isPayable(best?.dataset, request.dataset_max_price)
}

function isPayable(price: number | null | undefined, max: number | null): boolean {
  return typeof price === 'number' && price <= (max ?? 0)
}
