// What every route has in common: unknown paths and methods, foreign origins, faults of our own.
import { Kysely, PostgresDialect } from 'kysely'
import { Pool } from 'pg'
import { expect, test } from 'vitest'
import { createClient, http } from 'viem'
import type { Schema } from '../db/schema.ts'
import { ROOMS, ask, logIn, openTestApp } from './testApp.ts'

async function burn(): Promise<never> {
  return Promise.reject(new Error('the disk of row 17 is on fire'))
}

test('an unknown path is told in plain text', async () => {
  const { app } = await openTestApp('sqlite')

  const answer = await app.request('/nothing')

  expect([answer.status, await answer.text()]).toEqual([404, 'Not Found'])
  expect(answer.headers.get('content-type')).toMatch(/^text\/plain/u)
})

test('an unknown method of a known path is told with those that are known', async () => {
  const { app } = await openTestApp('sqlite')

  const answers = await Promise.all(
    ['/deals', '/apporders', '/graphql', '/31337/workerpools/0x12'].map(async (path) =>
      app.request(path, { method: 'DELETE' }),
    ),
  )

  expect(answers.map(({ status }) => status)).toEqual([405, 405, 405, 405])
  expect(await answers[0]?.text()).toBe('Method Not Allowed')
  expect(answers.map(({ headers }) => headers.get('allow'))).toEqual([
    'OPTIONS, HEAD, GET',
    'OPTIONS, HEAD, GET, POST, PUT',
    'OPTIONS, POST',
    'OPTIONS, HEAD, GET, PUT',
  ])
})

test('every origin may ask, and is named in the answer', async () => {
  const { app } = await openTestApp('sqlite')

  for (const path of ['/version', '/deals', '/nothing']) {
    const { headers } = await app.request(path, { headers: { origin: 'https://explorer.example' } })
    expect(headers.get('access-control-allow-origin')).toBe('https://explorer.example')
    expect(headers.get('vary')).toBe('Origin')
  }
  expect((await app.request('/version')).headers.get('access-control-allow-origin')).toBeNull()
})

test('browsers are told beforehand that they may send a login', async () => {
  const { app } = await openTestApp('sqlite')

  const { status, headers } = await app.request('/apporders', {
    method: 'OPTIONS',
    headers: {
      origin: 'https://explorer.example',
      'access-control-request-method': 'PUT',
      'access-control-request-headers': 'authorization,content-type',
    },
  })

  expect(status).toBe(204)
  expect(headers.get('access-control-allow-origin')).toBe('https://explorer.example')
  expect(headers.get('access-control-allow-methods')).toBe('GET,HEAD,PUT,POST')
  expect(headers.get('access-control-allow-headers')).toBe('authorization,content-type')
})

test('HEAD answers as GET does, without a body', async () => {
  const { app } = await openTestApp('sqlite')

  const answer = await app.request('/version', { method: 'HEAD' })

  expect([answer.status, await answer.text()]).toEqual([200, ''])
})

test('a fault of our own is told to the log, and nobody else hears what it was', async () => {
  const { app, logged } = await openTestApp('sqlite', {}, { rooms: { ...ROOMS, listDeals: burn } })

  expect(await ask(app, '/deals?chainId=31337&requester=0x1234567890123456789012345678901234567890')).toEqual({
    status: 500,
    json: { ok: false, error: 'Internal error' },
  })
  expect(logged).toHaveLength(1)
  expect(logged[0]).toMatch(
    /^get \/deals: A request could not be answered. Error: the disk of row 17 is on fire\n +at /u,
  )
})

test('a node that does not answer is told as something that passes', async () => {
  // Port 1: nobody listens there.
  const client = createClient({ transport: http('http://127.0.0.1:1', { retryCount: 0 }) })
  const { app, logged } = await openTestApp('sqlite', { client })
  // Signed by somebody else: only the chain can tell whether the account is a contract that says yes.
  const [hash, , address] = (await logIn(app, 1)).split('_')
  const authorization = `${hash}_0x${'12'.repeat(65)}_${address}`

  const answer = await ask(app, '/apporders?chainId=31337', { method: 'POST', headers: { authorization }, body: '{}' })

  expect(answer).toEqual({
    status: 500,
    json: { ok: false, error: 'Something went wrong, you should retry later.' },
  })
  expect(logged).toHaveLength(1)
  expect(logged[0]).toContain('HttpRequestError: HTTP request failed.')
  expect(logged[0]).not.toMatch(/1212|127\.0\.0\.1:1/u)
})

test('a database that does not answer is told as something that passes, and to the log once per outage', async () => {
  // Port 1: nobody listens there.
  const down = new Kysely<Schema>({
    dialect: new PostgresDialect({ pool: new Pool({ connectionString: 'postgres://postgres@127.0.0.1:1/postgres' }) }),
  })
  const { app, logged, clock } = await openTestApp('sqlite', { read: down })
  const told = { status: 503, json: { ok: false, error: 'The database does not answer, try again later.' } }

  for (const path of ['/categories?chainId=31337', '/apporders/0x00?chainId=31337', '/metrics?chainId=31337']) {
    expect((await ask(app, path)).status).toBe(path.includes('0x00') ? 400 : 503)
  }
  expect(await ask(app, '/categories?chainId=31337')).toEqual(told)
  expect(logged).toEqual([
    expect.stringMatching(/^get \/categories: The database does not answer\. .*ECONNREFUSED.*$/u),
  ])
  clock.now += 120_000
  await ask(app, '/categories?chainId=31337')
  expect(logged).toHaveLength(2)
})

test('several chains are served side by side, each under its own id', async () => {
  const one = await openTestApp('sqlite')
  const other = await openTestApp('sqlite', { chainId: 134 })
  const { app } = await openTestApp('sqlite', {}, { markets: [one.market, other.market] })

  expect((await ask(app, '/health')).json).toMatchObject({ chains: [{ chainId: 31_337 }, { chainId: 134 }] })
  expect(
    (await ask(app, '/challenge?chainId=134&address=0x1234567890123456789012345678901234567890')).json,
  ).toMatchObject({
    data: { domain: { chainId: '134' } },
  })
  const body = JSON.stringify({ query: '{ __typename }' })
  expect((await ask(app, '/graphql', { method: 'POST', body })).json).toEqual({
    ok: false,
    error: 'chainId is a required field',
  })
  expect((await ask(app, '/graphql?chainId=134', { method: 'POST', body })).status).toBe(200)
})
