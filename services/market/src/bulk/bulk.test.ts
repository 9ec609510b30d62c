import type { ServerResponse } from 'node:http'
import { asDealId, taskId } from '@iexec/protocol'
import { expect, test } from 'vitest'
import { onBothEngines, openTestDatabase } from '../../test/database.ts'
import { address, assetRow, dealRow, hash, taskRow } from '../../test/rows.ts'
import type { Database } from '../db/database.ts'
import type { DealTable } from '../db/schema.ts'
import { createGraphql } from '../graphql/graphql.ts'
import { openBus } from '../live/bus.ts'
import { openGateway } from './gateway.ts'
import { noteBulks, type Looked } from './note.ts'
import { dueBulks, nextDue, reviveBulks, whatNext } from './rows.ts'
import { takeTurn } from './takeTurn.ts'
import { cidOf, sliceOrder, startTestGateway, type TestGateway } from './testGateway.ts'

const deal = hash(1, 'd')
const task = taskId(asDealId(deal), 0n)
const [dataset, other, unregistered] = [address(2), address(3, 'c'), address(4, 'c')]
const NOW = 1_700_000_000_000
const DAY = 86_400_000

/** A market with rows and no chain, whose bulks are followed step by step at the times that a test says. */
async function openShop(engine: 'sqlite' | 'postgres') {
  const database = await openTestDatabase(engine)
  const gateway = await startTestGateway()
  await database.write(async (writer) => {
    const datasets = [dataset, other].map((one) => assetRow({ address: one, kind: 'dataset' }))
    await writer.insertInto('asset').values(datasets).execute()
  })
  return { database, gateway, ...(await openSteps(database, gateway)) }
}

/** All that a process has beside the database: opened again, it has forgotten everything. */
async function openSteps(database: Database, { url }: TestGateway) {
  const bus = await openBus(database)
  const { read } = database
  const deps = (now: number) => ({ read, bus, now: () => now, gateway: openGateway(url, { timeoutMs: 500 }) })
  const graphql = createGraphql()
  return {
    bus,
    note: async (looked: Looked = 'all', now = NOW) => noteBulks(deps(now), looked),
    /** Takes turns at that time until nothing is due, and says how many. */
    turns: async (now = NOW) => {
      let turns = 0
      for (; turns < 50; turns += 1) {
        const [due] = await dueBulks(read, now, 1)
        if (due === undefined) break
        await takeTurn(deps(now), due, new AbortController().signal)
      }
      return turns
    },
    revive: async (now: number) => database.write(async (writer) => reviveBulks(writer, now)),
    row: async () => read.selectFrom('bulk').selectAll().where('deal', '=', deal).executeTakeFirst(),
    ask: async (query: string) => {
      const answer = JSON.parse(JSON.stringify(await graphql({ query }, { reader: read }))) as { errors?: unknown }
      expect(answer.errors).toBeUndefined()
      return (answer as { data: Record<string, unknown> }).data
    },
  }
}

async function insertDeal(database: Database, cid: string, row: Partial<DealTable> = {}): Promise<void> {
  const params = JSON.stringify({ bulk_cid: cid })
  const values = dealRow({ id: deal, params, bot_size: 1, ...row })
  await database.write(async (writer) => writer.insertInto('deal').values(values).execute())
}

async function undoDeal(database: Database): Promise<void> {
  await database.write(async (writer) => writer.deleteFrom('deal').where('id', '=', deal).execute())
}

/** Files of a bulk whose slices hold these orders, one list of orders per task. */
function addBulk({ add }: TestGateway, ...slices: readonly (readonly unknown[])[]): string {
  return add(JSON.stringify(slices.map((orders) => add(JSON.stringify(orders)))))
}

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

  test('whose file is missing is asked for again after a pause, and again later, also by another process', async () => {
    const { database, gateway, bus, note, turns, row } = await openShop(engine)
    const content = JSON.stringify([gateway.add('[]')])
    await insertDeal(database, cidOf(content))
    await note()

    expect([await turns(), await turns(), await turns(NOW + 9_999)]).toEqual([1, 0, 0])
    await bus.close()
    const restarted = await openSteps(database, gateway)
    expect(await restarted.note()).toBe(0)
    expect(await restarted.turns(NOW + 10_000)).toBe(1)
    expect(await row()).toMatchObject({
      attempts: 2,
      next_at: NOW + 30_000,
      problem: `The gateway answered 404 for ${cidOf(content)}.`,
    })
    gateway.add(content)

    expect([await restarted.turns(NOW + 29_999), await restarted.turns(NOW + 30_000)]).toEqual([0, 1])

    expect(await restarted.row()).toMatchObject({ attempts: 0, next_at: null, problem: null })
    expect(await restarted.ask('{ bulkSliceice { id } }')).toEqual({ bulkSliceice: [{ id: `${deal}-0` }] })
    await restarted.bus.close()
  })

  test.each<[string, string | ((response: ServerResponse) => void), string]>([
    ['is no JSON', '<html>', 'is not a JSON array.'],
    ['is no list', '{}', 'is not a JSON array.'],
    ['is too large', ' '.repeat(2 ** 20 + 1), 'has more than 1048576 bytes.'],
    ['never comes', () => undefined, 'did not come within 500 ms.'],
  ])('shows the slices that came when another %s', async (_, answer, problem) => {
    const { database, gateway, note, turns, ask, row } = await openShop(engine)
    const bad = 'QmW2WQi7j6c7UgJTarActp7tDNikE4B2qXtFCfLPdsgaTQ'
    const good = gateway.add('[]')
    await insertDeal(database, gateway.add(JSON.stringify([bad, good])), { bot_size: 2 })
    gateway.set(bad, answer)
    await note()

    await turns()

    expect(await ask('{ bulkSliceice { id datasets { id } } }')).toEqual({
      bulkSliceice: [{ id: `${deal}-1`, datasets: [] }],
    })
    expect(await row()).toMatchObject({ attempts: 1, next_at: NOW + 10_000, problem: `${bad} ${problem}` })
    gateway.set(bad, '[]')
    await turns(NOW + 10_000)
    expect(await ask('{ bulkSliceice { id } }')).toEqual({ bulkSliceice: [{ id: `${deal}-0` }, { id: `${deal}-1` }] })
    expect(gateway.asked.filter((path) => path.endsWith(good))).toHaveLength(1)
  })

  test('is given up when nothing comes for nearly a day, and tried again when the service starts anew', async () => {
    const { database, gateway, note, turns, revive, row } = await openShop(engine)
    await insertDeal(database, cidOf('[]'))
    await note()

    let moment: number | undefined = NOW
    let last = NOW
    let attempts = 0
    for (; moment !== undefined; moment = await nextDue(database.read)) {
      attempts += await turns(moment)
      last = moment
    }

    expect(attempts).toBe(14)
    expect(last - NOW).toBe(81_910_000)
    expect(await row()).toMatchObject({ next_at: null, problem: expect.stringContaining('404') as string })
    gateway.add('[]')
    await revive(NOW + DAY)
    expect(await turns(NOW + DAY)).toBe(1)
    expect(await row()).toMatchObject({ next_at: null, problem: null })
  })

  test('with many slices takes several turns, so that others get theirs', async () => {
    const { database, gateway, note, turns, ask } = await openShop(engine)
    const slices = Array.from({ length: 250 }, (_, n) => [sliceOrder(address(n, 'c'))])
    await insertDeal(database, addBulk(gateway, ...slices), { bot_size: 250 })
    await note()

    expect(await turns()).toBe(3)

    const { bulkSliceice: shown } = await ask('{ bulkSliceice(first: 1000) { id } }')
    expect(shown).toHaveLength(250)
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

  test('waits while its deal is undone', async () => {
    const { database, gateway, note, turns } = await openShop(engine)
    await insertDeal(database, addBulk(gateway, []))
    await note()

    await undoDeal(database)

    expect([await turns(), await nextDue(database.read)]).toEqual([0, undefined])
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
    const [stale] = await dueBulks(database.read, NOW, 1)
    if (stale === undefined) throw new Error('It should be due.')
    await undoDeal(database)
    await insertDeal(database, addBulk(gateway, [sliceOrder(other)]))
    expect(await note()).toBe(1)

    const deps = { read: database.read, bus, now: () => NOW, gateway: openGateway(gateway.url) }
    await takeTurn(deps, stale, new AbortController().signal)
    await turns()

    expect(await ask('{ bulkSliceice { datasets { id } } }')).toEqual({ bulkSliceice: [{ datasets: [{ id: other }] }] })
  })

  test('is left as it was by a turn that is ended from outside', async () => {
    const { database, gateway, bus, note, row } = await openShop(engine)
    const ended = new AbortController()
    const slice = cidOf('[]')
    gateway.set(slice, () => {
      ended.abort()
    })
    await insertDeal(database, gateway.add(JSON.stringify([slice])))
    await note()
    const [due] = await dueBulks(database.read, NOW, 1)
    if (due === undefined) throw new Error('It should be due.')

    await takeTurn({ read: database.read, bus, now: () => NOW, gateway: openGateway(gateway.url) }, due, ended.signal)

    expect(await row()).toMatchObject({ listed: 1, attempts: 0, next_at: NOW, problem: null })
    expect(await database.read.selectFrom('bulk_slice').select('tries').execute()).toEqual([{ tries: 0 }])
  })
})

const next = (attempts: number, turn: { bytes?: number; brought?: number; problem?: string }) =>
  whatNext({ attempts, bytes: 0 }, { turn: { bytes: 0, brought: 0, problem: undefined, ...turn }, now: 0 })

test('after a turn, a bulk goes on at once, later, or not at all', () => {
  expect(next(5, {})).toMatchObject({ attempts: 0, next_at: 0, problem: null })
  expect(next(0, { problem: 'no' })).toMatchObject({ attempts: 1, next_at: 10_000 })
  expect(next(5, { problem: 'no' })).toMatchObject({ attempts: 6, next_at: 320_000 })
  expect(next(5, { problem: 'no', brought: 1 })).toMatchObject({ attempts: 1, next_at: 10_000 })
  expect(next(12, { problem: 'no' })).toMatchObject({ attempts: 13, next_at: 40_960_000 })
  expect(next(13, { problem: 'no' })).toMatchObject({ attempts: 14, next_at: null, problem: 'no' })
  expect(next(0, { bytes: 2 ** 25 - 1 })).toMatchObject({ bytes: 2 ** 25 - 1, next_at: 0 })
  expect(next(0, { bytes: 2 ** 25 })).toMatchObject({
    next_at: null,
    problem: expect.stringContaining('33554432') as string,
  })
})
