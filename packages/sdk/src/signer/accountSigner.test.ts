// An account with a key of its own, on a real chain whose node stumbles.
import { accountOf } from '@iexec/chain/test/anvil'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
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

test('a person hears why a transaction waits, and it is sent when the node answers again', async () => {
  let stumbles = 2
  const heard: string[] = []
  const provider = {
    request: async (call: { method: string; params?: never }): Promise<unknown> => {
      if (call.method === 'eth_getTransactionCount' && stumbles-- > 0) throw new Error('HTTP 503')
      return market.owner.request(call as never)
    },
  }
  const onWaiting = (sentence: string): void => void heard.push(sentence)
  const iexec = await createIexec({ chain: market.chain, provider, account: accountOf(1), pollingMs: 20, onWaiting })

  await iexec.account.deposit(1n)

  expect(heard).toContain('The node does not answer, and is asked again in 1 s: HTTP 503')
})

test('who has no coins is told where to send them, and no hash is shown', async () => {
  const account = privateKeyToAccount(generatePrivateKey())
  const sent: unknown[] = []
  const onSent = (transaction: unknown): void => void sent.push(transaction)
  const iexec = await createIexec({ chain: market.chain, account, pollingMs: 20, onSent })

  await expect(iexec.workerpools.deploy({ description: 'poor' })).rejects.toMatchObject({
    code: 'InsufficientFunds',
    hints: [`Send coins of the chain to ${account.address}.`],
  })
  expect(sent).toEqual([])
})

test('the signal ends the waiting with the hash of what is on its way, and nothing else is sent after it', async () => {
  const [ended, hashes] = [new AbortController(), [] as string[]]
  await market.owner.setAutomine(false)
  onTestFinished(async () => {
    await market.owner.setAutomine(true)
    await market.owner.mine({ blocks: 1 })
  })
  const onSent = ({ txHash }: { readonly txHash: string }): void => {
    hashes.push(txHash)
    ended.abort()
  }
  const options = { account: accountOf(1), pollingMs: 20, onSent, signal: ended.signal }
  const iexec = await createIexec({ chain: market.chain, ...options })

  const left = await iexec.account.deposit(1n).catch((error: unknown) => error)
  const refused = await iexec.account.deposit(2n).catch((error: unknown) => error)

  expect(hashes).toHaveLength(1)
  expect(left).toMatchObject({ code: 'NotMined', message: expect.stringContaining(`, ${hashes[0]}.`) })
  expect(refused).toMatchObject({ code: 'Aborted', message: expect.stringContaining('nothing was sent') })
})
