import { once } from 'node:events'
import type { Server } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { serve } from '@hono/node-server'
import { onBothEngines } from '@iexec/service/test/database'
import { expect, onTestFinished, test, vi } from 'vitest'
import { openTestDatabase } from '../../test/database.ts'
import { openBus, type Bus, type MarketMessage } from './bus.ts'
import { openPlaces } from './places.ts'
import { countStreams, MAX_STREAMS, STREAM_HEADERS, streamEvents, type StreamOptions } from './stream.ts'

const PATIENCE = { timeout: 20_000, interval: 10 }
const ALL = ['orders', 'deals', 'tasks', 'blocks'] as const

async function openTestBus(engine: 'sqlite' | 'postgres' = 'sqlite'): Promise<Bus> {
  const bus = await openBus(await openTestDatabase(engine))
  onTestFinished(async () => bus.close())
  return bus
}

async function announce(bus: Bus, ...messages: readonly MarketMessage[]): Promise<void> {
  await bus.write(async (_writer, tell) => {
    for (const message of messages) tell(message)
    return Promise.resolve()
  })
}

/** A stream that nothing speaks against. */
function openStream(bus: Bus, options: StreamOptions): ReadableStream<Uint8Array> {
  const stream = streamEvents({ bus }, options)
  if ('refused' in stream) throw new Error(`The stream was refused: ${stream.refused}.`)
  return stream
}

/** A real server with the stream at every path; returns its port. */
async function serveStream(bus: Bus, options: StreamOptions): Promise<number> {
  return portOf(await startServer(bus, options))
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}

async function startServer(bus: Bus, options: StreamOptions): Promise<Server> {
  const server = serve({
    fetch: (request: Request) =>
      new Response(openStream(bus, { ...options, lastEventId: request.headers.get('last-event-id') ?? undefined }), {
        headers: STREAM_HEADERS,
      }),
    hostname: '127.0.0.1',
    port: 0,
  }) as Server
  if (!server.listening) await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return server
}

type Page = { readonly text: () => string; readonly leave: () => void; readonly ended: Promise<void> }

/** A page that listens, and all that it has received so far. It returns when the first bytes are there. */
async function listen(port: number, headers: Readonly<Record<string, string>> = {}): Promise<Page> {
  const leaving = new AbortController()
  const response = await fetch(`http://127.0.0.1:${port}/`, { headers, signal: leaving.signal })
  expect(response.headers.get('content-type')).toBe('text/event-stream')
  let text = ''
  const ended = (async () => {
    try {
      for await (const bytes of response.body ?? []) text += Buffer.from(bytes).toString()
    } catch (error) {
      if (!leaving.signal.aborted) throw error
    }
  })()
  onTestFinished(() => {
    leaving.abort()
  })
  await expect.poll(() => text, PATIENCE).toMatch(/^retry: 1000\nid: seen\n\nevent: listening\ndata: .*\n\n/u)
  return {
    text: () => text,
    leave: () => {
      leaving.abort()
    },
    ended,
  }
}

/** Names of the events so far, after the first one, which every stream has. */
function eventsOf(page: Page): readonly string[] {
  return [...page.text().matchAll(/^event: (.*)$/gmu)].map(([, name = '']) => name).slice(1)
}

/** For how long nothing was announced, as the first event tells. */
function quietOf(page: Page): number {
  const [, ms] = /^event: listening\ndata: \{"quietMs":(\d+)\}$/mu.exec(page.text()) ?? []
  return Number(ms)
}

const DEAL: MarketMessage = { type: 'deal_created', deal: '0xdd' }
const ORDER: MarketMessage = { type: 'order_published', kind: 'app', hash: '0xaa' }
const TASK: MarketMessage = { type: 'task_updated', task: '0x11', deal: '0xdd', status: 'completed' }
const BLOCK: MarketMessage = { type: 'block_indexed', block: 7 }

onBothEngines('a stream', (engine) => {
  test('tells a page what is announced, each event with its type and content', async () => {
    const bus = await openTestBus(engine)
    const page = await listen(await serveStream(bus, { topics: ALL }))

    await announce(bus, DEAL, ORDER)

    await expect
      .poll(() => page.text(), PATIENCE)
      .toBe(
        `retry: 1000\nid: seen\n\nevent: listening\ndata: {"quietMs":${quietOf(page)}}\n\n` +
          'event: deal_created\ndata: {"type":"deal_created","deal":"0xdd"}\n\n' +
          'event: order_published\ndata: {"type":"order_published","kind":"app","hash":"0xaa"}\n\n',
      )
  })
})

test.each([
  ['orders', 'order_published'],
  ['deals', 'deal_created'],
  ['tasks', 'task_updated'],
  ['blocks', 'block_indexed'],
] as const)('who listens to %s hears only these, and every resync', async (topic, name) => {
  const bus = await openTestBus()
  const page = await listen(await serveStream(bus, { topics: [topic] }))

  await announce(bus, DEAL, ORDER, TASK, BLOCK, { type: 'resync' })

  await expect.poll(() => eventsOf(page), PATIENCE).toEqual([name, 'resync'])
})

test('a page that comes back is told to read anew, because it has missed something', async () => {
  const bus = await openTestBus()
  const page = await listen(await serveStream(bus, { topics: ALL }), { 'last-event-id': 'seen' })

  await announce(bus, DEAL)

  await expect.poll(() => eventsOf(page), PATIENCE).toEqual(['resync', 'deal_created'])
})

test('who begins to listen is told for how long nothing was announced of what he listens to', async () => {
  const bus = await openTestBus()
  const deals = await serveStream(bus, { topics: ['deals'] })
  const orders = await serveStream(bus, { topics: ['orders'] })
  // Moves when something is waited for, and by what is said here.
  vi.useFakeTimers({ toFake: ['performance'] })
  onTestFinished(() => {
    vi.useRealTimers()
  })
  const firstAt = performance.now()
  const ofAll = await listen(await serveStream(bus, { topics: ALL }))
  vi.advanceTimersByTime(100)
  const dealAt = performance.now()
  await announce(bus, DEAL)
  await expect.poll(() => eventsOf(ofAll), PATIENCE).toEqual(['deal_created'])
  vi.advanceTimersByTime(400)

  const dealsAt = performance.now()
  const ofDeals = await listen(deals)
  const ordersAt = performance.now()
  const ofOrders = await listen(orders)

  expect([quietOf(ofAll), quietOf(ofDeals)]).toEqual([0, dealsAt - dealAt])
  // Of orders nothing is known from before the first one who listened.
  expect(quietOf(ofOrders)).toBe(ordersAt - firstAt)
})

test('a quiet stream is kept alive by comments', async () => {
  const page = await listen(await serveStream(await openTestBus(), { topics: ALL, heartbeatMs: 10 }))

  await expect.poll(() => page.text(), PATIENCE).toContain('\n\n:\n\n:\n\n')
})

test('a stream ends when the service says so', async () => {
  const bus = await openTestBus()
  const shutdown = new AbortController()
  const page = await listen(await serveStream(bus, { topics: ALL, signal: shutdown.signal }))
  await announce(bus, DEAL)

  shutdown.abort()
  await page.ended

  expect(eventsOf(page)).toEqual(['deal_created'])
  expect(countStreams({ bus })).toBe(0)
})

test('a stream that was asked for too late ends at once', async () => {
  const bus = await openTestBus()

  const stream = openStream(bus, { topics: ALL, signal: AbortSignal.abort() })
  const text = await new Response(stream).text()

  expect(text).toMatch(/^retry: 1000\nid: seen\n\nevent: listening\ndata: \{"quietMs":\d+\}\n\n$/u)
  expect(countStreams({ bus })).toBe(0)
})

test('a page that left is forgotten', async () => {
  const bus = await openTestBus()
  const port = await serveStream(bus, { topics: ALL })
  const page = await listen(port)
  await listen(port)
  const before = countStreams({ bus })

  page.leave()

  await expect.poll(() => countStreams({ bus }), PATIENCE).toBe(1)
  expect(before).toBe(2)
})

test('a client that reads too slowly hears of it as its last event, and the others hear everything', async () => {
  const bus = await openTestBus()
  const slow = openStream(bus, { topics: ALL, places: openPlaces({ perAddress: 1, backlogBytes: 256 * 1024 }) })
  const page = await listen(await serveStream(bus, { topics: ALL }))

  for (let n = 0; n < 100; n += 1) {
    await announce(bus, ...Array.from({ length: 50 }, () => TASK))
    await expect.poll(() => eventsOf(page).length, PATIENCE).toBe((n + 1) * 50)
  }
  const text = await new Response(slow).text()

  expect(text.length).toBeLessThan(256 * 1024 + 100)
  expect(text).toMatch(/event: overflow\ndata: \{\}\n\n$/u)
  expect(text.match(/event: overflow/gu)).toHaveLength(1)
  expect(countStreams({ bus })).toBe(1)
})

test('a client that has stopped reading is cut off', async () => {
  const bus = await openTestBus()
  const server = await startServer(bus, { topics: ALL, heartbeatMs: 50 })
  const socket = connect(portOf(server), '127.0.0.1')
  onTestFinished(() => {
    socket.destroy()
  })
  socket.write('GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n')
  await expect.poll(() => countStreams({ bus }), PATIENCE).toBe(1)
  socket.pause()
  const connections = promisify(server.getConnections.bind(server))
  const before = await connections()
  const big: MarketMessage = { ...TASK, status: 'x'.repeat(100_000) }

  while (countStreams({ bus }) > 0) {
    await announce(bus, big)
    await new Promise(setImmediate)
  }

  await expect.poll(async () => connections(), PATIENCE).toBe(0)
  expect(before).toBe(1)
})

test('there are not more streams than may be, and again room when one has ended', async () => {
  const bus = await openTestBus()
  const streams = Array.from({ length: MAX_STREAMS }, () => openStream(bus, { topics: ALL }))

  const refused = streamEvents({ bus }, { topics: ALL })
  await streams[0]?.cancel()
  const admitted = openStream(bus, { topics: ALL })

  expect(refused).toEqual({ refused: 'everybody' })
  expect(admitted).toBeInstanceOf(ReadableStream)
  for (const stream of [...streams.slice(1), admitted]) await stream.cancel()
  expect(countStreams({ bus })).toBe(0)
})
