import { expect, test } from 'vitest'
import { newLocation, onBothEngines, openTestDatabase } from '../../test/database.ts'
import { address, bookRow, dealRow, hash } from '../../test/rows.ts'
import { openDatabase } from './database.ts'
import { toWide } from './wide.ts'

onBothEngines('a database', (engine) => {
  test('keeps what a transaction wrote, and nothing of one that failed', async () => {
    const database = await openTestDatabase(engine)

    await database.write(async (writer) => writer.insertInto('meta').values({ key: 'kept', value: 'yes' }).execute())
    const failing = database.write(async (writer) => {
      await writer.insertInto('meta').values({ key: 'lost', value: 'yes' }).execute()
      throw new Error('no')
    })

    await expect(failing).rejects.toThrow('no')
    expect(await database.read.selectFrom('meta').selectAll().execute()).toEqual([{ key: 'kept', value: 'yes' }])
  })

  test('runs writers one after the other', async () => {
    const database = await openTestDatabase(engine)
    await database.write(async (writer) => writer.insertInto('meta').values({ key: 'n', value: '0' }).execute())

    await Promise.all(
      Array.from({ length: 20 }, async () =>
        database.write(async (writer) => {
          const { value } = await writer
            .selectFrom('meta')
            .select('value')
            .where('key', '=', 'n')
            .executeTakeFirstOrThrow()
          await writer
            .updateTable('meta')
            .set({ value: String(Number(value) + 1) })
            .where('key', '=', 'n')
            .execute()
        }),
      ),
    )

    expect(await database.read.selectFrom('meta').select('value').executeTakeFirst()).toEqual({ value: '20' })
  })

  test('brings the tables of the previous version up to date without losing a row', async () => {
    const { location, remove } = newLocation(engine)
    const old = await openDatabase(location, { version: '0001_chain' })
    await old.write(async (writer) =>
      writer
        .insertInto('account')
        .values({ address: '0xaa', stake: toWide(2n ** 96n), locked: toWide(0n), score: toWide(1n) })
        .execute(),
    )
    await old.close()

    const database = await openDatabase(location)

    expect(await database.read.selectFrom('account').select('stake').execute()).toEqual([{ stake: toWide(2n ** 96n) }])
    expect(await database.read.selectFrom('book_order').selectAll().execute()).toEqual([])
    await database.close()
    await remove()
  })

  test('gets the tables of bulk deals, and shows the dataset orders that it had', async () => {
    const { location, remove } = newLocation(engine)
    const old = await openDatabase(location, { version: '0002_book' })
    const deal = dealRow({ id: hash(1, 'd'), params: '{"bulk_cid":"Qm"}' })
    const consumed = { closed: 0, presigned: 0, presigned_by: null, consumed: toWide(1n), broadcast: null, block: 1 }
    const order = { ...consumed, hash: hash(1), kind: 'dataset', asset: address(2), price: toWide(7n) } as const
    await old.write(async (writer) => {
      await writer.insertInto('deal').values(deal).execute()
      await writer
        .insertInto('chain_order')
        .values([order, { ...order, hash: hash(2), kind: 'app' }])
        .execute()
      await writer
        .insertInto('book_order')
        .values(bookRow({ hash: hash(3), kind: 'app' }))
        .execute()
    })
    await old.close()

    const database = await openDatabase(location)

    const { hash: id, kind, asset, consumed: volume, broadcast, price } = order
    const shown = { hash: id, kind, asset, consumed: volume, broadcast, price, slice: null }
    expect(await database.read.selectFrom('shown_order').selectAll().where('kind', '=', 'dataset').execute()).toEqual([
      shown,
    ])
    expect(await database.read.selectFrom('deal').selectAll().execute()).toEqual([deal])
    expect(await database.read.selectFrom('book_order').select('hash').execute()).toEqual([{ hash: hash(3) }])
    expect(await database.read.selectFrom('bulk').selectAll().execute()).toEqual([])
    await database.close()
    await remove()
  })
})
