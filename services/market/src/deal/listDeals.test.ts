import { dealItem, type DealQuery } from '@iexec/wire'
import { toWide } from '@iexec/service'
import { onBothEngines } from '@iexec/service/test/database'
import { getAddress } from 'viem'
import { expect, test } from 'vitest'
import { openTestDatabase } from '../../test/database.ts'
import { NOBODY, address, dealRow, hash } from '../../test/rows.ts'
import type { Database } from '../db/database.ts'
import type { DealTable } from '../db/schema.ts'
import { findDeal, listDeals, listOhlc } from './listDeals.ts'

const FIRST = { skip: 0, limit: 20 }

async function idsOf({ read }: Database, query: DealQuery): Promise<readonly string[]> {
  const { deals } = await listDeals(read, { chainId: 134, query, page: FIRST })
  return deals.map(({ dealid }) => dealid)
}

onBothEngines('deals', (engine) => {
  const filled = async (rows: readonly DealTable[]): Promise<Database> => {
    const database = await openTestDatabase(engine)
    await database.write(async (writer) => writer.insertInto('deal').values(rows).execute())
    return database
  }

  test('are listed by block, the newest first, and within a block by id', async () => {
    const { read } = await filled([
      dealRow({ id: hash(3), block: 5 }),
      dealRow({ id: hash(2), block: 6 }),
      dealRow({ id: hash(1), block: 5 }),
    ])

    const { deals, count } = await listDeals(read, { chainId: 134, query: {}, page: FIRST })

    expect(deals.map(({ dealid }) => dealid)).toEqual([hash(2), hash(1), hash(3)])
    expect(count).toBe(3)
  })

  test('are found by each filter, and by all together', async () => {
    const wanted = {
      category: 7,
      requester: address(21),
      beneficiary: address(22),
      app: address(23),
      dataset: address(24),
      workerpool: address(25),
      app_owner: address(26),
      dataset_owner: address(27),
      workerpool_owner: address(28),
      app_hash: hash(31),
      dataset_hash: hash(32),
      workerpool_hash: hash(33),
      request_hash: hash(34),
    }
    const query = {
      category: 7,
      requester: wanted.requester,
      beneficiary: wanted.beneficiary,
      app: wanted.app,
      dataset: wanted.dataset,
      workerpool: wanted.workerpool,
      appOwner: wanted.app_owner,
      datasetOwner: wanted.dataset_owner,
      workerpoolOwner: wanted.workerpool_owner,
      apporderHash: wanted.app_hash,
      datasetorderHash: wanted.dataset_hash,
      workerpoolorderHash: wanted.workerpool_hash,
      requestorderHash: wanted.request_hash,
    }
    const database = await filled([dealRow({ id: hash(1) }), dealRow({ id: hash(2), ...wanted })])

    for (const [name, value] of Object.entries(query)) {
      expect({ name, found: await idsOf(database, { [name]: value }) }).toEqual({ name, found: [hash(2)] })
    }
    expect(await idsOf(database, query)).toEqual([hash(2)])
    expect(await idsOf(database, { ...query, category: 8 })).toEqual([])
  })

  test('come in pages: the next one is named only by a full page', async () => {
    const { read } = await filled([1, 2, 3, 4, 5].map((n) => dealRow({ id: hash(n), block: n })))

    const full = await listDeals(read, { chainId: 134, query: {}, page: { skip: 1, limit: 2 } })
    const last = await listDeals(read, { chainId: 134, query: {}, page: { skip: 4, limit: 2 } })
    const beyond = await listDeals(read, { chainId: 134, query: {}, page: { skip: 2 ** 52, limit: 10 } })

    expect(full).toMatchObject({ count: 5, nextPage: 3, deals: [{ dealid: hash(4) }, { dealid: hash(3) }] })
    expect(last.deals).toHaveLength(1)
    expect(last).not.toHaveProperty('nextPage')
    expect(beyond).toEqual({ deals: [], count: 5 })
  })

  test('show addresses with checksum, what JSON cannot count as its largest number, and zeros for no dataset', async () => {
    const app = '0xabcdefabcdefabcdefabcdefabcdefabcdefabcd'
    const { read } = await filled([dealRow({ id: hash(1), app, trust: toWide(2n ** 64n), timestamp: 1_700_000_000 })])

    const deal = await findDeal(read, { chainId: 134, dealid: hash(1) })

    expect(dealItem.parse(deal)).toEqual(deal)
    expect(deal).toMatchObject({
      chainId: 134,
      app: { pointer: getAddress(app), price: 1 },
      dataset: { pointer: NOBODY, owner: NOBODY, price: 0 },
      datasetHash: `0x${'0'.repeat(64)}`,
      trust: Number.MAX_SAFE_INTEGER,
      volume: 1,
      botSize: 1,
      blockTimestamp: '2023-11-14T22:13:20.000Z',
    })
    expect(await findDeal(read, { chainId: 134, dealid: hash(2) })).toBeUndefined()
  })

  test('without a dataset are found by the zeros that they show', async () => {
    const { read } = await filled([dealRow({ id: hash(1) }), dealRow({ id: hash(2), dataset: address(24) })])

    const { deals } = await listDeals(read, { chainId: 134, query: { dataset: NOBODY }, page: { skip: 0, limit: 20 } })

    expect(deals.map(({ dealid }) => dealid)).toEqual([hash(1)])
  })

  test('of one category are told as trades: the newest 100, in one block the cheapest first', async () => {
    const rows = Array.from({ length: 105 }, (_, n) => dealRow({ id: hash(n), block: n, category: 1 }))
    const { read } = await filled([
      ...rows,
      dealRow({ id: hash(200), block: 104, category: 1, workerpool_price: toWide(9n), bot_size: 4 }),
      dealRow({ id: hash(201), block: 300, category: 2 }),
    ])

    const trades = await listOhlc(read, { category: 1 })

    expect(trades).toHaveLength(100)
    expect(trades.slice(0, 2)).toEqual([
      ['2023-11-14T22:13:20.000Z', 9, 4],
      ['2023-11-14T22:13:20.000Z', 10, 1],
    ])
  })
})
