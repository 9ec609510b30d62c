// How long the site waits for those whom it asks.
import { createServer, type RequestListener, type ServerResponse } from 'node:http'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { readBadge } from '../badge/readBadge.ts'
import type { Chain } from '../site/config.ts'
import { fetchFile } from '../store/fetchFile.ts'
import { ask } from './ask.ts'
import { askNode } from './askNode.ts'
import { fetchPatiently } from './patience.ts'

afterEach(() => {
  vi.useRealTimers()
})

/** Answers on this machine until the test is over. @returns its address */
async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' ? String(address?.port) : ''}`
}

/** Takes questions, and answers none. */
const FROZEN: RequestListener = () => undefined

/** Begins an answer, and never ends it. */
const STUCK: RequestListener = (_, response) => {
  response.writeHead(200, { 'content-type': 'application/json' }).write('{"result":')
}

type Asking = (url: string, patienceMs: number) => Promise<unknown>

function chainAt(url: string): Chain {
  const coin = { name: 'Ether', symbol: 'ETH' }
  const urls = { rpcUrl: url, marketUrl: url, storageUrl: url }
  return { slug: 'local', name: 'Local', chainId: 31_337, hub: `0x${'1'.repeat(40)}`, coin, ...urls }
}

const { signal } = new AbortController()
const ASKERS: readonly (readonly [string, Asking, string])[] = [
  ['market', async (url, patienceMs) => ask(chainAt(url), '/deals', { patienceMs }), 'ServiceUnreachable'],
  [
    'node',
    async (url, patienceMs) => askNode(chainAt(url), { method: 'eth_blockNumber', patienceMs }),
    'ChainUnreachable',
  ],
  [
    'registry',
    async (url, patienceMs) => fetchFile(`${url}/index.json`, { mostBytes: 100, signal, patienceMs }),
    'ServiceUnreachable',
  ],
  ['badge', async (url, patienceMs) => readBadge(`${url}/badge.svg`, { signal, patienceMs }), 'ServiceUnreachable'],
]

test.each(
  ASKERS.flatMap(([who, asking, code]) => [
    { who, asking, code, does: 'takes questions and answers none', answer: FROZEN },
    { who, asking, code, does: 'stands still within its answer', answer: STUCK },
  ]),
)('a $who that $does is said not to answer', async ({ asking, code, answer }) => {
  const url = await serve(answer)

  const asked = asking(url, 50)

  await expect(asked).rejects.toMatchObject({ code, cause: { name: 'TimeoutError' } })
  await expect(asked).rejects.toThrow('does not answer')
})

test('an answer that goes on takes as long as it takes, and one that stands still is given up', async () => {
  const answering = Promise.withResolvers<ServerResponse>()
  const url = await serve((_, response) => {
    response.writeHead(200).write('0')
    answering.resolve(response)
  })
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const { body } = await fetchPatiently(url, { patienceMs: 10_000 })
  const reader = body?.getReader()
  const answer = await answering.promise
  await reader?.read()

  for (const part of ['1', '2', '3']) {
    vi.advanceTimersByTime(9_999)
    answer.write(part)
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe(part)
  }

  const next = reader?.read()
  vi.advanceTimersByTime(10_000)
  await expect(next).rejects.toMatchObject({ name: 'TimeoutError', message: 'Nothing came within 10 s.' })
})

test('an answer that has ended is whole, with what its head says', async () => {
  const url = await serve((_, response) => {
    response.writeHead(404, { 'content-type': 'text/plain' }).end('gärtner')
  })

  const response = await fetchPatiently(url)

  expect([response.status, response.ok, response.headers.get('content-type')]).toEqual([404, false, 'text/plain'])
  expect(await response.text()).toBe('gärtner')
})

test('who leaves is told so, and not that nobody answers', async () => {
  const leaving = new AbortController()
  const url = await serve(() => {
    leaving.abort()
  })

  await expect(ask(chainAt(url), '/deals', { signal: leaving.signal })).rejects.toMatchObject({ name: 'AbortError' })
})
