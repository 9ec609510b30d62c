// Finds the deals that name a bulk, and remembers which file each of them needs.
import { sql } from 'kysely'
import type { Address, Hex } from 'viem'
import type { Reader, Writer } from '../db/database.ts'
import type { BulkTable } from '../db/schema.ts'
import type { Bus } from '../live/bus.ts'
import { readBulkCid } from './content.ts'

/** Where deals are read and bulks are noted. */
export type NoteDeps = { readonly read: Reader; readonly bus: Bus; readonly now: () => number }

/** Which deals to look at: those with these ids, or all. */
export type Looked = readonly Hex[] | 'all'

type Candidate = {
  readonly id: Hex
  readonly dataset: Hex | null
  readonly params: string
  readonly requester: Address
  readonly bot_size: number
  readonly block: number
  readonly log_index: number
  /** What is noted of it; null when nothing is. */
  readonly noted_cid: string | null
  readonly noted_size: number | null
}

/** Params may be long. */
const PAGE = 50

/**
 * Notes the bulks of deals that are not noted yet, or with another file or size: after a reorganisation a deal may come back.
 *
 * @returns how many were noted
 */
export async function noteBulks({ read, bus, now }: NoteDeps, looked: Looked): Promise<number> {
  let noted = 0
  let after: Candidate | undefined
  do {
    const page = await findCandidates(read, looked, after)
    after = page.length === PAGE ? page.at(-1) : undefined
    const found = page.flatMap(({ id: deal, dataset, params, requester, bot_size, noted_cid, noted_size }) => {
      const cid = dataset === null ? readBulkCid(params) : undefined
      const isNoted = cid === noted_cid && bot_size === noted_size
      return cid === undefined || isNoted ? [] : [{ deal, cid, requester, bot_size }]
    })
    if (found.length > 0) await bus.write(async (writer) => insertBulks(writer, found, now()))
    noted += found.length
  } while (after !== undefined)
  return noted
}

/** In the words of the index `deal_bulk`. A key that hides behind escapes (`"bulk\u005fcid"`) is not looked for. */
const MAY_NAME_A_BULK = sql<boolean>`deal.params like '%"bulk_cid"%'`

async function findCandidates(
  read: Reader,
  looked: Looked,
  after: Candidate | undefined,
): Promise<readonly Candidate[]> {
  let query = read
    .selectFrom('deal')
    .leftJoin('bulk', 'bulk.deal', 'deal.id')
    .select([
      'deal.id',
      'deal.dataset',
      'deal.params',
      'deal.requester',
      'deal.bot_size',
      'deal.block',
      'deal.log_index',
    ])
    // Whether the file is the same only JSON can say: its identifier may be written with escapes, or stand elsewhere, too.
    .select(['bulk.cid as noted_cid', 'bulk.bot_size as noted_size'])
    .where(MAY_NAME_A_BULK)
    .orderBy('deal.block')
    .orderBy('deal.log_index')
    .limit(PAGE)
  if (looked !== 'all') query = query.where('deal.id', 'in', looked)
  if (after !== undefined)
    query = query.where(sql<boolean>`(deal.block, deal.log_index) > (${after.block}, ${after.log_index})`)
  return query.execute()
}

async function insertBulks(
  writer: Writer,
  found: readonly Pick<BulkTable, 'deal' | 'cid' | 'requester' | 'bot_size'>[],
  now: number,
): Promise<void> {
  const deals = found.map(({ deal }) => deal)
  const slices = writer.selectFrom('bulk_slice').select('id').where('deal', 'in', deals)
  await writer.deleteFrom('bulk_order').where('slice', 'in', slices).execute()
  await writer.deleteFrom('bulk_dataset').where('slice', 'in', slices).execute()
  await writer.deleteFrom('bulk_slice').where('deal', 'in', deals).execute()
  await writer.deleteFrom('bulk').where('deal', 'in', deals).execute()
  const fresh = { listed: 0, bytes: 0, attempts: 0, next_at: now, problem: null }
  await writer
    .insertInto('bulk')
    .values(found.map((bulk) => ({ ...bulk, ...fresh })))
    .execute()
}
