import { encodeMultiaddr } from '@iexec/protocol'
import type { AssetQuery } from '@iexec/wire'
import { onBothEngines } from '@iexec/service/test/database'
import { expect, test } from 'vitest'
import { openTestDatabase } from '../../test/database.ts'
import { address, assetRow } from '../../test/rows.ts'
import type { Reader } from '../db/database.ts'
import { findAsset, listAssets } from './listAssets.ts'

onBothEngines('assets', (engine) => {
  const filled = async (): Promise<Reader> => {
    const database = await openTestDatabase(engine)
    const rows = [
      assetRow({ address: address(1), kind: 'app', name: 'Vanity 100%', created_at: 1, owner: address(8) }),
      assetRow({ address: address(2), kind: 'app', name: 'vanity_gen', created_at: 3 }),
      assetRow({ address: address(3), kind: 'app', name: 'other', created_at: 2 }),
      assetRow({ address: address(4), kind: 'dataset', name: 'vanity', multiaddr: encodeMultiaddr('https://a.b/c') }),
      assetRow({ address: address(5), kind: 'workerpool', name: 'pool', last_usage: 1_700_000_000 }),
    ]
    await database.write(async (writer) => writer.insertInto('asset').values(rows).execute())
    return database.read
  }

  test('of a kind are listed by their registration, the newest first', async () => {
    const read = await filled()
    const asked = { chainId: 134, kind: 'app', query: {}, page: { skip: 0, limit: 2 } } as const

    const { assets, ...rest } = await listAssets(read, asked)

    expect(assets.map(({ name }) => name)).toEqual(['vanity_gen', 'other'])
    expect(rest).toEqual({ count: 3, nextPage: 2 })
  })

  test('are found by owner and by any part of the name, in which no character has a meaning of its own', async () => {
    const read = await filled()
    const namesOf = async (query: AssetQuery): Promise<readonly string[]> => {
      const asked = { chainId: 134, kind: 'app', query, page: { skip: 0, limit: 20 } } as const
      return (await listAssets(read, asked)).assets.map(({ name }) => name)
    }

    expect(await namesOf({ owner: address(8) })).toEqual(['Vanity 100%'])
    expect(await namesOf({ name: 'ANITY' })).toEqual(['vanity_gen', 'Vanity 100%'])
    expect(await namesOf({ name: '%' })).toEqual(['Vanity 100%'])
    expect(await namesOf({ name: '_' })).toEqual(['vanity_gen'])
    expect(await namesOf({ name: '\\' })).toEqual([])
    expect(await namesOf({ name: "' or 1=1 --" })).toEqual([])
    expect(await namesOf({ name: 'van\0' })).toEqual([])
  })

  test('say in words where they are found', async () => {
    const read = await filled()

    const dataset = await findAsset(read, { chainId: 134, kind: 'dataset', address: address(4) })
    const pool = await findAsset(read, { chainId: 134, kind: 'workerpool', address: address(5) })

    expect(dataset).toMatchObject({ multiaddr: 'https://a.b/c', type: null, lastUsageTimestamp: null })
    expect(pool).toMatchObject({
      multiaddr: null,
      workerStakeRatio: 30,
      lastUsageTimestamp: '2023-11-14T22:13:20.000Z',
    })
    expect(await findAsset(read, { chainId: 134, kind: 'app', address: address(4) })).toBeUndefined()
  })
})
