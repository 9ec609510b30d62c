// The way to a market, and what is wrong with it.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startSdkMarket, type SdkMarket } from '../../test/market.ts'
import { connect } from './connect.ts'

let market: SdkMarket
beforeAll(async () => {
  market = await startSdkMarket()
})
afterAll(async () => {
  await market.stop()
})

test.each(['0x12', '0x00000000000000000000000000000000000000aA'] as const)(
  'a hub of %s, which is no address or has a typing error, is refused as every other address is',
  async (hub) => {
    await expect(connect({ chain: { ...market.chain, hub } })).rejects.toMatchObject({
      code: 'InvalidInput',
      details: { code: 'InvalidAddress', given: hub },
    })
  },
)

test('an address without a market is said with the chain', async () => {
  const hub = '0x00000000000000000000000000000000000000a1'

  await expect(connect({ chain: { ...market.chain, hub } })).rejects.toMatchObject({
    code: 'NoHub',
    details: { hub, chain: 'test' },
  })
})
