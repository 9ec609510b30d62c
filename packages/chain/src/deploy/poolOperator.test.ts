import { NOT_FOR_SALE, type OrderLimits } from '@iexec/protocol'
import { poolOperatorAbi, workerpoolAbi } from '@iexec/protocol/abi'
import type { Address } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { accountOf } from '../../test/anvil.ts'
import { startMarket, type TestMarket } from '../../test/market.ts'
import { deployPoolOperator, isPoolOperator } from './poolOperator.ts'
import { createWorkerpool } from './testing.ts'

const COLD = accountOf(1).address
const HOT = accountOf(2).address
const LIMITS: OrderLimits = {
  maxLocked: 10n ** 12n,
  maxVolume: 1_000n,
  maxTrust: 100n,
  tags: `0x${'0'.repeat(63)}1`,
  minPrices: [NOT_FOR_SALE, 5n],
}

let market: TestMarket

beforeAll(async () => {
  market = await startMarket()
})

afterAll(async () => {
  await market.stop()
})

const createPool = async (): Promise<Address> => createWorkerpool(market.owner, market.addresses.workerpoolregistry)

async function deploy(client = market.owner, workerpool?: Address) {
  const pool = workerpool ?? (await createPool())
  const terms = { hub: market.addresses.hub, workerpool: pool, owner: COLD, operators: [HOT], limits: LIMITS }
  return { pool, ...(await deployPoolOperator({ client, ...terms })) }
}

test('the contract stands with its owner, its operators and its limits, and owns the workerpool', async () => {
  const { pool, address, ownsWorkerpool } = await deploy()

  const contract = { address, abi: poolOperatorAbi } as const
  expect(ownsWorkerpool).toBe(true)
  expect(await market.owner.readContract({ address: pool, abi: workerpoolAbi, functionName: 'owner' })).toBe(address)
  expect(await market.owner.readContract({ ...contract, functionName: 'owner' })).toBe(COLD)
  expect(await market.owner.readContract({ ...contract, functionName: 'operators' })).toEqual([HOT])
  expect(await market.owner.readContract({ ...contract, functionName: 'limits' })).toEqual(LIMITS)
})

test('a workerpool of somebody else stays where it is', async () => {
  const stranger = market.anvil.client(3)

  const { pool, ownsWorkerpool } = await deploy(stranger, await createPool())

  expect(ownsWorkerpool).toBe(false)
  expect(await stranger.readContract({ address: pool, abi: workerpoolAbi, functionName: 'owner' })).toBe(
    market.owner.account.address,
  )
})

test('what is no workerpool is refused', async () => {
  await expect(deploy(market.owner, HOT)).rejects.toThrow(
    'The chain refuses to create the contract that owns the workerpool',
  )
})

test('such a contract is recognised by its code', async () => {
  const { address } = await deploy()

  expect(await isPoolOperator(market.owner, address)).toBe(true)
  expect(await isPoolOperator(market.owner, market.addresses.hub)).toBe(false)
  expect(await isPoolOperator(market.owner, HOT)).toBe(false)
})
