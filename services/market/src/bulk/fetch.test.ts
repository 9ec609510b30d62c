import type { ServerResponse } from 'node:http'
import { onBothEngines } from '@iexec/service/test/database'
import { expect, test } from 'vitest'
import { address } from '../../test/rows.ts'
import { openGateway } from './gateway.ts'
import { dueBulks, nextDue, whatNext } from './rows.ts'
import { takeTurn } from './takeTurn.ts'
import { cidOf, sliceOrder } from './testGateway.ts'
import { NOW, addBulk, deal, insertDeal, openShop, openSteps, undoDeal } from './testShop.ts'

const DAY = 86_400_000

onBothEngines('the fetching of a bulk', (engine) => {
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

  test('waits while its deal is undone', async () => {
    const { database, gateway, note, turns } = await openShop(engine)
    await insertDeal(database, addBulk(gateway, []))
    await note()

    await undoDeal(database)

    expect([await turns(), await nextDue(database.read)]).toEqual([0, undefined])
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
    const [due] = await dueBulks(database.read, { now: NOW, after: '0x', limit: 1 })
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
