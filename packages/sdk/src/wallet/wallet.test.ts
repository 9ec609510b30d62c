// Coins and RLC of wallets, on a real chain.
import { accountOf } from '@iexec/chain/test/anvil'
import { getAddress, zeroAddress } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startSdkMarket, type SdkMarket } from '../../test/market.ts'
import { createIexec, type Iexec } from '../createIexec.ts'

/** The selector of transfer(address,uint256). */
const TRANSFER = '0xa9059cbb'

let market: SdkMarket
beforeAll(async () => {
  market = await startSdkMarket()
})
afterAll(async () => {
  await market.stop()
})

test('coins and RLC go from one wallet to another, to the last unit', async () => {
  await market.give(1, 9n)
  const alice = await market.user(1)
  const receiver = privateKeyToAccount(generatePrivateKey()).address

  await alice.wallet.sendCoins({ to: receiver, amount: 3n })
  await alice.wallet.sendRlc({ to: receiver, amount: 9n })

  expect(await alice.wallet.show(receiver)).toEqual({ wei: 3n, nRLC: 9n })
  await expect(alice.wallet.sendRlc({ to: receiver, amount: 1n })).rejects.toMatchObject({ code: 'InsufficientFunds' })
  await expect(alice.wallet.sendCoins({ to: receiver, amount: 10n ** 30n })).rejects.toMatchObject({
    code: 'InsufficientFunds',
  })
})

test.each([
  { whom: 'the address of zeros', toOf: () => zeroAddress },
  { whom: 'the hub', toOf: (alice: Iexec) => alice.context.contracts.hub },
  { whom: 'the token', toOf: (alice: Iexec) => alice.context.contracts.rlc },
  { whom: 'a registry', toOf: (alice: Iexec) => alice.context.contracts.appRegistry },
  { whom: 'whoever sends them', toOf: () => accountOf(1).address },
])('neither coins nor RLC go to $whom', async ({ toOf }) => {
  const alice = await market.user(1)
  const to = toOf(alice)

  for (const sending of [
    alice.wallet.sendCoins({ to, amount: 1n }),
    alice.wallet.sendRlc({ to, amount: 1n }),
    alice.wallet.sweep(to),
  ]) {
    await expect(sending).rejects.toMatchObject({
      code: 'InvalidInput',
      details: { code: 'InvalidAddress', given: getAddress(to) },
    })
  }
})

test('a swept wallet has no RLC, and no more coins than the fees might have cost', async () => {
  const account = privateKeyToAccount(generatePrivateKey())
  const owner = await market.user(0)
  await owner.wallet.sendCoins({ to: account.address, amount: 10n ** 18n })
  await owner.wallet.sendRlc({ to: account.address, amount: 5n })
  const poor = await createIexec({ chain: market.chain, account, pollingMs: 20 })
  const receiver = privateKeyToAccount(generatePrivateKey()).address

  const swept = await poor.wallet.sweep(receiver)

  expect(swept.errors).toEqual([])
  expect(await owner.wallet.show(receiver)).toMatchObject({ nRLC: 5n })
  const left = await owner.wallet.show(account.address)
  expect(left.nRLC).toBe(0n)
  expect(left.wei).toBeLessThan(10n ** 16n)
})

test('a sweep whose RLC could not be sent leaves the coins that pay for sending it', async () => {
  const account = privateKeyToAccount(generatePrivateKey())
  const owner = await market.user(0)
  await owner.wallet.sendCoins({ to: account.address, amount: 10n ** 18n })
  await owner.wallet.sendRlc({ to: account.address, amount: 5n })
  const provider = {
    request: async (call: { method: string; params?: never }): Promise<unknown> => {
      const [transaction] = (call.params ?? []) as readonly { readonly data?: string }[]
      if (call.method === 'eth_call' && transaction?.data?.startsWith(TRANSFER) === true) throw new Error('timeout')
      return market.owner.request(call as never)
    },
  }
  const iexec = await createIexec({ chain: market.chain, provider, account, pollingMs: 20 })

  const swept = await iexec.wallet.sweep(accountOf(3).address)

  expect(swept).toEqual({ errors: [expect.any(String), expect.stringContaining('is still in the wallet')] })
  expect(await owner.wallet.show(account.address)).toEqual({ wei: 10n ** 18n, nRLC: 5n })
})

test('a spender is allowed, allowed less, and forbidden', async () => {
  const alice = await market.user(1)
  const [owner, spender] = [accountOf(1).address, accountOf(2).address]

  await alice.account.approve(spender, 7n)
  expect(await alice.account.allowance({ owner, spender })).toBe(7n)

  await alice.account.revoke(spender)
  expect(await alice.account.allowance({ owner, spender })).toBe(0n)
})
