// What becomes of the rows of older versions.
import { NO_ADDRESS } from '@iexec/protocol'
import { toWide } from '@iexec/service'
import { newLocation, onBothEngines } from '@iexec/service/test/database'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { address, bookRow, dealRow, hash } from '../../test/rows.ts'
import { openDatabase } from './database.ts'

onBothEngines('a database', (engine) => {
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
    const consumed = { closed: 0, presigned: 0, consumed: toWide(1n), broadcast: null, block: 1 }
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

  test('knows afterwards whose the bulks are that it had', async () => {
    const { location, remove } = newLocation(engine)
    const old = await openDatabase(location, { version: '0004_lists' })
    const [deal, undone] = [dealRow({ id: hash(1, 'd'), requester: address(7) }), hash(2, 'd')]
    await old.write(async (writer) => {
      await writer.insertInto('deal').values(deal).execute()
      for (const id of [deal.id, undone]) {
        await sql`insert into bulk (deal, cid, bot_size, listed, bytes, attempts) values (${id}, 'Qm', 1, 0, 0, 0)`.execute(
          writer,
        )
      }
    })
    await old.close()

    const database = await openDatabase(location)

    expect(await database.read.selectFrom('bulk').select(['deal', 'requester']).orderBy('deal').execute()).toEqual([
      { deal: deal.id, requester: address(7) },
      { deal: undone, requester: NO_ADDRESS },
    ])
    await database.close()
    await remove()
  })

  test('keeps orders that were taken back, and the endpoints of workerpools with room for one of each owner', async () => {
    const { location, remove } = newLocation(engine)
    const old = await openDatabase(location, { version: '0004_lists' })
    const endpoint = {
      workerpool: address(1),
      api_url: 'https://a.example',
      signature: '0x12',
      signer: address(2),
    } as const
    const row = { ...endpoint, valid_until: toWide(7n) }
    await old.write(async (writer) => {
      await writer.insertInto('pool_endpoint').values(row).execute()
      await sql`insert into withdrawn_order (hash) values (${hash(1)})`.execute(writer)
    })
    await old.close()

    const database = await openDatabase(location)

    const ofOther = { ...row, signer: address(3) }
    await database.write(async (writer) => writer.insertInto('pool_endpoint').values(ofOther).execute())
    expect(await database.read.selectFrom('withdrawn_order').select('hash').execute()).toEqual([{ hash: hash(1) }])
    expect(await database.read.selectFrom('pool_endpoint').selectAll().orderBy('signer').execute()).toEqual([
      row,
      ofOther,
    ])
    await database.close()
    await remove()
  })
})
