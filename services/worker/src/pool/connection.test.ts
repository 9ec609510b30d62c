// What stands in the place of a scheduler, told in a sentence with what to do.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { connectOnce, type ConnectionOptions } from './connection.ts'

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
