// What the service tells of itself, its description, and what one can listen to.
import { onBothEngines } from '@iexec/service/test/database'
import { getAddress } from 'viem'
import { expect, test } from 'vitest'
import { bookRow, hash, START } from '../../test/rows.ts'
import { NOW, seedBook } from '../book/testMarket.ts'
import { openPlaces } from '../live/places.ts'
import type { AbsentChain, IndexerStatus } from '../market.ts'
import { createRooms } from '../rooms.ts'
import { ask, openTestApp, type TestApp } from './testApp.ts'

/** An app whose index is as told. */
async function openIndexed(engine: 'sqlite' | 'postgres', status: Partial<IndexerStatus>): Promise<TestApp> {
  const live: IndexerStatus = { role: 'indexing', state: 'live', reason: undefined, since: NOW, head: 10, indexed: 10 }
  return openTestApp(engine, {
    indexer: { status: () => ({ ...live, ...status }), caughtUp: async () => Promise.resolve() },
  })
}

onBothEngines('the service', (engine) => {
  test('is well while every index is up to date', async () => {
    const { app, market } = await openIndexed(engine, {})

    expect(await ask(app, '/health')).toEqual({
      status: 200,
      json: {
        ok: true,
        chains: [
          {
            chainId: 31_337,
            hub: getAddress(market.contracts.hub),
            ok: true,
            role: 'indexing',
            state: 'live',
            reason: null,
            since: new Date(NOW).toISOString(),
            headBlock: 10,
            indexedBlock: 10,
            lagBlocks: 0,
            lagSeconds: 0,
          },
        ],
      },
    })
  })

  test('is not well while an index waits, and says why and how far behind it is', async () => {
    const { app, database, clock } = await openIndexed(engine, {
      state: 'waiting',
      reason: 'No node answers.',
      indexed: 7,
    })
    await database.write(async (writer) =>
      writer
        .insertInto('block')
        .values({ number: 7, hash: hash(7), timestamp: START })
        .execute(),
    )
    clock.now = (START + 42) * 1000

    expect(await ask(app, '/health')).toMatchObject({
      status: 503,
      json: { ok: false, chains: [{ state: 'waiting', reason: 'No node answers.', lagBlocks: 3, lagSeconds: 42 }] },
    })
  })

  test('does not say that it lags by nothing while the node is gone, but for how long the head is not known', async () => {
    const { app, clock } = await openIndexed(engine, { state: 'waiting', headUnknownSince: NOW })
    const figures = async (): Promise<string> =>
      (await app.request('/metrics', { headers: { accept: 'text/plain' } })).text()

    clock.now = NOW + 125_000

    expect((await ask(app, '/health')).json).toMatchObject({
      chains: [{ headBlock: 10, indexedBlock: 10, lagBlocks: null, lagSeconds: 125 }],
    })
    expect((await ask(app, '/metrics?chainId=31337')).json).toMatchObject({ headBlock: 10, lag: null })
    expect(await figures()).toContain('market_lag_seconds{chain="31337"} 125')
    expect(await figures()).not.toContain('market_lag_blocks{')
  })

  test('is not well while nobody has told of a chain, which it names by its hub; asked for any other, it says that it may be that one', async () => {
    const hub = '0xABcdEFABcdEFabcdEfAbCdefabcdeFABcDEFabCD'
    const absent: AbsentChain[] = [{ hub, since: NOW }]
    const { app } = await openTestApp(engine, {}, { absent })

    const health = await ask(app, '/health')

    expect(health.status).toBe(503)
    const unknown = { role: null, headBlock: null, indexedBlock: null, lagBlocks: null, lagSeconds: null }
    expect(health.json['chains']).toEqual([
      expect.objectContaining({ chainId: 31_337 }),
      {
        ...unknown,
        chainId: null,
        hub,
        ok: false,
        state: 'waiting',
        reason: 'No node has told of this chain yet.',
        since: new Date(NOW).toISOString(),
      },
    ])
    expect((await ask(app, '/deals?chainId=31337')).status).toBe(200)
    expect(await ask(app, '/deals?chainId=134')).toEqual({
      status: 503,
      json: { ok: false, error: 'chainId 134 may be a chain whose node does not answer yet, try again later.' },
    })
    expect((await ask(app, '/deals?chainId=bellecour')).json).toMatchObject({
      error: 'chainId bellecour is not supported',
    })
    const graphql = { method: 'POST', body: JSON.stringify({ query: '{ apps { id } }' }) }
    expect(await ask(app, '/graphql', graphql)).toMatchObject({ json: { error: 'chainId is a required field' } })
    absent.pop()
    expect(await ask(app, '/deals?chainId=134')).toMatchObject({
      status: 400,
      json: { error: 'chainId 134 is not supported' },
    })
    expect((await ask(app, '/graphql', graphql)).status).toBe(200)
  })

  test('knows no lag before a node has answered', async () => {
    const { app } = await openIndexed(engine, { state: 'starting', head: undefined, indexed: undefined })

    expect(await ask(app, '/health')).toMatchObject({
      status: 503,
      json: { chains: [{ headBlock: null, indexedBlock: null, lagBlocks: null, lagSeconds: null }] },
    })
    expect((await ask(app, '/metrics?chainId=31337')).json).toMatchObject({ lastBlock: 0, headBlock: null, lag: null })
  })

  test('counts open orders of each kind', async () => {
    const { app, database } = await openIndexed(engine, { indexed: 7 })
    const kinds = ['app', 'app', 'dataset', 'request'] as const
    await seedBook(database, [
      ...kinds.map((kind, n) => bookRow({ hash: hash(n), kind })),
      bookRow({ hash: hash(9), kind: 'workerpool', status: 'filled' }),
    ])

    expect((await ask(app, '/metrics?chainId=31337')).json).toEqual({
      ok: true,
      lastBlock: 7,
      checkpointBlock: 7,
      apporders: 2,
      datasetorders: 1,
      workerpoolorders: 0,
      requestorders: 1,
      headBlock: 10,
      lag: 3,
    })
  })
})

test('Prometheus gets all figures as text', async () => {
  const { app } = await openIndexed('sqlite', { indexed: 7 })
  await app.request('/deals?chainId=1')

  const answer = await app.request('/metrics', {
    headers: { accept: 'application/openmetrics-text;version=1.0.0,text/plain;q=0.5' },
  })
  const text = await answer.text()

  expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/u)
  expect(text).toContain('market_head_block{chain="31337"} 10')
  expect(text).toContain('market_indexed_block{chain="31337"} 7')
  expect(text).toContain('market_lag_blocks{chain="31337"} 3')
  expect(text).toContain('# TYPE market_lag_seconds gauge')
  expect(text).toContain('market_live{chain="31337"} 1')
  expect(text).toContain('market_open_orders{chain="31337",kind="apporder"} 0')
  expect(text).toMatch(/http_request_duration_seconds_count\{route="\/deals",status="400"\} 1/u)
})

test('the bare address leads people to the docs, and programs to the description', async () => {
  const { app } = await openTestApp('sqlite')

  const page = await app.request('/', { headers: { accept: 'text/html,*/*;q=0.8' } })

  expect([page.status, page.headers.get('location')]).toEqual([302, 'docs'])
  expect(await ask(app, '/')).toEqual({
    status: 200,
    json: { ok: true, version: '1.2.3', docs: 'docs', description: 'openapi.json' },
  })
})

test('statistics of days in the wrong order are refused', async () => {
  const { app } = await openTestApp('sqlite')

  expect(await ask(app, '/statistics?chainId=31337&from=2024-02-02&to=2024-02-01')).toEqual({
    status: 400,
    json: { ok: false, error: 'from must not be after to' },
  })
})

test('the version is that of the service', async () => {
  const { app } = await openTestApp('sqlite')

  expect(await ask(app, '/version')).toEqual({ status: 200, json: { ok: true, version: '1.2.3' } })
})

test('the page of the description takes everything from this server', async () => {
  const { app } = await openTestApp('sqlite')

  const page = await app.request('/docs')
  const html = await page.text()

  expect(page.headers.get('content-type')).toMatch(/^text\/html/u)
  expect(page.headers.get('content-security-policy')).toContain("default-src 'self'")
  const files = [...html.matchAll(/(?:href|src)="(?<file>[^"]+)"/gu)].map(({ groups }) => groups?.['file'] ?? '')
  expect(files.filter((file) => file !== 'data:,')).toEqual([
    'docs/swagger-ui.css',
    'docs/swagger-ui-bundle.js',
    'docs/start.js',
  ])
  for (const file of files.filter((name) => name.startsWith('docs/'))) {
    expect((await app.request(`/${file}`)).status).toBe(200)
  }
  const withSlash = await app.request('/docs/')
  expect(withSlash.status).toBe(308)
  expect(new URL(withSlash.headers.get('location') ?? '', 'http://host/prefix/docs/').href).toBe(
    'http://host/prefix/docs',
  )
  expect((await app.request('/docs/../package.json')).status).toBe(404)
  expect((await app.request('/docs/constructor')).status).toBe(404)
})

test('news are streamed as they are announced', async () => {
  const { app, market } = await openTestApp('sqlite')
  const hangUp = new AbortController()
  const answer = await app.request('/events?chainId=31337&topics=blocks', { signal: hangUp.signal })
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader()

  await market.bus.write(async (_, announce) => {
    await Promise.resolve()
    announce({ type: 'deal_created', deal: hash(1) })
    announce({ type: 'block_indexed', block: 3 })
  })

  let heard = ''
  while (!heard.includes('block_indexed')) heard += (await reader?.read())?.value ?? ''
  expect(answer.headers.get('content-type')).toBe('text/event-stream')
  expect(heard).toContain('event: block_indexed\ndata: {"type":"block_indexed","block":3}\n\n')
  expect(heard).not.toContain('deal_created')
  hangUp.abort()
  let end = await reader?.read()
  while (end?.done === false) end = await reader?.read()
})

test('GraphQL answers with its own errors, and 400 when a request cannot be run', async () => {
  const { app } = await openTestApp('sqlite')
  const send = async (body: unknown): Promise<unknown> =>
    ask(app, '/graphql', { method: 'POST', body: JSON.stringify(body) })

  expect(await send({ query: '{ apps { id } }' })).toEqual({ status: 200, json: { data: { apps: [] } } })
  expect(await send({ query: '{ nothing }' })).toMatchObject({ status: 400, json: { errors: [{}] } })
  expect(await send({})).toEqual({ status: 400, json: { ok: false, error: 'query is a required field' } })
  expect(await send({ query: '{ apps { id } }', variables: 'x' })).toEqual({
    status: 400,
    json: { ok: false, error: 'variables must be an object' },
  })
})

test('one address listens so often at a time, and hears when to try again', async () => {
  const places = openPlaces({ perAddress: 1, backlogBytes: 1000 })
  const rooms = createRooms({ signal: new AbortController().signal, places, onError: () => undefined })
  const { app } = await openTestApp('sqlite', {}, { rooms })
  const listen = async (peer: string): Promise<Response> =>
    app.request('/events?chainId=31337&topics=blocks', {}, { incoming: { socket: { remoteAddress: peer } } })

  const first = await listen('203.0.113.7')
  const refused = await listen('203.0.113.7')
  const other = await listen('203.0.113.8')
  await first.body?.cancel()
  const again = await listen('203.0.113.7')

  expect([first.status, refused.status, other.status, again.status]).toEqual([200, 429, 200, 200])
  expect(refused.headers.get('retry-after')).toBe('10')
  expect(await refused.json()).toEqual({ ok: false, error: 'Too many sockets and streams of one address are open.' })
  await other.body?.cancel()
  await again.body?.cancel()
})
