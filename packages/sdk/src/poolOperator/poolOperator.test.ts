// A workerpool is given to a contract, operated, limited, and its money taken home, on a real chain.
import { NOT_FOR_SALE, type OrderLimits } from '@iexec/protocol'
import { hubAbi, rlcAbi } from '@iexec/protocol/abi'
import { waitForReceipt } from '@iexec/chain'
import { accountOf } from '@iexec/chain/test/anvil'
import type { Address } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startSdkMarket, type SdkMarket } from '../../test/market.ts'
import type { Iexec } from '../createIexec.ts'
import type { IexecError } from '../error/iexecError.ts'

const [COLD, HOT, SPARE] = [1, 2, 3].map((number) => accountOf(number).address) as [Address, Address, Address]
const LIMITS: OrderLimits = {
  maxLocked: 60n,
  maxVolume: 20n,
  maxTrust: 10n,
  tags: `0x${'0'.repeat(63)}1`,
  minPrices: [NOT_FOR_SALE, 5n],
}

let market: SdkMarket
let cold: Iexec
let hot: Iexec
let pools = 0
beforeAll(async () => {
  market = await startSdkMarket()
  cold = await market.user(1)
  hot = await market.user(2)
})
afterAll(async () => {
  await market.stop()
})

async function deployPool(): Promise<Address> {
  pools += 1
  return (await cold.workerpools.deploy({ description: `pool ${pools}` })).address
}

async function operatedPool(): Promise<Address> {
  const pool = await deployPool()
  await cold.operators.deploy(pool, { operators: [HOT], limits: LIMITS })
  return pool
}

async function refusal(promise: Promise<unknown>): Promise<IexecError> {
  return promise.then(
    () => {
      throw new Error('It was not refused.')
    },
    (error: unknown) => error as IexecError,
  )
}

test('a contract is made for a workerpool, owns it, and says all of itself', async () => {
  const pool = await deployPool()

  const { address } = await cold.operators.deploy(pool, { operators: [HOT], limits: LIMITS })

  const shown = await hot.operators.show(pool)
  expect((await cold.workerpools.show(pool)).owner).toBe(address)
  expect(shown).toEqual({
    workerpool: pool,
    address,
    owner: COLD,
    operators: [HOT],
    limits: LIMITS,
    stake: 0n,
    locked: 0n,
  })
})

test('operators come and go, and limits change, by the word of the owner alone', async () => {
  const pool = await operatedPool()

  await cold.operators.add(pool, SPARE)
  await cold.operators.revoke(pool, HOT)
  await cold.operators.setLimits(pool, { ...LIMITS, maxVolume: 1n })

  const { operators, limits } = await cold.operators.show(pool)
  expect(operators).toEqual([SPARE])
  expect(limits.maxVolume).toBe(1n)
  expect(await refusal(hot.operators.add(pool, HOT))).toMatchObject({ code: 'NotOwner' })
  expect((await refusal(cold.operators.add(pool, HOT))).message).toContain('it was revoked')
})

test('what a workerpool has is withdrawn by its owner to whom he likes', async () => {
  const pool = await operatedPool()
  const { address } = await cold.operators.show(pool)
  await market.give(1, 100n)
  await cold.account.deposit(100n)
  const { request } = await market.owner.simulateContract({
    address: market.addresses.hub,
    abi: hubAbi,
    functionName: 'transfer',
    args: [address, 70n],
    account: accountOf(1),
  })
  await waitForReceipt(market.owner, await market.anvil.client(1).writeContract(request))

  const tooMuch = await refusal(cold.operators.withdraw(pool, { amount: 71n }))
  await cold.operators.withdraw(pool, { amount: 70n, to: SPARE })

  const had = { address: market.addresses.token, abi: rlcAbi, functionName: 'balanceOf', args: [SPARE] } as const
  expect(tooMuch.code).toBe('Refused')
  expect(await market.owner.readContract(had)).toBe(70n)
})

test('a workerpool of a person has no operators', async () => {
  const pool = await deployPool()

  expect(await refusal(cold.operators.show(pool))).toMatchObject({ code: 'NotFound' })
})

test('only who owns a workerpool gives it to a contract', async () => {
  const pool = await deployPool()

  expect(await refusal(hot.operators.deploy(pool, { operators: [HOT], limits: LIMITS }))).toMatchObject({
    code: 'NotOwner',
  })
})
