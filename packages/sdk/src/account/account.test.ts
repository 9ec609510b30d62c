// Deposit, withdraw and balance of an account, on a real chain.
import { accountOf } from '@iexec/chain/test/anvil'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startSdkMarket, type SdkMarket } from '../../test/market.ts'
import { createIexec } from '../createIexec.ts'

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

test('a deposit goes into the account of whoever is named, and leaves nothing that the market could take', async () => {
  const carol = await market.user(3)
  const [owner, to] = [accountOf(3).address, accountOf(4).address]
  await market.give(3, 100n)

  const { amount } = await carol.account.deposit(70n, { to })

  expect(amount).toBe(70n)
  expect(await carol.account.show(to)).toEqual({ stake: 70n, locked: 0n })
  expect(await carol.account.show(owner)).toEqual({ stake: 0n, locked: 0n })
  expect(await carol.account.allowance({ owner, spender: market.addresses.hub })).toBe(0n)
})

test('nothing is not an amount', async () => {
  const bob = await market.user(2)

  await expect(bob.account.deposit(0n)).rejects.toMatchObject({ code: 'InvalidInput' })
  await expect(bob.account.withdraw(-1n)).rejects.toMatchObject({ code: 'InvalidInput' })
})

// What JavaScript and JSON give, and no type has looked at.
test.each(['5 RLC', 5, null, undefined])('%j is not an amount: nothing is moved', async (amount) => {
  const bob = await market.user(2)
  const { account, wallet } = bob
  const { address: to } = accountOf(1)

  for (const moving of [
    account.deposit(amount as never),
    account.withdraw(amount as never),
    account.approve(to, amount as never),
    wallet.sendCoins({ to, amount: amount as never }),
    wallet.sendRlc({ to, amount: amount as never }),
  ]) {
    await expect(moving).rejects.toMatchObject({
      code: 'InvalidInput',
      message: `The amount "${amount}" cannot be moved: give a bigint, such as parseRlc('5 RLC').`,
    })
  }
})

test.each(['0x12', null, undefined, 5])('%j is not an address of an account', async (address) => {
  const { account, wallet } = await market.user(2)

  await expect(account.show(address as never)).rejects.toMatchObject({ name: 'IexecError', code: 'InvalidInput' })
  await expect(wallet.show(address as never)).rejects.toMatchObject({ name: 'IexecError' })
})

test('a wish with a field that means nothing is refused, and nothing is sought', async () => {
  const { estimate, orderbooks } = await market.user(2)
  const app = accountOf(3).address
  const mistyped = { code: 'InvalidInput', message: 'A field "categroy" means nothing in the wish.' }

  await expect(estimate(app, { categroy: 1n } as object)).rejects.toMatchObject(mistyped)
  await expect(orderbooks.findBest({ app, ...({ categroy: 1n } as object) })).rejects.toMatchObject(mistyped)
})

test('a client without a chain is refused in words, also when nothing at all is given', async () => {
  await expect(createIexec()).rejects.toMatchObject({ code: 'UnknownChain' })
})
