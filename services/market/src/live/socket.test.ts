import { describe, expect, inject, onTestFinished, test, vi } from 'vitest'
import type { DealItem, OrderItem } from '@iexec/wire'
import { newLocation, onBothEngines } from '@iexec/service/test/database'
import { openTestDatabase } from '../../test/database.ts'
import { bookRow, dealRow, hash } from '../../test/rows.ts'
import { openDatabase } from '../db/database.ts'
import type { MarketMessage } from './bus.ts'
import type { SocketOptions } from './socket.ts'
import { CHAIN, PATIENCE, announce, ask, connectTo, joinAndStopReading, serve, type Served } from './testSocket.ts'

/** What everybody in both rooms hears last, when all before has been told. */
async function announceLast(served: Served): Promise<void> {
  await announce(
    served,
    { type: 'order_unpublished', kind: 'app', hash: '0xlast' },
    { type: 'deal_created', deal: hash(99) },
  )
}

onBothEngines('sockets', (engine) => {
  test('tell those in the room of orders what was published, updated and unpublished, in this order', async () => {
    const served = await serve(await openTestDatabase(engine))
    const client = await connectTo(served)
    const joined = await ask(client, 'join', { chainId: CHAIN, topic: 'orders' })

    for (const kind of ['app', 'dataset', 'workerpool', 'request'] as const) {
      const of = hash(1, kind === 'app' ? 'a' : kind[0])
      await served.bus.write(async (writer, tell) => {
        await writer
          .insertInto('book_order')
          .values(bookRow({ kind, hash: of, remaining: 7 }))
          .execute()
        tell({ type: 'order_published', kind, hash: of })
        tell({ type: 'order_updated', kind, hash: of })
        tell({ type: 'order_unpublished', kind, hash: of })
      })
    }

    expect(joined).toBe(true)
    await expect.poll(() => client.heard.length, PATIENCE).toBe(12)
    const item = { remaining: 7, status: 'open' }
    expect(client.heard).toEqual([
      ['apporder_published', { orderHash: hash(1, 'a'), ...item }],
      ['apporder_updated', { orderHash: hash(1, 'a'), ...item }],
      ['apporder_unpublished', hash(1, 'a')],
      ['datasetorder_published', { orderHash: hash(1, 'd'), ...item }],
      ['datasetorder_updated', { orderHash: hash(1, 'd'), ...item }],
      ['datasetorder_unpublished', hash(1, 'd')],
      ['workerpoolorder_published', { orderHash: hash(1, 'w'), ...item }],
      ['workerpoolorder_updated', { orderHash: hash(1, 'w'), ...item }],
      ['workerpoolorder_unpublished', hash(1, 'w')],
      ['requestorder_published', { orderHash: hash(1, 'r'), ...item }],
      ['requestorder_updated', { orderHash: hash(1, 'r'), ...item }],
      ['requestorder_unpublished', hash(1, 'r')],
    ])
  })

  test('tell those in the room of deals the whole deal with its chain as a number, also by polling', async () => {
    const served = await serve(await openTestDatabase(engine))
    const client = await connectTo(served, 'polling')
    await ask(client, 'join', { chainId: String(CHAIN), topic: 'deals' })

    await served.bus.write(async (writer, tell) => {
      await writer
        .insertInto('deal')
        .values(dealRow({ id: hash(1), bot_size: 3 }))
        .execute()
      tell({ type: 'order_unpublished', kind: 'app', hash: '0xaa' })
      tell({ type: 'deal_created', deal: hash(1) })
    })

    await expect
      .poll(() => client.heard, PATIENCE)
      .toEqual([['deal_created', { dealid: hash(1), chainId: CHAIN, volume: 3 }]])
  })
})

describe('a socket', () => {
  test('leaves one room, or all, and may join again', async () => {
    const served = await serve(await openTestDatabase('sqlite'))
    const client = await connectTo(served)
    const orders = { chainId: CHAIN, topic: 'orders' }
    const deals = { chainId: CHAIN, topic: 'deals' }
    await served.database.write(async (writer) =>
      writer
        .insertInto('deal')
        .values(dealRow({ id: hash(99) }))
        .execute(),
    )

    const answers = [await ask(client, 'join', orders), await ask(client, 'join', deals)]
    answers.push(await ask(client, 'leave', orders))
    await announceLast(served)
    await expect.poll(() => client.heard.map(([name]) => name), PATIENCE).toEqual(['deal_created'])
    answers.push(await ask(client, 'join', orders), await ask(client, 'leaveAll'))
    await announceLast(served)
    answers.push(await ask(client, 'join', orders))
    await announceLast(served)

    await expect
      .poll(() => client.heard.map(([name]) => name), PATIENCE)
      .toEqual(['deal_created', 'apporder_unpublished'])
    expect(answers).toEqual([true, true, true, true, true, true])
  })

  test.each([
    ['nothing', []],
    ['null', [null]],
    ['a number', [7]],
    ['a list', [[CHAIN, 'orders']]],
    ['an unknown topic', [{ chainId: CHAIN, topic: 'blocks' }]],
    ['no topic', [{ chainId: CHAIN }]],
    ['an unknown chain', [{ chainId: 1, topic: 'orders' }]],
    ['a chain that is no number', [{ chainId: {}, topic: 'orders' }]],
    ['the name of a prototype', [{ chainId: '__proto__', topic: 'constructor' }]],
    ['bytes', [Buffer.from('orders')]],
    ['more than one thing', [7, { chainId: CHAIN, topic: 'orders' }]],
  ])('hears false when it asks to join or leave with %s, and stays connected', async (_what, payload) => {
    const served = await serve(await openTestDatabase('sqlite'))
    const client = await connectTo(served)

    const answers = [await ask(client, 'join', ...payload), await ask(client, 'leave', ...payload)]
    client.socket.emit('join', ...payload)
    const joined = await ask(client, 'join', { chainId: CHAIN, topic: 'orders' })

    expect([...answers, joined]).toEqual([false, false, true])
  })

  test('is cut off when it says something huge or no socket.io at all, and the others are served on', async () => {
    const served = await serve(await openTestDatabase('sqlite'))
    const huge = await connectTo(served)
    const good = await connectTo(served)
    const reasons: string[] = []
    huge.socket.on('disconnect', (reason) => reasons.push(reason))

    huge.socket.emit('join', 'x'.repeat(100_000))
    const garbled = new WebSocket(`ws://127.0.0.1:${served.port}/ws/?EIO=4&transport=websocket`)
    const closed = new Promise((resolve) => {
      garbled.addEventListener('close', resolve)
    })
    garbled.addEventListener('message', () => {
      for (const text of ['4', '49', '4{', '42["error"]', '42[null]', '451-["join",{"_placeholder":true,"num":9}]'])
        garbled.send(text)
    })

    await closed
    await expect.poll(() => reasons.length, PATIENCE).toBe(1)
    expect(await ask(good, 'join', { chainId: CHAIN, topic: 'orders' })).toBe(true)
  })

  test('is cut off when it does not take what it is told, and the others hear it', async () => {
    const served = await serve(await openTestDatabase('sqlite'), {
      findOrder: async (_reader, { hash: orderHash }) =>
        Promise.resolve({ orderHash, order: 'x'.repeat(200_000) } as unknown as OrderItem),
    })
    const good = await connectTo(served)
    await ask(good, 'join', { chainId: CHAIN, topic: 'orders' })
    await joinAndStopReading(served.port)
    await expect.poll(() => served.sockets.connected(), PATIENCE).toBe(2)

    for (let n = 0; n < 200; n += 1) {
      await announce(served, { type: 'order_published', kind: 'app', hash: hash(n) })
      await expect.poll(() => good.heard.length, PATIENCE).toBe(n + 1)
    }

    await expect.poll(() => served.sockets.connected(), PATIENCE).toBe(1)
  })

  test('is refused when as many are connected as may be, and admitted when one has gone', async () => {
    const served = await serve(await openTestDatabase('sqlite'), { maxConnections: 1 })
    const first = await connectTo(served)
    const url = `http://127.0.0.1:${served.port}/ws/?EIO=4&transport=polling`

    const refused = await fetch(url)
    first.socket.disconnect()
    await expect.poll(() => served.sockets.connected(), PATIENCE).toBe(0)
    const admitted = await fetch(url)

    expect([refused.status, admitted.status]).toEqual([403, 200])
    expect(admitted.headers.get('access-control-allow-origin')).toBe('*')
  })
})

describe('the sockets of a market', () => {
  test('leave the other pages of their server alone', async () => {
    const served = await serve(await openTestDatabase('sqlite'))

    const page = await fetch(`http://127.0.0.1:${served.port}/apporders`)

    expect(await page.text()).toBe('the page')
  })

  test('read nothing while nobody is in the room, and once however many are', async () => {
    const findDeal = vi.fn<SocketOptions['findDeal']>(async (_reader, { chainId, dealid }) =>
      Promise.resolve({ chainId, dealid } as DealItem),
    )
    const served = await serve(await openTestDatabase('sqlite'), { findDeal })
    const clients = [await connectTo(served), await connectTo(served)]

    await announce(served, { type: 'deal_created', deal: hash(1) })
    for (const client of clients) await ask(client, 'join', { chainId: CHAIN, topic: 'deals' })
    await announce(served, { type: 'deal_created', deal: hash(2) })

    for (const { heard } of clients) {
      await expect.poll(() => heard, PATIENCE).toEqual([['deal_created', { chainId: CHAIN, dealid: hash(2) }]])
    }
    expect(findDeal).toHaveBeenCalledOnce()
  })

  test('leave out what cannot be read or is gone again, and tell the next', async () => {
    const onError = vi.fn<(error: unknown) => void>()
    const served = await serve(await openTestDatabase('sqlite'), {
      findDeal: async () => Promise.reject(new Error('no database')),
      onError,
    })
    const client = await connectTo(served)
    await ask(client, 'join', { chainId: CHAIN, topic: 'orders' })
    await ask(client, 'join', { chainId: CHAIN, topic: 'deals' })

    await announce(
      served,
      { type: 'deal_created', deal: hash(1) },
      { type: 'order_published', kind: 'app', hash: hash(1) },
      { type: 'order_unpublished', kind: 'app', hash: hash(1) },
    )

    await expect.poll(() => client.heard, PATIENCE).toEqual([['apporder_unpublished', hash(1)]])
    expect(onError.mock.calls).toEqual([[new Error('no database')]])
  })

  test('tell a resync once to everybody who listens, when announcements may have been missed', async () => {
    const served = await serve(await openTestDatabase('sqlite'))
    const client = await connectTo(served)
    await ask(client, 'join', { chainId: CHAIN, topic: 'orders' })
    await ask(client, 'join', { chainId: CHAIN, topic: 'deals' })

    await announce(served, { type: 'resync' })
    await announce(served, { type: 'order_unpublished', kind: 'app', hash: hash(1) })

    await expect
      .poll(() => client.heard, PATIENCE)
      .toEqual([
        ['resync', { chainId: CHAIN }],
        ['apporder_unpublished', hash(1)],
      ])
  })

  test('tell a resync instead of heaping up announcements that the database is too slow for', async () => {
    const blocked = Promise.withResolvers<undefined>()
    const served = await serve(await openTestDatabase('sqlite'), { findOrder: async () => blocked.promise })
    const client = await connectTo(served)
    await ask(client, 'join', { chainId: CHAIN, topic: 'orders' })
    const published: MarketMessage = { type: 'order_published', kind: 'app', hash: hash(1) }

    await announce(served, published, ...Array.from({ length: 10_001 }, () => published))
    await announce(served, { type: 'order_unpublished', kind: 'app', hash: hash(1) })
    blocked.resolve(undefined)

    await expect
      .poll(() => client.heard, PATIENCE)
      .toEqual([
        ['resync', { chainId: CHAIN }],
        ['apporder_unpublished', hash(1)],
      ])
  })
})

describe.skipIf(inject('postgresUrl') === undefined)('several copies of the service', () => {
  test('each tell their own clients what any of them wrote', async () => {
    const { location, remove } = newLocation('postgres')
    const databases = [await openDatabase(location), await openDatabase(location)] as const
    onTestFinished(async () => {
      for (const database of databases) await database.close()
      await remove()
    })
    const served = [await serve(databases[0]), await serve(databases[1])] as const
    const clients = [await connectTo(served[0]), await connectTo(served[1])]
    for (const client of clients) await ask(client, 'join', { chainId: CHAIN, topic: 'orders' })

    await announce(served[0], { type: 'order_unpublished', kind: 'app', hash: hash(1) })

    for (const { heard } of clients) {
      await expect.poll(() => heard, PATIENCE).toEqual([['apporder_unpublished', hash(1)]])
    }
  })
})
