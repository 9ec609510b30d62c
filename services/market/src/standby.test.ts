import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createPublicClient, http } from 'viem'
import { expect, onTestFinished, test, vi } from 'vitest'
import { openTestDatabase } from '../test/database.ts'
import { openBus } from './live/bus.ts'
import { watchIndex } from './standby.ts'

const PATIENCE = { timeout: 20_000, interval: 10 }

test('who stands by does not ask again while the chain still owes an answer', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  onTestFinished(() => {
    vi.useRealTimers()
  })
  const asked: ServerResponse[] = []
  const server = createServer((_request, response) => {
    asked.push(response)
  })
  const client = createPublicClient({ transport: http(await listen(server), { timeout: 60_000, retryCount: 0 }) })
  const database = await openTestDatabase('sqlite')
  const bus = await openBus(database)
  let looks = 0
  const read = database.read.withPlugin({
    transformQuery: ({ node }) => {
      looks += 1
      return node
    },
    transformResult: async ({ result }) => Promise.resolve(result),
  })
  const { close, status } = watchIndex({ client, read, bus, now: () => 0 })
  await expect.poll(() => asked.length, PATIENCE).toBe(1)

  vi.advanceTimersByTime(10_000)

  expect(looks).toBe(1)
  asked[0]?.setHeader('content-type', 'application/json').end(JSON.stringify({ jsonrpc: '2.0', id: 1, result: '0x1' }))
  await expect.poll(() => status().head, PATIENCE).toBe(1)
  vi.advanceTimersByTime(1_000)
  expect(looks).toBe(2)
  close()
})

async function listen(server: Server): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<void>()
  server.listen(0, '127.0.0.1', resolve)
  await promise
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
