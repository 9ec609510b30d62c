// What is wrong with a request is told in the exact words, and in the exact order.
import { describe, expect, test } from 'vitest'
import type { Hono } from 'hono'
import type { HttpEnv } from '@iexec/service'
import { ask, logIn, openTestApp } from './testApp.ts'

const ADDRESS = `0x${'1'.repeat(40)}`
const CHAIN = 'chainId=31337'

function asStream(text = ''): RequestInit {
  return { body: new Blob([text]).stream(), duplex: 'half' }
}

function withLength(text = ''): RequestInit {
  return { body: text, headers: { 'content-length': String(text.length) } }
}

async function openApp(): Promise<Hono<HttpEnv>> {
  return (await openTestApp('sqlite')).app
}

/** Sends a body to an empty market, logged in. */
async function send(path: string, method: string, body: string): Promise<unknown> {
  const app = await openApp()
  const headers = { authorization: await logIn(app, 1) }
  const { status, json } = await ask(app, `${path}?${CHAIN}`, { method, headers, body })
  return [status, json['error']]
}

describe('a question', () => {
  test.each([
    ['/deals', 'chainId is a required field'],
    ['/deals?chainId=', 'chainId is a required field'],
    ['/deals?chainId=1', 'chainId 1 is not supported'],
    ['/deals?chainId=1&pageSize=1', 'chainId 1 is not supported'],
    ['/deals?chainId=abc', 'chainId abc is not supported'],
    ['/metrics', 'chainId is a required field'],
    ['/challenge', 'chainId is a required field'],
    ['/1/workerpools', 'chainId 1 is not supported'],
    [`/deals?${CHAIN}&pageSize=9`, 'pageSize must be greater than or equal to 10'],
    [`/deals?${CHAIN}&pageSize=1001`, 'pageSize must be less than or equal to 1000'],
    [`/deals?${CHAIN}&pageIndex=-1`, 'pageIndex must be greater than or equal to 0'],
    [
      `/categories?${CHAIN}&pageIndex=abc`,
      'pageIndex must be a `number` type, but the final value was: `NaN` (cast from the value `"abc"`).',
    ],
    [
      `/datasetorders?${CHAIN}&dataset=any&isAppStrict=abc`,
      'isAppStrict must be a `boolean` type, but the final value was: `"abc"`.',
    ],
    [`/apporders/0x12?${CHAIN}`, 'orderHash must be a bytes32 hexstring'],
    [`/deals/0x12?${CHAIN}`, 'dealid must be a bytes32 hexstring'],
    [`/workerpoolorders?${CHAIN}&minTag=0x12`, 'minTag must be a bytes32 hexstring'],
    [`/challenge?${CHAIN}&address=0x12`, 'address is not a valid ethereum address'],
    [`/challenge?${CHAIN}`, 'address is a required field'],
    [`/apporders?${CHAIN}&app=some`, 'app is neither "any" nor a valid ethereum address'],
    [`/apporders?${CHAIN}`, 'app or appOwner is required'],
    [`/datasetorders?${CHAIN}`, 'dataset or datasetOwner is required'],
    [`/ohlc?${CHAIN}`, 'category is a required field'],
    [`/search?${CHAIN}&q=`, 'q is a required field'],
    [`/match?${CHAIN}&app=${ADDRESS}`, 'category is a required field'],
    [`/accounts/me?${CHAIN}`, 'address is not a valid ethereum address'],
    [`/events?${CHAIN}&topics=x`, 'topics must be some of the following values: orders, deals, tasks, blocks'],
  ])('%s is refused: %s', async (path, error) => {
    const app = await openApp()

    expect(await ask(app, path)).toEqual({ status: 400, json: { ok: false, error } })
  })

  test.each([
    ['/categories/7', 'category not found'],
    [`/deals/0x${'1'.repeat(64)}`, 'deal not found'],
    [`/tasks/0x${'1'.repeat(64)}`, 'task not found'],
    [`/apps/${ADDRESS}`, 'app not found'],
    [`/datasets/${ADDRESS}`, 'dataset not found'],
    [`/workerpools/${ADDRESS}`, 'workerpool not found'],
    ...['app', 'dataset', 'workerpool', 'request'].map((kind) => [
      `/${kind}orders/0x${'1'.repeat(64)}`,
      `${kind}order not found`,
    ]),
  ])('about %s finds nothing: %s', async (path, error) => {
    const app = await openApp()

    expect(await ask(app, `${path}?${CHAIN}`)).toEqual({ status: 404, json: { ok: false, error } })
  })
})

describe('a request that needs a login', () => {
  test.each([
    ['/apporders', 'POST'],
    ['/apporders', 'PUT'],
    ['/requestorders', 'POST'],
    ['/orders', 'POST'],
  ])('%s (%s) is judged by its chain first, then by its authorization, then by its body', async (path, method) => {
    const app = await openApp()
    const authorization = await logIn(app, 1)
    const errorOf = async (query: string, headers: Record<string, string>, body: string): Promise<unknown> =>
      (await ask(app, `${path}?${query}`, { method, headers, body })).json['error']

    expect(await errorOf('', {}, '')).toBe('chainId is a required field')
    expect(await errorOf('chainId=1', { authorization }, '{')).toBe('chainId 1 is not supported')
    expect(await errorOf(CHAIN, {}, '')).toBe('invalid authorization')
    expect(await errorOf(CHAIN, {}, '{')).toBe('invalid authorization')
    expect(await errorOf(CHAIN, { authorization }, '{')).toBe('body is not valid JSON')
    expect(await errorOf(CHAIN, { authorization }, '{}')).toBe('invalid authorization')
  })
})

describe('a body', () => {
  test.each([
    ['', 'order is a required field'],
    ['{}', 'order is a required field'],
    ['[]', 'body must be a JSON object'],
    ['null', 'body must be a JSON object'],
    ['{"order":{}}', 'order.app is a required field'],
  ])('%j publishes nothing: %s', async (body, error) => {
    expect(await send('/apporders', 'POST', body)).toEqual([400, error])
  })

  test.each([
    [{ salt: undefined }, 'order.salt is a required field'],
    [{ volume: 0 }, 'order.volume must be greater than or equal to 1'],
  ])('with %o publishes nothing: %s', async (fault, error) => {
    const zero = `0x${'0'.repeat(64)}`
    const restrictions = { datasetrestrict: ADDRESS, workerpoolrestrict: ADDRESS, requesterrestrict: ADDRESS }
    const order = { app: ADDRESS, appprice: 1, volume: 1, tag: zero, ...restrictions, salt: zero, sign: '0x', ...fault }

    expect(await send('/apporders', 'POST', JSON.stringify({ order }))).toEqual([400, error])
  })

  test.each([
    ['{}', 'orderHash is a required field'],
    ['{"target":"unpublish_last"}', 'app is a required field'],
    [
      '{"target":"all"}',
      'target must be one of the following values: unpublish_orderHash, unpublish_last, unpublish_all',
    ],
  ])('%j takes nothing back: %s', async (body, error) => {
    expect(await send('/apporders', 'PUT', body)).toEqual([400, error])
  })

  test('is read to its limit, whether its length was announced or not', async () => {
    const [limit, larger] = [1024 * 1024, 1024 * 1024 + 1].map((size) =>
      '{"order":"'.padEnd(size - 2, 'x').concat('"}'),
    )
    const app = await openApp()

    for (const sent of [asStream, withLength]) {
      for (const [body, status] of [
        [limit, 400],
        [larger, 413],
      ] as const) {
        const init = sent(body)
        const headers = { ...(init.headers as object), authorization: await logIn(app, 1) }
        const answer = await ask(app, `/apporders?${CHAIN}`, { ...init, method: 'POST', headers })

        expect(answer.status).toBe(status)
      }
    }
  })

  test('of a batch is read to four times that', async () => {
    const body = '{"orders":"'.padEnd(4 * 1024 * 1024 - 2, 'x').concat('"}')

    expect(await send('/orders', 'POST', body)).toEqual([400, 'orders must be a list of orders'])
    expect(await send('/orders', 'POST', `${body} `)).toEqual([413, 'body is larger than 4194304 bytes'])
  })
})
