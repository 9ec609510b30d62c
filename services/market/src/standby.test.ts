import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { startAnvil } from '@iexec/chain/test/anvil'
import { createPublicClient, http, type Hash } from 'viem'
import { getBlock } from 'viem/actions'
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

test('who stands by has caught up with the block that is the head, not with another one of its height', async () => {
  const anvil = await startAnvil()
  const database = await openTestDatabase('sqlite')
  const bus = await openBus(database)
  onTestFinished(async () => {
    await bus.close()
    await anvil.stop()
  })
  const head = await getBlock(anvil.client(0))
  const number = Number(head.number)
  const { caughtUp, close } = watchIndex({ client: anvil.client(0), read: database.read, bus, now: Date.now })
  onTestFinished(close)
  const insert = async (hash: Hash): Promise<void> =>
    bus.write(async (writer, announce) => {
      await writer.deleteFrom('block').execute()
      await writer.insertInto('block').values({ number, hash, timestamp: 1 }).execute()
      announce({ type: 'block_indexed', block: number })
    })

  expect(await caughtUp(0)).toBe(false)
  await insert(`0x${'f'.repeat(64)}`)
  expect(await caughtUp(0)).toBe(false)
  const waiting = caughtUp(20_000)
  await insert(head.hash)

  expect(await waiting).toBe(true)
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
