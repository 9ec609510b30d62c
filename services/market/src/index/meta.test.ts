import { expect, test } from 'vitest'
import { openTestDatabase } from '../../test/database.ts'
import { hash, START } from '../../test/rows.ts'
import { claimDatabase, readMeta } from './meta.ts'

const HUB = `0x${'ab'.repeat(20)}` as const

test('a database of which nothing is indexed may still begin earlier, one that has blocks may not', async () => {
  const { read, write } = await openTestDatabase('sqlite')
  const contracts = { hub: HUB, registries: { app: [], dataset: [], workerpool: [] } }
  const claim = async (firstBlock: number): Promise<number> =>
    write(async (writer) => claimDatabase(writer, { chainId: 1, contracts, firstBlock }))

  expect([await claim(999_999_999), await claim(7), await claim(8)]).toEqual([999_999_999, 7, 7])
  expect(await readMeta(read, 'fromBlock')).toBe('7')
  await write(async (writer) =>
    writer
      .insertInto('block')
      .values({ number: 7, hash: hash(7), timestamp: START })
      .execute(),
  )

  await expect(claim(6)).rejects.toThrow('This database begins at block 7, but the market begins at block 6')
  expect(await readMeta(read, 'fromBlock')).toBe('7')
})
