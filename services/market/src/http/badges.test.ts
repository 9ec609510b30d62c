// Badges as any page gets them.
import { toWide } from '@iexec/service'
import { onBothEngines } from '@iexec/service/test/database'
import { expect, test } from 'vitest'
import { address, assetRow, bookRow, hash } from '../../test/rows.ts'
import type { BookOrderTable } from '../db/schema.ts'
import { openTestApp, type TestApp } from './testApp.ts'

const [APP, POOL] = [address(1), address(3)]

/** What an order costs: as it is sorted by, and as it is told. */
function sold(price: number): Pick<BookOrderTable, 'price' | 'body'> {
  return { price, body: JSON.stringify({ appprice: price, workerpoolprice: price }) }
}

async function openSold(engine: 'sqlite' | 'postgres'): Promise<TestApp> {
  const opened = await openTestApp(engine)
  const day = { deals: 2, tasks: 4, paid: toWide(1n), latency_sum: 9, latency_max: 9 }
  const first = { ...day, completed: 900, fruitless: 4, failed: 10 }
  const second = { ...day, completed: 300, fruitless: 6, failed: 0 }
  await opened.database.write(async (writer) => {
    await writer
      .insertInto('asset')
      .values([
        assetRow({ address: APP, kind: 'app', name: 'Tom & <Jerry>' }),
        assetRow({ address: POOL, kind: 'workerpool' }),
      ])
      .execute()
    await writer
      .insertInto('stat')
      .values([
        { ...first, id: 'a', day: '2026-01-01', subject: APP },
        { ...second, id: 'b', day: '2026-01-02', subject: APP },
        { ...first, id: 'c', day: '2026-01-02', subject: 'all' },
      ])
      .execute()
    await writer
      .insertInto('book_order')
      .values([
        bookRow({ hash: hash(1), kind: 'app', app: APP, ...sold(200_000_000) }),
        bookRow({ hash: hash(2), kind: 'app', app: APP, ...sold(100_000_000) }),
        bookRow({ hash: hash(3), kind: 'app', app: APP, ...sold(7), requester: address(9) }),
        bookRow({ hash: hash(4), kind: 'app', app: APP, ...sold(5), status: 'filled' }),
        bookRow({ hash: hash(5), kind: 'workerpool', workerpool: POOL, ...sold(3_000_000_000) }),
      ])
      .execute()
  })
  return opened
}

onBothEngines('a badge', (engine) => {
  test('tells what an app costs everybody, and how many of its runs of all days had a result', async () => {
    const { app } = await openSold(engine)

    const [ofApp, ofPool] = await Promise.all(
      [`/badges/apps/${APP}.svg`, `/badges/workerpools/${POOL}.svg?chainId=31337`].map(async (path) => {
        const response = await app.request(path)
        return response.text()
      }),
    )

    expect(ofApp).toContain(
      '<title id="title">Tom &amp; &lt;Jerry&gt; · iExec · 0.1 RLC · 98 % of 1\u00A0210 runs</title>',
    )
    expect(ofPool).toContain('· iExec · from 3 RLC · no runs yet</title>')
  })

  test('may be shown by every page, and is only sent again when it has changed', async () => {
    const { app, database } = await openSold(engine)
    const get = async (etag?: string): Promise<Response> =>
      app.request(`/badges/apps/${APP}.svg`, {
        headers: { origin: 'https://a.example', ...(etag === undefined ? {} : { 'if-none-match': `"x", W/${etag}` }) },
      })

    const first = await get()
    const etag = first.headers.get('etag') ?? ''
    const again = await get(etag)
    await database.write(async (writer) => writer.deleteFrom('book_order').execute())
    const later = await get(etag)

    expect([first.status, again.status, later.status]).toEqual([200, 304, 200])
    expect(await again.text()).toBe('')
    expect(await later.text()).toContain('not for sale')
    for (const { headers } of [first, again]) {
      expect(Object.fromEntries(headers)).toMatchObject({
        'content-type': 'image/svg+xml; charset=utf-8',
        'cache-control': 'public, max-age=60',
        'cross-origin-resource-policy': 'cross-origin',
        'access-control-allow-origin': 'https://a.example',
        'content-security-policy': "default-src 'none'; sandbox",
      })
    }
  })

  test('is refused in JSON where there is no such app or workerpool, and for what is no address', async () => {
    const { app } = await openSold(engine)
    const told = async (path: string): Promise<unknown> => {
      const response = await app.request(path)
      return [response.status, await response.json()]
    }

    expect(await told(`/badges/apps/${POOL}.svg`)).toEqual([404, { ok: false, error: 'app not found' }])
    expect(await told(`/badges/workerpools/${APP}.svg`)).toEqual([404, { ok: false, error: 'workerpool not found' }])
    expect(await told('/badges/apps/hello.svg')).toEqual([
      400,
      { ok: false, error: 'address is not a valid ethereum address' },
    ])
    expect(await told(`/badges/apps/${APP}.svg?chainId=1`)).toEqual([
      400,
      { ok: false, error: 'chainId 1 is not supported' },
    ])
  })
})
