// A wallet behind EIP-1193: anvil with its unlocked accounts is one, and what a person does in a wallet is played in between.
import { accountOf } from '@iexec/chain/test/anvil'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startSdkMarket, type SdkMarket } from '../../test/market.ts'
import type { Provider } from '../context.ts'
import { createIexec, type Iexec } from '../createIexec.ts'

type Call = Parameters<Provider['request']>[0]

let market: SdkMarket
beforeAll(async () => {
  market = await startSdkMarket()
  await market.give(1, 100n)
})
afterAll(async () => {
  await market.stop()
})

/** A wallet of anvil's accounts, in which some calls are answered otherwise. */
function walletWith(otherwise: (call: Call) => unknown = () => undefined): Provider {
  return {
    request: async (call) => {
      const answer = otherwise(call)
      if (answer !== undefined) return answer
      return market.owner.request(call as never)
    },
  }
}

async function open(provider: Provider): Promise<Iexec> {
  return createIexec({ chain: market.chain, provider, account: accountOf(1).address, pollingMs: 1 })
}

test('a wallet signs and sends by itself, and its transaction is waited for', async () => {
  const iexec = await open(walletWith())

  const { amount, txHash } = await iexec.account.deposit(40n)

  expect(amount).toBe(40n)
  expect(txHash).toMatch(/^0x[0-9a-f]{64}$/u)
  expect(await iexec.account.show(accountOf(1).address)).toMatchObject({ stake: 40n })
})

test('who says no in his wallet is told so, and nothing was sent', async () => {
  const rejecting = walletWith(({ method }) => {
    if (method === 'eth_sendTransaction') throw Object.assign(new Error('User rejected the request.'), { code: 4001 })
    return undefined
  })
  const iexec = await open(rejecting)
  const before = await iexec.account.show(accountOf(1).address)

  await expect(iexec.account.deposit(1n)).rejects.toMatchObject({ code: 'RejectedByUser' })

  expect(await iexec.account.show(accountOf(1).address)).toEqual(before)
})

test('a wallet that fails otherwise does so with a code and in its own words', async () => {
  const failing = new Set(['eth_sendTransaction', 'personal_sign'])
  const iexec = await open(
    walletWith(({ method }) => {
      if (failing.has(method)) throw Object.assign(new Error('HTTP 503'), { code: -32603 })
      return undefined
    }),
  )
  const failure = { name: 'IexecError', code: 'ChainUnreachable', message: expect.stringContaining('HTTP 503') }

  await expect(iexec.account.deposit(1n)).rejects.toMatchObject(failure)
  await expect(iexec.context.signer?.signMessage('0x12')).rejects.toMatchObject(failure)
})

test('a wallet that was switched to another chain since then sends nothing', async () => {
  let chainId = market.anvil.chainId
  const iexec = await open(
    walletWith(({ method }) => (method === 'eth_chainId' ? `0x${chainId.toString(16)}` : undefined)),
  )
  chainId = 1

  await expect(iexec.account.deposit(1n)).rejects.toMatchObject({
    code: 'WrongChain',
    details: { wanted: market.anvil.chainId, actual: 1 },
  })
})

test('a transaction names its chain, so that a wallet that is switched in between cannot send it elsewhere', async () => {
  const asked: unknown[] = []
  const iexec = await open(
    walletWith(({ method, params }) => {
      if (method === 'eth_sendTransaction') asked.push(params)
      return undefined
    }),
  )

  await iexec.account.deposit(1n)

  expect(asked).toEqual([[expect.objectContaining({ chainId: `0x${market.anvil.chainId.toString(16)}` })]])
})

test('a wallet of another chain is refused when it connects', async () => {
  const wrong = walletWith(({ method }) => (method === 'eth_chainId' ? '0x1' : undefined))

  await expect(open(wrong)).rejects.toMatchObject({ code: 'WrongChain' })
})

test('a transaction that its owner replaced in the wallet is not waited for for ever', async () => {
  const gone = `0x${'12'.repeat(32)}`
  const iexec = await open(
    walletWith(({ method, params }) => {
      const [hash] = (params ?? []) as readonly unknown[]
      if (method === 'eth_sendTransaction') return gone
      // The wallet still knows it, with a nonce that another transaction has by now.
      if (method === 'eth_getTransactionByHash' && hash === gone) return { nonce: '0x0' }
      return undefined
    }),
  )

  await expect(iexec.account.deposit(1n)).rejects.toMatchObject({ code: 'NotMined', details: { txHash: gone } })
})

test('a transaction that its owner replaced is given up also when the wallet forgot it', async () => {
  const gone = `0x${'12'.repeat(32)}`
  const iexec = await open(
    walletWith(({ method, params }) => {
      const [transaction] = (params ?? []) as readonly unknown[]
      if (method !== 'eth_sendTransaction') return undefined
      // The other one, with the nonce of the first.
      return market.owner
        .request({ method, params: [{ ...(transaction as object), to: accountOf(2).address, data: '0x' }] } as never)
        .then(() => gone)
    }),
  )

  await expect(iexec.account.deposit(1n)).rejects.toMatchObject({ code: 'NotMined', details: { txHash: gone } })
})

test('a transaction that was dropped, so that nobody ever knows it, is given up', async () => {
  const gone = `0x${'12'.repeat(32)}`
  const iexec = await open(walletWith(({ method }) => (method === 'eth_sendTransaction' ? gone : undefined)))

  await expect(iexec.account.deposit(1n)).rejects.toMatchObject({ code: 'NotMined', details: { txHash: gone } })
})

test('a node that stumbles while a transaction is waited for is asked again', async () => {
  let stumbles = 3
  const iexec = await open(
    walletWith(({ method }) => {
      if (method === 'eth_getTransactionReceipt' && stumbles-- > 0) throw new Error('socket hang up')
      return undefined
    }),
  )

  expect(await iexec.account.deposit(1n)).toMatchObject({ txHash: expect.stringMatching(/^0x/u) })
})

test('a node that is gone for good is said with the transaction that was sent', async () => {
  const iexec = await open(
    walletWith(({ method }) => {
      if (method === 'eth_getTransactionReceipt') throw new Error('socket hang up')
      return undefined
    }),
  )

  await expect(iexec.account.deposit(1n)).rejects.toMatchObject({
    code: 'ChainUnreachable',
    message: expect.stringContaining('was sent; what became of it is not known'),
    details: { txHash: expect.stringMatching(/^0x/u) },
  })
})
