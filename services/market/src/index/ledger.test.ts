import { expect, test } from 'vitest'
import { openTestDatabase } from '../../test/database.ts'
import type { Schema } from '../db/schema.ts'
import { openCache, openLedger, type RowCache } from './ledger.ts'

const category = (id: number, description = ''): Schema['category'] => ({
  id,
  name: `category ${id}`,
  description,
  work_clock_time_ref: 7,
  block: 1,
  timestamp: 1,
  tx: `0x${'0'.repeat(64)}`,
})

/** What one block reads, and writes, leaves in the cache. */
async function useRows(
  cache: RowCache,
  { read = [], write = [] }: { read?: readonly number[]; write?: readonly Schema['category'][] },
): Promise<readonly unknown[]> {
  const database = await openTestDatabase('sqlite')
  await database.write(async (writer) => {
    const ledger = openLedger(writer, cache)
    await ledger.load('category', [...read, ...write.map(({ id }) => id)])
    for (const row of write) ledger.put('category', row)
    ledger.keep()
  })
  return [...cache.rows.category.keys()]
}

test('The cache forgets the rows that were not used for the longest time', async () => {
  const cache = openCache({ rows: 3, bytes: 1_000_000 })

  await useRows(cache, { write: [category(1), category(2), category(3)] })
  await useRows(cache, { read: [1] })

  expect(await useRows(cache, { write: [category(4)] })).toEqual([3, 1, 4])
})

test('The cache holds few rows when they are large, and counts those that it forgets', async () => {
  const cache = openCache({ rows: 100, bytes: 10_000 })
  const large = 'x'.repeat(3_000)

  expect(await useRows(cache, { write: [category(1, large)] })).toEqual([1])
  expect(await useRows(cache, { write: [category(2, large)] })).toEqual([2])
  expect(await useRows(cache, { write: [category(2, 'small'), category(3)] })).toEqual([2, 3])
  expect(cache.bytes).toBeLessThan(2_000)
})
