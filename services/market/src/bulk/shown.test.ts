import { asDealId, taskId } from '@iexec/protocol'
import { onBothEngines } from '@iexec/service/test/database'
import { expect, test } from 'vitest'
import { address, hash, taskRow } from '../../test/rows.ts'
import { openGateway } from './gateway.ts'
import { dueBulks } from './rows.ts'
import { takeTurn } from './takeTurn.ts'
import { cidOf, sliceOrder } from './testGateway.ts'
import { NOW, addBulk, dataset, deal, insertDeal, openShop, other, task, undoDeal } from './testShop.ts'

const unregistered = address(4, 'c')
const SLICES = '{ bulkSliceice { id index hash datasets { id } datasetOrders { id } } }'

onBothEngines('a bulk', (engine) => {
  test('is shown with its slices, their datasets and orders, from every side', async () => {
    const { database, gateway, note, turns, ask } = await openShop(engine)
    const orders = [sliceOrder(dataset), sliceOrder(other, { datasetprice: '2000000000' }), sliceOrder(dataset)]
    const cid = addBulk(gateway, orders, [sliceOrder(other), sliceOrder(unregistered)])
    await insertDeal(database, cid, { bot_size: 2 })
    const begun = taskRow({ id: task, deal, idx: 0 })
    await database.write(async (writer) => writer.insertInto('task').values(begun).execute())

    expect([await note(), await turns()]).toEqual([1, 1])

    const [first, second] = [`${deal}-0`, `${deal}-1`]
    const later = taskId(asDealId(deal), 1n)
    expect(await ask(`{ deal(id: "${deal}") { bulk { id hash deal { id } slices { id } } } }`)).toEqual({
      deal: { bulk: { id: deal, hash: cid, deal: { id: deal }, slices: [{ id: first }, { id: second }] } },
    })
    expect(
      await ask(`{ task(id: "${task}") { bulkSlice { id index bulk { hash } task { id } datasets { id } } } }`),
    ).toEqual({
      task: {
        bulkSlice: {
          id: first,
          index: '0',
          bulk: { hash: cid },
          task: { id: task },
          datasets: [{ id: dataset }, { id: other }],
        },
      },
    })
    expect(
      await ask(
        `{ bulkSliceice(where: { datasets_: { id: "${dataset}" } }) { id task { id } datasetOrders { id dataset { id } datasetprice sign } } }`,
      ),
    ).toEqual({
      bulkSliceice: [
        {
          id: first,
          task: { id: task },
          datasetOrders: [
            { id: `${task}-0`, dataset: { id: dataset }, datasetprice: '0', sign: '0xabcd' },
            { id: `${task}-1`, dataset: { id: other }, datasetprice: '2', sign: '0xabcd' },
            { id: `${task}-2`, dataset: { id: dataset }, datasetprice: '0', sign: '0xabcd' },
          ],
        },
      ],
    })
    expect(
      await ask(`{ bulkSlice(id: "${second}") { task { id } datasets { id } datasetOrders { id dataset { id } } } }`),
    ).toEqual({
      bulkSlice: {
        task: null,
        datasets: [{ id: other }],
        datasetOrders: [
          { id: `${later}-0`, dataset: { id: other } },
          { id: `${later}-1`, dataset: null },
        ],
      },
    })
    expect(
      await ask(
        `{ datasets { id bulkUsages(orderDirection: desc) { id } orders { id } } one: datasets(where: { bulkUsages_: { index: 0 } }) { id } }`,
      ),
    ).toEqual({
      datasets: [
        { id: dataset, bulkUsages: [{ id: first }], orders: [{ id: `${task}-0` }, { id: `${task}-2` }] },
        { id: other, bulkUsages: [{ id: second }, { id: first }], orders: expect.any(Array) as unknown },
      ],
      one: [{ id: dataset }, { id: other }],
    })
    expect(
      await ask(`{ bulkSliceice { datasets(first: 1, skip: 1) { id } } datasetOrder(id: "${task}-1") { volume } }`),
    ).toEqual({
      bulkSliceice: [{ datasets: [{ id: other }] }, { datasets: [] }],
      datasetOrder: { volume: '9007199254740991' },
    })
  })

  test('counts only for the tasks of the deal, and without what is malformed', async () => {
    const { database, gateway, note, turns, ask, row } = await openShop(engine)
    const good = gateway.add(JSON.stringify([{ dataset }, sliceOrder(dataset), 7]))
    const cid = gateway.add(JSON.stringify(['before', '../../x', good, good]))
    await insertDeal(database, cid, { bot_first: 1, bot_size: 2 })

    await note()
    await turns()

    const second = taskId(asDealId(deal), 2n)
    expect(await ask(SLICES)).toEqual({
      bulkSliceice: [
        {
          id: `${deal}-2`,
          index: '2',
          hash: good,
          datasets: [{ id: dataset }],
          datasetOrders: [{ id: `${second}-1` }],
        },
      ],
    })
    expect(await row()).toMatchObject({ next_at: null, problem: null })
    expect(gateway.asked).toEqual([`/ipfs/${cid}`, `/ipfs/${good}`])
  })

  test('is none when the deal has a dataset, or its params name no file', async () => {
    const { database, note, ask } = await openShop(engine)
    await insertDeal(database, cidOf('1'), { dataset })
    await insertDeal(database, '../1', { id: hash(2, 'd') })
    await insertDeal(database, 'x', { id: hash(3, 'd'), params: '{"bulk_cid":' })

    expect(await note()).toBe(0)
    expect(await ask('{ deals { bulk { id } } bulks { id } }')).toEqual({
      deals: [{ bulk: null }, { bulk: null }, { bulk: null }],
      bulks: [],
    })
  })

  test('is noted once, whichever deals are looked at, also when there are many', async () => {
    const { database, note } = await openShop(engine)
    const ids = Array.from({ length: 120 }, (_, n) => hash(n + 1, 'd'))
    for (const [n, id] of ids.entries())
      await insertDeal(database, cidOf(id), { id, block: 1000 - Math.floor(n / 3), log_index: n })

    expect(await note([hash(500, 'd'), ...ids.slice(0, 2)])).toBe(2)
    expect(await note()).toBe(118)
    expect(await note()).toBe(0)
  })

  test.each<[string, (cid: string) => string]>([
    ['an escape', (cid) => `{"bulk_cid":"\\u0066${cid.slice(1)}"}`],
    ['a slash that is escaped before it', (cid) => `{"iexec_args":"\\/","bulk_cid":"${cid}"}`],
  ])('is noted once when its params are written with %s', async (_, paramsOf) => {
    const { database, gateway, note, turns, row } = await openShop(engine)
    const cid = addBulk(gateway, [sliceOrder(dataset)])
    await insertDeal(database, cid, { params: paramsOf(cid) })

    expect([await note(), await turns()]).toEqual([1, 1])
    const done = await row()
    expect([await note(), await note([deal]), await turns()]).toEqual([0, 0, 0])

    expect(done).toMatchObject({ cid, next_at: null, problem: null })
    expect(await row()).toEqual(done)
  })

  test('is noted anew when its deal comes back with another file, although the params still name the first elsewhere', async () => {
    const { database, gateway, note, row } = await openShop(engine)
    const [before, after] = [addBulk(gateway, [sliceOrder(dataset)]), addBulk(gateway, [sliceOrder(other)])]
    await insertDeal(database, before)
    await note()
    await undoDeal(database)

    const params = JSON.stringify({ iexec_args: before, bulk_cid: after })
    await insertDeal(database, after, { params })

    expect(await note()).toBe(1)
    expect(await row()).toMatchObject({ cid: after })
  })

  test('shows its file, and no slices, while nothing was fetched', async () => {
    const { database, note, ask } = await openShop(engine)
    await insertDeal(database, cidOf('x'))

    await note()

    const bulk = { hash: cidOf('x'), slices: [] }
    expect(await ask('{ deals { bulk { hash slices { id } } } bulkSliceice { id } }')).toEqual({
      deals: [{ bulk }],
      bulkSliceice: [],
    })
  })

  test('goes with its deal when that is undone, and comes back with it', async () => {
    const { database, gateway, note, turns, ask } = await openShop(engine)
    const cid = addBulk(gateway, [sliceOrder(dataset)], [sliceOrder(dataset)])
    await insertDeal(database, cid, { bot_size: 2 })
    await note()
    await turns()
    const everything = `{ bulks { id } bulkSliceice { id } datasetOrders { id } bulkSlice(id: "${deal}-0") { id } dataset(id: "${dataset}") { bulkUsages { id } } }`
    const before = await ask(everything)
    expect(before['bulkSliceice']).toHaveLength(2)

    await undoDeal(database)
    expect(await ask(everything)).toEqual({
      bulks: [],
      bulkSliceice: [],
      datasetOrders: [],
      bulkSlice: null,
      dataset: { bulkUsages: [] },
    })
    await insertDeal(database, cid, { bot_size: 2 })

    expect([await note(), await turns()]).toEqual([0, 0])
    expect(await ask(everything)).toEqual(before)
  })

  test.each([
    ['fewer tasks', { bot_size: 1 }, 1],
    ['more tasks', { bot_size: 3 }, 3],
  ])('is fetched anew when its deal comes back with %s', async (_, row, slices) => {
    const { database, gateway, note, turns, ask } = await openShop(engine)
    const cid = addBulk(gateway, [sliceOrder(dataset)], [sliceOrder(other)], [])
    await insertDeal(database, cid, { bot_size: 2 })
    await note()
    await turns()
    await undoDeal(database)

    await insertDeal(database, cid, row)
    const { bulkSliceice: before } = await ask(SLICES)
    expect(before).toHaveLength(Math.min(2, slices))
    expect([await note([deal]), await turns()]).toEqual([1, 1])

    const { bulkSliceice: after } = await ask(SLICES)
    expect(after).toHaveLength(slices)
  })

  test('is fetched anew when its deal comes back with another file, also in the middle of a fetch', async () => {
    const { database, gateway, bus, note, turns, ask } = await openShop(engine)
    const cid = addBulk(gateway, [sliceOrder(dataset)])
    await insertDeal(database, cid)
    await note()
    const [stale] = await dueBulks(database.read, { now: NOW, after: '0x', limit: 1 })
    if (stale === undefined) throw new Error('It should be due.')
    await undoDeal(database)
    await insertDeal(database, addBulk(gateway, [sliceOrder(other)]))
    expect(await note()).toBe(1)

    const deps = { read: database.read, bus, now: () => NOW, gateway: openGateway(gateway.url) }
    await takeTurn(deps, stale, new AbortController().signal)
    await turns()

    expect(await ask('{ bulkSliceice { datasets { id } } }')).toEqual({ bulkSliceice: [{ datasets: [{ id: other }] }] })
  })
})
