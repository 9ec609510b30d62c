// What is said of a market that is not there, or that refuses.
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { NO_ADDRESS } from '@iexec/protocol'
import { expect, onTestFinished, test } from 'vitest'
import type { Authority } from '../authority.ts'
import { openMarketClient } from './marketClient.ts'

const ORDER = {
  kind: 'workerpool',
  workerpool: NO_ADDRESS,
  workerpoolprice: 1_000_000_000n,
  volume: 4n,
  tag: `0x${'0'.repeat(64)}`,
  category: 0n,
  trust: 0n,
  apprestrict: NO_ADDRESS,
  datasetrestrict: NO_ADDRESS,
  requesterrestrict: NO_ADDRESS,
  salt: `0x${'0'.repeat(64)}`,
  sign: '0x',
} as const

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

test('a market that refuses is quoted in a sentence, and for want of stake with what the owner has to do', async () => {
  let error = "workerpool owner's stake is too low to cover required workerpool lock"
  const message = { challenge: 'Sign this message to log into iExec Gateway: abc' }
  const server = createServer(({ method }, response) => {
    if (method === 'GET') response.end(JSON.stringify({ data: { message } }))
    else response.writeHead(403).end(JSON.stringify({ ok: false, error }))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const owner = `0x${'1'.repeat(40)}` as const
  const authority = { owner, signLogin: async () => Promise.resolve(`0x${'2'.repeat(130)}`) } as unknown as Authority
  const market = openMarketClient(`http://127.0.0.1:${port}`, 1, authority)

  const poor = market.publish(ORDER)
  await expect(poor).rejects.toThrow(
    `The market at http://127.0.0.1:${port} refuses it: ${error}. 4 tasks at this price lock up to 1.2 RLC of ${owner}: iexec account deposit 1.2 RLC --to ${owner} brings it, or offer less.`,
  )
  error = 'invalid sign'
  const wrong = market.publish(ORDER)

  await expect(wrong).rejects.toThrow(/refuses it: invalid sign\.$/u)
})
