// Deposit, withdraw and balance of an account, on a real chain.
import { accountOf } from '@iexec/chain/test/anvil'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startSdkMarket, type SdkMarket } from '../../test/market.ts'

let market: SdkMarket
beforeAll(async () => {
  market = await startSdkMarket()
})
afterAll(async () => {
  await market.stop()
})

test('a deposit moves RLC from the wallet to the market in one transaction, and a withdrawal brings it home', async () => {
  await market.give(1, 100n)
  const alice = await market.user(1)
  const { address } = accountOf(1)

  const deposit = await alice.account.deposit(100n)
  const withdrawal = await alice.account.withdraw(40n)

  expect(deposit).toMatchObject({ amount: 100n, txHash: expect.stringMatching(/^0x[0-9a-f]{64}$/u) })
  expect(withdrawal.amount).toBe(40n)
  expect(await alice.account.show(address)).toEqual({ stake: 60n, locked: 0n })
})

test('what is not there can neither be deposited nor withdrawn, and the error says both amounts', async () => {
  const bob = await market.user(2)

  await expect(bob.account.deposit(7n)).rejects.toMatchObject({
    code: 'InsufficientFunds',
    message: '7 nRLC cannot be deposited: the wallet has 0 RLC.',
  })
  await expect(bob.account.withdraw(7n)).rejects.toMatchObject({
    code: 'InsufficientFunds',
    message: '7 nRLC cannot be withdrawn: 0 RLC is free.',
  })
})

test('nothing is not an amount', async () => {
  const bob = await market.user(2)

  await expect(bob.account.deposit(0n)).rejects.toMatchObject({ code: 'InvalidInput' })
  await expect(bob.account.withdraw(-1n)).rejects.toMatchObject({ code: 'InvalidInput' })
})
