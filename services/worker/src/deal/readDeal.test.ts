// What a worker knows of deals, on a real chain.
import { waitForReceipt } from '@iexec/chain'
import type { Hex } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openShop, type Shop } from '../../test/shop.ts'
import { createDealReader } from './readDeal.ts'

const REQUESTER = 1
const MODULE = { url: 'https://a.example/app.wasm', checksum: `0x${'11'.repeat(32)}` } as const

let shop: Shop
beforeAll(async () => {
  shop = await openShop()
})
afterAll(async () => {
  await shop.stop()
})

test('a deal that a reorganisation put into a later block is read anew: its clock begins then', async () => {
  const { owner, anvil } = shop.market
  const { deal } = await shop.buy({ module: MODULE })
  const deals = createDealReader(owner, shop.hub)
  const before = await deals.read(deal)
  const { transactions } = await owner.getBlock({ includeTransactions: true })

  await rollBack(1)
  await owner.increaseTime({ seconds: 100 })
  const hash = await anvil
    .client(REQUESTER)
    .sendTransaction({ to: shop.hub, data: transactions[0]?.input ?? '0x', gas: 3_000_000n })
  await waitForReceipt(owner, hash)
  deals.forget()

  const after = await deals.read(deal)
  expect(after?.deal.startTime).toBeGreaterThan((before?.deal.startTime ?? 0n) + 90n)
})

test('a deal is asked for once, and one that nobody made is asked for again', async () => {
  const { deal } = await shop.buy({ module: MODULE })
  const deals = createDealReader(shop.market.owner, shop.hub)
  const nobodys = `0x${'22'.repeat(32)}` as typeof deal

  expect(await deals.read(nobodys)).toBeUndefined()
  expect(await deals.read(deal)).toBe(await deals.read(deal))
})

async function rollBack(depth: number): Promise<void> {
  const request = shop.market.owner.request as (call: {
    readonly method: string
    readonly params: readonly unknown[]
  }) => Promise<Hex>
  await request({ method: 'anvil_rollback', params: [depth] })
}
