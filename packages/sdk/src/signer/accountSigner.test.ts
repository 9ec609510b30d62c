// An account with a key of its own, on a real chain whose node stumbles.
import { accountOf } from '@iexec/chain/test/anvil'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startSdkMarket, type SdkMarket } from '../../test/market.ts'
import { createIexec } from '../createIexec.ts'

let market: SdkMarket
beforeAll(async () => {
  market = await startSdkMarket()
  await market.give(1, 10n)
})
afterAll(async () => {
  await market.stop()
})

test('a node that fails while the first transaction is prepared is told in a sentence, and the next one is sent', async () => {
  let stumbles = 1
  const provider = {
    request: async (call: { method: string; params?: never }): Promise<unknown> => {
      if (call.method === 'eth_gasPrice' && stumbles-- > 0) throw new Error('HTTP 503')
      return market.owner.request(call as never)
    },
  }
  const iexec = await createIexec({ chain: market.chain, provider, account: accountOf(1), pollingMs: 20 })

  await expect(iexec.account.deposit(1n)).rejects.toMatchObject({ name: 'IexecError', code: 'ChainUnreachable' })

  expect(await iexec.account.deposit(1n)).toMatchObject({ txHash: expect.stringMatching(/^0x/u) })
})
