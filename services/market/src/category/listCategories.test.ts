import { categoryItem, type CategoryQuery } from '@iexec/wire'
import { onBothEngines } from '@iexec/service/test/database'
import { expect, test } from 'vitest'
import { openTestDatabase } from '../../test/database.ts'
import { categoryRow } from '../../test/rows.ts'
import type { Reader } from '../db/database.ts'
import { findCategory, listCategories } from './listCategories.ts'

onBothEngines('categories', (engine) => {
  const filled = async (): Promise<Reader> => {
    const database = await openTestDatabase(engine)
    const times = [300, 60, 300, 3600]
    const rows = times.map((time, id) => categoryRow({ id, work_clock_time_ref: time }))
    await database.write(async (writer) => writer.insertInto('category').values(rows).execute())
    return database.read
  }

  test('are listed by their time, the shortest first, and then by number', async () => {
    const read = await filled()
    const idsOf = async (query: CategoryQuery): Promise<readonly number[]> => {
      const { categories } = await listCategories(read, { chainId: 134, query, page: { skip: 0, limit: 20 } })
      return categories.map(({ catid }) => catid)
    }

    expect(await idsOf({})).toEqual([1, 0, 2, 3])
    expect(await idsOf({ minWorkClockTimeRef: 61 })).toEqual([0, 2, 3])
    expect(await idsOf({ maxWorkClockTimeRef: 300 })).toEqual([1, 0, 2])
    expect(await idsOf({ minWorkClockTimeRef: 300, maxWorkClockTimeRef: 300 })).toEqual([0, 2])
  })

  test('are counted, page by page', async () => {
    const read = await filled()

    const page = await listCategories(read, { chainId: 134, query: {}, page: { skip: 0, limit: 3 } })

    expect(page).toMatchObject({ count: 4, nextPage: 3 })
  })

  test('are found by number', async () => {
    const read = await filled()

    const found = await findCategory(read, { chainId: 134, catid: 3 })

    expect(categoryItem.parse(found)).toEqual(found)
    expect(found).toMatchObject({ catid: 3, chainId: 134, name: 'category 3', workClockTimeRef: 3600 })
    expect(await findCategory(read, { chainId: 134, catid: 4 })).toBeUndefined()
  })
})
