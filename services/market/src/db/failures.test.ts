// What databases that exist learn of failures on which workers agreed.
import { newLocation, onBothEngines } from '@iexec/service/test/database'
import { startChainWithMarket, type TestChain } from '@iexec/service/test/chain'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { knownBlocks } from '../../test/chainIndex.ts'
import { bagOfTasks, furnish, tellStory } from '../../test/chainStory.ts'
import { recheckBook, reopenBook } from '../book/index.ts'
import { digestTables } from '../index/digest.ts'
import { openTables } from '../index/apply.ts'
import type { KnownBlock } from '../index/facts.ts'
import { openBus } from '../live/bus.ts'
import { openDatabase, type Database } from './database.ts'

let chain: TestChain
let blocks: readonly KnownBlock[]

beforeAll(async () => {
  chain = await startChainWithMarket()
  await tellStory(chain)
  const furniture = await furnish(chain)
  // Each bag has a task that failed, in a block of its own.
  for (let bag = 0; bag < 2; bag += 1) await bagOfTasks(chain, furniture)
  blocks = await knownBlocks(chain)
})

afterAll(async () => {
  await chain.stop()
})

type UndoRow = { readonly tbl: string; readonly key: string; readonly before: unknown }

async function undoRows({ read }: Database): Promise<readonly UndoRow[]> {
  const rows = await read.selectFrom('undo').select(['tbl', 'key', 'before']).orderBy('block').orderBy('seq').execute()
  return rows.map((row) => ({ ...row, before: row.before === null ? null : (JSON.parse(row.before) as unknown) }))
}

/** Makes of a database what the version before had: no failures, and latencies of all that was completed. */
async function makeOld({ read, write }: Database): Promise<void> {
  const images = await read
    .selectFrom('undo')
    .selectAll()
    .where('tbl', 'in', ['task', 'stat'])
    .where('before', 'is not', null)
    .execute()
  await write(async (writer) => {
    for (const { block, seq, before } of images) {
      const { failure: _, fruitless: __, ...row } = JSON.parse(before ?? '{}') as Record<string, unknown>
      const old = JSON.stringify('latency_sum' in row ? { ...row, latency_sum: 7, latency_max: 7 } : row)
      await writer.updateTable('undo').set({ before: old }).where('block', '=', block).where('seq', '=', seq).execute()
    }
    await sql`update stat set latency_sum = latency_sum + 7, latency_max = latency_max + 7 where fruitless > 0`.execute(
      writer,
    )
    await sql`alter table task drop column failure`.execute(writer)
    await sql`alter table stat drop column fruitless`.execute(writer)
    await sql`delete from kysely_migration where name = '0012_failures'`.execute(writer)
  })
}

onBothEngines('a database of the version before', (engine) => {
  test('knows what failed as if it had always known, also after blocks were undone', async () => {
    const { location, remove } = newLocation(engine)
    const old = await openDatabase(location)
    const head = blocks.at(-1)?.number ?? 0
    const options = { domain: chain.domain, book: { recheckBook, reopenBook }, undoDepth: 10_000 }
    const tables = await openTables({ ...options, read: old.read, bus: await openBus(old) })
    for (const block of blocks) await tables.apply([block], head)
    const [digests, undo] = [await digestTables(old.read), await undoRows(old)]
    await makeOld(old)
    await old.close()

    const database = await openDatabase(location)

    expect(await database.read.selectFrom('task').select('failure').where('failure', 'is not', null).execute()).toEqual(
      Array.from({ length: 3 }, () => ({ failure: 'APP_EXITED' })),
    )
    expect(await digestTables(database.read)).toEqual(digests)
    expect(await undoRows(database)).toEqual(undo)
    const again = await openTables({ ...options, read: database.read, bus: await openBus(database) })
    await again.undo(blocks[0])
    await again.apply(blocks.slice(1), head)
    expect(await digestTables(database.read)).toEqual(digests)
    await database.close()
    await remove()
  })
})
