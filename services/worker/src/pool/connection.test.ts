// What stands in the place of a scheduler, told in a sentence with what to do.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { connectOnce, whyNotSpoken, type ConnectionOptions } from './connection.ts'

/** An address where HTTP answers whoever wants a websocket. */
async function serveStatus(status: number): Promise<string> {
  const server = createServer().on('upgrade', (_, socket) => socket.end(`HTTP/1.1 ${status} No\r\n\r\n`))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test.each([
  [401, /does not let this worker in \(401\): ask the owner/u],
  [403, /does not let this worker in \(403\): ask the owner/u],
  [404, /^There is no scheduler at .* \(404\): look at --scheduler/u],
  [503, /lets nobody in at the moment \(503\)/u],
  [500, /answers 500 in place of a scheduler: look at --scheduler/u],
])('a call that HTTP answers with %i is told in words, and tried again', async (status, words) => {
  const url = await serveStatus(status)
  const { signal } = new AbortController()

  // Nobody says hello before the connection stands.
  const { isFinal, why } = await connectOnce({ url, signal, silentMs: 10_000 } as ConnectionOptions)

  expect(why).toMatch(words)
  expect(isFinal).toBe(false)
})

test.each([
  [
    'a storage',
    { ok: true, name: 'iexec-storage', version: '0.1.0' },
    'is iexec-storage 0.1.0, where iexec-scheduler was',
  ],
  [
    'a market',
    { ok: true, version: '0.1.0' },
    'is another service of version 0.1.0, where iexec-scheduler was expected',
  ],
  [
    'a scheduler',
    { ok: true, name: 'iexec-scheduler', version: '0.1.0' },
    'opens no websocket (socket hang up): look at',
  ],
  ['a page', '<html>', 'answers 200 in place of a scheduler: look at --scheduler'],
])('of %s that hangs up, it is said what answers there and what was expected', async (_, answer, words) => {
  const server = createServer((__, response) => response.end(JSON.stringify(answer)))
  server.on('upgrade', (__, socket) => socket.destroy()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  const why = await whyNotSpoken(`${url}/`, new Error('socket hang up'))

  expect(why).toContain(`${url}/ ${words}`)
})

test('of nobody who answers, it is said what was in the way', async () => {
  const url = 'http://127.0.0.1:1'

  expect(await whyNotSpoken(url, new Error('connect ECONNREFUSED 127.0.0.1:1'))).toBe(
    `${url} does not answer (connect ECONNREFUSED 127.0.0.1:1): look at --scheduler, or ask the owner of the pool.`,
  )
})
