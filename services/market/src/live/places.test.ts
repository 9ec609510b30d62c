// Nobody takes the places of others, by sockets or by streams, and nobody is kept waiting for without end.
import { connect } from 'node:net'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import type { OrderItem } from '@iexec/wire'
import { openTestDatabase } from '../../test/database.ts'
import { hash } from '../../test/rows.ts'
import { openPlaces } from './places.ts'
import type { SocketOptions } from './socket.ts'
import { streamEvents } from './stream.ts'
import { CHAIN, PATIENCE, announce, ask, connectTo, joinAndStopReading, serve, startSocket } from './testSocket.ts'

const TWO = { perAddress: 2, backlogBytes: 1_000_000 }
const REFUSAL = 'One address may have 2 sockets and streams open, and yours has.'
/** As a proxy on this machine asks for somebody. */
const asking = (address: string) => ({ 'x-real-ip': address })

/** An order of so many bytes. */
const longOrder = (length: number): Pick<SocketOptions, 'findOrder'> => ({
  findOrder: async (_reader, { hash: orderHash }) =>
    Promise.resolve({ orderHash, order: 'x'.repeat(length) } as unknown as OrderItem),
})

test('a place is taken by its client alone, and is free again when it was given back, once', () => {
  const places = openPlaces({ ...TWO, perAddress: 1 })

  const leave = places.enter('203.0.113.7')
  expect([places.enter('203.0.113.7'), places.isFull('203.0.113.7')]).toEqual([undefined, true])
  expect(places.isFull('203.0.113.8')).toBe(false)
  leave?.()
  expect(places.enter('203.0.113.7')).toBeDefined()
  leave?.()
  expect(places.isFull('203.0.113.7')).toBe(true)
})

test('this machine itself has as many as it likes', () => {
  const places = openPlaces({ ...TWO, perAddress: 1 })

  expect([places.enter(undefined), places.enter(undefined), places.isFull(undefined)]).toEqual([
    expect.any(Function),
    expect.any(Function),
    false,
  ])
})

test.each(['websocket', 'polling'])(
  'an address with enough sockets hears why it gets no more (%s)',
  async (transport) => {
    const served = await serve(await openTestDatabase('sqlite'), { places: openPlaces(TWO) })
    const first = await connectTo(served, transport, asking('203.0.113.7'))
    await connectTo(served, transport, asking('203.0.113.7'))

    const refused = startSocket(served, transport, asking('203.0.113.7'))
    await new Promise((resolve) => refused.once('connect_error', resolve))
    const answer = await fetch(`http://127.0.0.1:${served.port}/ws/?EIO=4&transport=polling`, {
      headers: asking('203.0.113.7'),
    })
    await connectTo(served, transport, asking('203.0.113.8'))
    first.socket.disconnect()
    await expect.poll(() => served.sockets.connected(), PATIENCE).toBe(2)
    await connectTo(served, transport, asking('203.0.113.7'))

    expect([answer.status, await answer.json()]).toEqual([403, { code: 4, message: REFUSAL }])
  },
)

test('sockets that are asked for all at once are not more, either', async () => {
  const served = await serve(await openTestDatabase('sqlite'), { places: openPlaces(TWO) })
  const socket = connect(served.port, '127.0.0.1')
  onTestFinished(() => {
    socket.destroy()
  })
  let received = ''
  socket.on('data', (bytes: Buffer) => {
    received += bytes.toString('latin1')
  })

  const request = 'GET /ws/?EIO=4&transport=polling HTTP/1.1\r\nhost: 127.0.0.1\r\nx-real-ip: 203.0.113.7\r\n\r\n'
  socket.write(request.repeat(20))

  await expect.poll(() => received.match(/HTTP\/1.1/gu)?.length, PATIENCE).toBeGreaterThan(2)
  expect(served.sockets.connected()).toBe(2)
})

test('streams count as sockets do, and a client that left has its places back', async () => {
  const places = openPlaces(TWO)
  const served = await serve(await openTestDatabase('sqlite'), { places })
  const asked = { topics: ['deals'], client: '203.0.113.7', places } as const
  await connectTo(served, 'websocket', asking('203.0.113.7'))

  const stream = streamEvents(served, asked)
  const refused = streamEvents(served, asked)
  await (stream as ReadableStream).cancel()
  const again = streamEvents(served, asked)

  expect(refused).toEqual({ refused: 'client' })
  expect(again).toBeInstanceOf(ReadableStream)
  await (again as ReadableStream).cancel()
})

test('a stream that nobody reads holds its place until what waits for it is forgotten', async () => {
  const places = openPlaces({ perAddress: 1, backlogBytes: 100 })
  const served = await serve(await openTestDatabase('sqlite'), { places })
  const asked = { topics: ['orders'], client: '203.0.113.7', places, heartbeatMs: 20 } as const
  streamEvents(served, asked)

  await announce(served, { type: 'order_published', kind: 'app', hash: hash(1) })

  expect(places.isFull('203.0.113.7')).toBe(true)
  await expect.poll(() => places.isFull('203.0.113.7'), PATIENCE).toBe(false)
})

test('a socket that reads too slowly hears at last that it has to read anew, and then is disconnected', async () => {
  const served = await serve(await openTestDatabase('sqlite'), longOrder(200_000))
  const slow = await joinAndStopReading(served.port)

  for (let n = 0; served.sockets.connected() > 0 && n < 2000; n += 1) {
    await announce(served, { type: 'order_published', kind: 'app', hash: hash(n) })
    await new Promise(setImmediate)
    // It takes what was said until it was found too slow.
    if (n === 200) slow.socket.resume()
  }

  await expect.poll(() => slow.received(), PATIENCE).toContain(`42["resync",{"chainId":${CHAIN}}]`)
  const events = [...slow.received().matchAll(/42\["(\w+)"/gu)].map(([, name]) => name)
  expect(events.filter((name) => name === 'resync')).toHaveLength(1)
  expect(events.at(-1)).toBe('resync')
})

test('a socket that never reads again is cut off with all that waits for it', async () => {
  const served = await serve(await openTestDatabase('sqlite'), { ...longOrder(200_000), graceMs: 20 })
  await joinAndStopReading(served.port)
  const connections = promisify(served.server.getConnections.bind(served.server))

  for (let n = 0; served.sockets.connected() > 0; n += 1) {
    await announce(served, { type: 'order_published', kind: 'app', hash: hash(n) })
    await new Promise(setImmediate)
  }

  await expect.poll(async () => connections(), PATIENCE).toBe(0)
})

test('one order that is larger than what may wait disconnects nobody', async () => {
  const places = openPlaces({ ...TWO, backlogBytes: 1000 })
  const served = await serve(await openTestDatabase('sqlite'), { ...longOrder(200_000), places })
  const client = await connectTo(served)
  await ask(client, 'join', { chainId: CHAIN, topic: 'orders' })

  for (let n = 1; n <= 3; n += 1) {
    await announce(served, { type: 'order_published', kind: 'app', hash: hash(n) })
    await expect.poll(() => client.heard.length, PATIENCE).toBe(n)
  }

  expect(client.socket.connected).toBe(true)
})

test('what a client says again and again without hearing the answers disconnects it, too', async () => {
  const served = await serve(await openTestDatabase('sqlite'), { places: openPlaces({ ...TWO, backlogBytes: 10_000 }) })
  const client = await connectTo(served)

  for (let n = 0; n < 500; n += 1) client.socket.emit('leaveAll', () => undefined)

  await expect.poll(() => served.sockets.connected(), PATIENCE).toBe(0)
})
