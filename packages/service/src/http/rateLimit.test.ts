// Who asks too often waits; who asks through a proxy is told apart from his neighbours.
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { Hono } from 'hono'
import { expect, onTestFinished, test } from 'vitest'
import { limitRate, type HttpEnv } from './rateLimit.ts'

type Client = { readonly peer?: string; readonly headers?: Readonly<Record<string, string>> }

/** An app of which each client may ask 3 times in 10 seconds. */
function openLimited(): { readonly ask: (client: Client) => Promise<Response>; readonly clock: { now: number } } {
  const clock = { now: 1000 }
  const app = new Hono<HttpEnv>()
  app.use(limitRate({ requests: 3, windowMs: 10_000 }, () => clock.now))
  app.get('/', (context) => context.text('here'))
  const ask = async ({ peer, headers = {} }: Client): Promise<Response> =>
    app.request(
      '/',
      { headers: { ...headers } },
      peer === undefined ? {} : { incoming: { socket: { remoteAddress: peer } } },
    )
  return { ask, clock }
}

async function statusesOf(
  ask: (client: Client) => Promise<Response>,
  client: Client,
  times: number,
): Promise<number[]> {
  const statuses: number[] = []
  for (let time = 0; time < times; time += 1) statuses.push((await ask(client)).status)
  return statuses
}

test('a client may ask so many times in a window, and again in the next one', async () => {
  const { ask, clock } = openLimited()
  const client = { peer: '203.0.113.7' }

  expect(await statusesOf(ask, client, 4)).toEqual([200, 200, 200, 429])
  clock.now += 9_999
  expect(await statusesOf(ask, client, 1)).toEqual([429])
  clock.now += 1
  expect(await statusesOf(ask, client, 4)).toEqual([200, 200, 200, 429])
})

test('who asks for the health is never refused, and that does not count', async () => {
  const app = new Hono<HttpEnv>()
  app.use(limitRate({ requests: 1, windowMs: 10_000 }, () => 0))
  app.get('*', (context) => context.text('here'))
  const ask = async (path: string): Promise<number> =>
    (await app.request(path, {}, { incoming: { socket: { remoteAddress: '203.0.113.7' } } })).status

  expect([await ask('/health'), await ask('/health'), await ask('/deals'), await ask('/deals')]).toEqual([
    200, 200, 200, 429,
  ])
  expect(await ask('/health')).toBe(200)
})

test('the refusal says so in the known words, and how long to wait', async () => {
  const { ask, clock } = openLimited()
  await statusesOf(ask, { peer: '203.0.113.7' }, 3)
  clock.now += 2_500

  const answer = await ask({ peer: '203.0.113.7' })

  expect(await answer.json()).toEqual({ ok: false, error: 'Rate limit exceeded' })
  expect(answer.headers.get('retry-after')).toBe('8')
})

test('clients are counted each for itself, an IPv4 one also over IPv6', async () => {
  const { ask } = openLimited()

  expect(await statusesOf(ask, { peer: '203.0.113.7' }, 3)).toEqual([200, 200, 200])
  expect(await statusesOf(ask, { peer: '203.0.113.8' }, 1)).toEqual([200])
  expect(await statusesOf(ask, { peer: '::ffff:203.0.113.7' }, 1)).toEqual([429])
})

test.each([{}, { peer: '127.0.0.1' }, { peer: '::1' }, { peer: '::ffff:127.0.0.1' }])(
  'this machine itself is not limited: %o',
  async (client) => {
    const { ask } = openLimited()

    expect(await statusesOf(ask, client, 5)).toEqual([200, 200, 200, 200, 200])
  },
)

test.each([
  ['x-real-ip', '198.51.100.1'],
  ['x-forwarded-for', '203.0.113.99, 198.51.100.1'],
])('a proxy near by is believed whom it asks for (%s)', async (header, value) => {
  const { ask } = openLimited()

  for (const peer of ['127.0.0.1', '10.1.2.3', '172.16.0.9']) {
    expect((await ask({ peer, headers: { [header]: value } })).status).toBe(200)
  }
  expect((await ask({ peer: '192.168.1.1', headers: { [header]: value } })).status).toBe(429)
  expect((await ask({ peer: '192.168.1.1', headers: { [header]: '198.51.100.2' } })).status).toBe(200)
})

test('who comes through a proxy cannot pass for this machine', async () => {
  const { ask } = openLimited()
  const client = { peer: '127.0.0.1', headers: { 'x-real-ip': '127.0.0.1' } }

  expect(await statusesOf(ask, client, 4)).toEqual([200, 200, 200, 429])
})

test('the addresses of one IPv6 network are one client', async () => {
  const { ask } = openLimited()
  const peers = ['2001:db8:0:1::1', '2001:db8:0:1:ffff::2', '2001:db8::1:0:0:0:3', '2001:db8:0:1::4', '2001:db8:0:2::1']

  const statuses: number[] = []
  for (const peer of peers) statuses.push((await ask({ peer })).status)

  expect(statuses).toEqual([200, 200, 200, 429, 200])
})

test('nobody else can pass for somebody else', async () => {
  const { ask } = openLimited()
  const statuses: number[] = []

  for (let n = 0; n < 4; n += 1) {
    statuses.push((await ask({ peer: '203.0.113.7', headers: { 'x-real-ip': `198.51.100.${n}` } })).status)
  }

  expect(statuses).toEqual([200, 200, 200, 429])
})

function from(origin: string): Client {
  return { peer: '203.0.113.7', headers: { origin } }
}

test('the pages of iExec are not limited', async () => {
  const { ask } = openLimited()

  expect(await statusesOf(ask, from('https://explorer.iex.ec'), 5)).toEqual([200, 200, 200, 200, 200])
  expect(await statusesOf(ask, from('https://iex.ec.example'), 4)).toEqual([200, 200, 200, 429])
  expect(await statusesOf(ask, from('no url'), 1)).toEqual([429])
})

test('over a real socket a client is its address, or what the proxy on this machine tells', async () => {
  const app = new Hono<HttpEnv>()
  app.use(limitRate({ requests: 1, windowMs: 10_000 }, () => 0))
  app.get('/', (context) => context.text('here'))
  const server = createAdaptorServer({ fetch: app.fetch })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  onTestFinished(() => {
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const statusFrom = async (client?: string): Promise<number> =>
    (await fetch(url, client === undefined ? {} : { headers: { 'x-real-ip': client } })).status

  expect([
    await statusFrom(),
    await statusFrom(),
    await statusFrom('198.51.100.1'),
    await statusFrom('198.51.100.1'),
  ]).toEqual([200, 200, 200, 429])
})
