import { searchResult } from '@iexec/wire'
import { onBothEngines } from '@iexec/service/test/database'
import { getAddress } from 'viem'
import { expect, test } from 'vitest'
import { openTestDatabase } from '../../test/database.ts'
import {
  accountRow,
  address,
  assetRow,
  bookRow,
  categoryRow,
  contributionRow,
  dealRow,
  eventRow,
  hash,
  taskRow,
  txRow,
} from '../../test/rows.ts'
import type { Reader } from '../db/database.ts'
import { search } from './search.ts'

const APP = '0x1234000000000000000000000000000000000001'
const ACCOUNT = '0x1234000000000000000000000000000000000002'
const BENEFICIARY = '0x9999000000000000000000000000000000000001'
const TASK = hash(1, '5')

async function found(read: Reader, q: string, limit = 10): Promise<readonly string[]> {
  const results = await search(read, { q, limit })
  expect(results.map((result) => searchResult.parse(result))).toEqual(results)
  return results.map(({ type, id, exact }) => `${type} ${id}${exact ? '!' : ''}`)
}

onBothEngines('search', (engine) => {
  const filled = async (): Promise<Reader> => {
    const { read, write } = await openTestDatabase(engine)
    await write(async (writer) => {
      await writer
        .insertInto('asset')
        .values([
          assetRow({ address: APP, kind: 'app', name: 'Face swap', usage_count: 1 }),
          assetRow({ address: address(2), kind: 'app', name: 'face' }),
          assetRow({ address: address(3), kind: 'dataset', name: 'my face', usage_count: 9 }),
          assetRow({ address: address(4), kind: 'workerpool', name: '100% _best_ pool' }),
        ])
        .execute()
      await writer
        .insertInto('account')
        .values([accountRow({ address: APP }), accountRow({ address: ACCOUNT })])
        .execute()
      await writer
        .insertInto('category')
        .values(categoryRow({ id: 3, name: 'XXL face' }))
        .execute()
      await writer
        .insertInto('deal')
        .values([dealRow({ id: hash(1) }), dealRow({ id: hash(2) })])
        .execute()
      await writer
        .insertInto('task')
        .values(taskRow({ id: TASK, deal: hash(1) }))
        .execute()
      await writer
        .insertInto('contribution')
        .values(contributionRow({ task: TASK, worker: address(9) }))
        .execute()
      await writer
        .insertInto('book_order')
        .values(bookRow({ hash: hash(1, '7'), kind: 'workerpool' }))
        .execute()
      await writer
        .insertInto('tx')
        .values(txRow({ block: 10 }))
        .execute()
      await writer
        .insertInto('event')
        .values(eventRow({ kind: 'AppTransfer', block: 1, log_index: 1, counterparty: BENEFICIARY }))
        .execute()
    })
    return read
  }

  test('finds by the whole id, whatever its case', async () => {
    const read = await filled()

    expect(await found(read, hash(1))).toEqual([`deal ${hash(1)}!`])
    expect(await found(read, ` ${TASK.toUpperCase().replace('X', 'x')} `)).toEqual([`task ${TASK}!`])
    expect(await found(read, `${TASK}-${address(9)}`)).toEqual([`contribution ${TASK}-${address(9)}!`])
    expect(await found(read, hash(10, 'f'))).toEqual([`transaction ${hash(10, 'f')}!`])
    expect(await search(read, { q: hash(1, '7'), limit: 10 })).toEqual([
      { type: 'order', id: hash(1, '7'), name: 'workerpoolorder', exact: true },
    ])
    expect(await found(read, getAddress(APP))).toEqual([`app ${getAddress(APP)}!`, `account ${getAddress(APP)}!`])
    expect(await found(read, BENEFICIARY)).toEqual([`account ${getAddress(BENEFICIARY)}!`])
    expect(await found(read, '3')).toEqual(['category 3!'])
    expect(await found(read, hash(404))).toEqual([])
  })

  test('finds by how an id begins, from four digits on', async () => {
    const read = await filled()

    expect(await found(read, '0x1234')).toEqual([
      `app ${getAddress(APP)}`,
      `account ${getAddress(APP)}`,
      `account ${getAddress(ACCOUNT)}`,
    ])
    expect(await found(read, hash(1).slice(0, 40))).toEqual([`deal ${hash(1)}`, `deal ${hash(2)}`])
    expect(await found(read, '0x123')).toEqual([])
  })

  test('finds names: the whole one first, then how they begin, then any part; of those the most used', async () => {
    const read = await filled()

    expect(await found(read, 'FACE')).toEqual([
      `app ${getAddress(address(2))}!`,
      `app ${getAddress(APP)}`,
      `dataset ${getAddress(address(3))}`,
      'category 3',
    ])
    expect(await found(read, 'face', 2)).toHaveLength(2)
  })

  test('takes every character for itself', async () => {
    const read = await filled()
    const pool = `workerpool ${getAddress(address(4))}`

    expect(await found(read, '100%')).toEqual([pool])
    expect(await found(read, '_best_')).toEqual([pool])
    for (const q of ['%%', '__', '\\', "'; drop table asset; --", 'face\0', '\uD800', '0x%%%%', '']) {
      expect({ q, found: await found(read, q) }).toEqual({ q, found: [] })
    }
  })
})
