// Steps of the chain → tables, and back when a block is no longer on the chain.
import type { BlockRef, FollowedBlock } from '@iexec/chain'
import type { DealId } from '@iexec/protocol'
import { WIDE_ZERO, toWide } from '@iexec/service'
import type { BlockTable, DealTable, KeeperReader, KeeperWriter } from '../db/schema.ts'
import { dealOf, markOf } from './events.ts'
import type { DealFacts } from './readDeals.ts'

/** So many of the youngest blocks are remembered: a reorganisation that goes deeper begins anew. */
const REMEMBERED_BLOCKS = 1_000

/** Rows of one statement: SQLite allows 32,766 values. */
const ROWS_AT_ONCE = 2_000

/** The blocks that the tables know, the youngest last. */
export async function knownBlocks(reader: KeeperReader): Promise<readonly BlockTable[]> {
  return reader.selectFrom('block').selectAll().orderBy('number').execute()
}

/**
 * Writes what happened in these blocks.
 *
 * @param facts of every deal in them
 * @throws Error when facts of a deal are missing: whoever read them broke its promise
 */
export async function storeBlocks(
  writer: KeeperWriter,
  blocks: readonly FollowedBlock[],
  facts: ReadonlyMap<DealId, DealFacts>,
): Promise<void> {
  const logs = blocks.flatMap((block) => block.logs)
  const deals = logs.flatMap((log) => {
    const id = dealOf(log)
    return id === undefined ? [] : [rowOf(id, log.blockNumber, facts.get(id))]
  })
  const marks = logs.flatMap((log) => markOf(log) ?? [])
  for (const rows of inParts(deals)) await writer.insertInto('deal').values(rows).execute()
  for (const rows of inParts(marks)) await writer.insertInto('mark').values(rows).execute()
  for (const rows of inParts(blocks.map(({ number, hash, timestamp }) => ({ number, hash, timestamp })))) {
    await writer.insertInto('block').values(rows).execute()
  }
  const last = blocks.at(-1)?.number ?? 0
  await writer
    .deleteFrom('block')
    .where('number', '<', last - REMEMBERED_BLOCKS)
    .execute()
}

function rowOf(id: DealId, block: number, facts: DealFacts | undefined): DealTable {
  if (facts === undefined) throw new Error(`The chain has an event of the deal ${id}, but not the deal.`)
  const { first, size, deadline, price } = facts
  return {
    id,
    block,
    first: toWide(first),
    size: toWide(size),
    deadline,
    price: toWide(price),
    passed: WIDE_ZERO,
    passed_at: 0,
    over: 0,
  }
}

/** Takes back everything after a block; all when there is none. What was found out later is found out again. */
export async function undoAfter(writer: KeeperWriter, to: BlockRef | undefined): Promise<void> {
  const last = to?.number ?? -1
  for (const table of ['deal', 'mark', 'refused', 'sent'] as const) {
    await writer.deleteFrom(table).where('block', '>', last).execute()
  }
  await writer.deleteFrom('block').where('number', '>', last).execute()
  await writer
    .updateTable('deal')
    .set({ passed: WIDE_ZERO, passed_at: 0, over: 0 })
    .where('passed_at', '>', last)
    .execute()
}

function inParts<Row>(rows: readonly Row[]): readonly (readonly Row[])[] {
  const parts: (readonly Row[])[] = []
  for (let start = 0; start < rows.length; start += ROWS_AT_ONCE) parts.push(rows.slice(start, start + ROWS_AT_ONCE))
  return parts
}
