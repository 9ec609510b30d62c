// What is said of a market that is not there.
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import type { Authority } from '../authority.ts'
import { openMarketClient } from './marketClient.ts'

test('a market that does not answer is named, with what was in the way and nothing of its path', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  // Whoever reads needs no voice.
  const market = openMarketClient(`http://127.0.0.1:${port}/secret`, 1, {} as Authority)

  const asked = market.readEndpoint(`0x${'1'.repeat(40)}`)

  await expect(asked).rejects.toThrow(
    `The market at http://127.0.0.1:${port} does not answer: connect ECONNREFUSED 127.0.0.1:${port}.`,
  )
})
