// Where a scheduler is, a market only passes on: what the pool's owner has not signed is not believed.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { hashPoolEndpoint } from '@iexec/wire'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openShop, type Shop } from '../../test/shop.ts'
import { findScheduler } from './findScheduler.ts'

const CHAIN = 31_337
const NOW = 1_700_000_000

let shop: Shop
let market: Server
/** What the market answers; nothing when it does not know the pool. */
let answer: object | undefined

beforeAll(async () => {
  shop = await openShop()
  market = createServer((_, response) => {
    response.writeHead(answer === undefined ? 404 : 200).end(JSON.stringify(answer ?? { ok: false }))
  })
  await new Promise<void>((resolve) => market.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  market.close()
  await shop.stop()
})

async function find(): Promise<string> {
  const { hub, workerpool } = shop
  const { port } = market.address() as AddressInfo
  const marketUrl = `http://127.0.0.1:${port}`
  const { owner: client } = shop.market
  return findScheduler({ client, chainId: CHAIN, hub, workerpool, marketUrl, now: () => NOW * 1000 })
}

/** What the owner signs, as a market tells it. */
async function signed(validUntil: number): Promise<object> {
  const { account } = shop.scheduler
  const endpoint = { workerpool: shop.workerpool, apiUrl: 'https://pool.example', validUntil }
  const signature = await account.sign?.({ hash: hashPoolEndpoint(endpoint, CHAIN) })
  return { ok: true, ...endpoint, signature, owner: account.address }
}

test("the owner's word is believed until the second before its end", async () => {
  answer = await signed(NOW + 1)
  expect(await find()).toBe('https://pool.example')

  answer = await signed(NOW)
  await expect(find()).rejects.toThrow('is outdated')
})

test('another address than the signed one is not believed', async () => {
  answer = { ...(await signed(NOW + 1)), apiUrl: 'https://thief.example' }

  await expect(find()).rejects.toThrow(`is not signed by its owner, ${shop.scheduler.account.address}`)
})

test('a market that does not know the pool says what to do', async () => {
  answer = undefined

  await expect(find()).rejects.toThrow('name it with --scheduler')
})
