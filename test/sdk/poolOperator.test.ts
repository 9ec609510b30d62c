// A workerpool that a contract owns, for sale like any other: its operators publish its orders, and anybody buys them.
import { accountOf } from '@iexec/chain/test/anvil'
import { deployPoolOperator, operatorAccount, waitForReceipt } from '@iexec/chain'
import { hubAbi, poolOperatorAbi, rlcAbi } from '@iexec/protocol/abi'
import { createIexec, type Iexec } from '@iexec/sdk'
import type { Address } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { POOL_OWNER, addressOf, openShop, refusal, signSet, type Shop } from './shop.ts'

const COLD = 6
const OPERATOR = 7
const STAKE = 100n
const LIMITS = { maxLocked: 60n, maxVolume: 20n, maxTrust: 1n, tags: `0x${'0'.repeat(64)}`, minPrices: [10n] } as const

let shop: Shop
let contract: Address
let operated: Iexec
beforeAll(async () => {
  shop = await openShop()
  const { house, workerpool } = shop
  const client = house.anvil.client(POOL_OWNER)
  const terms = { hub: house.chain.hub, workerpool, owner: addressOf(COLD), operators: [addressOf(OPERATOR)] }
  contract = (await deployPoolOperator({ client, ...terms, limits: LIMITS })).address
  await depositFor(contract)
  const account = operatorAccount({ operator: accountOf(OPERATOR), contract })
  operated = await createIexec({ chain: house.chain, account, pollingMs: 20 })
  await shop.synced()
})
afterAll(async () => {
  await shop.house.stop()
})

/** Account 0 has RLC, and anybody may deposit for anybody. */
async function depositFor(account: Address): Promise<void> {
  const { owner, addresses } = shop.house
  const { token, hub } = addresses
  const sent = [
    await owner.writeContract({
      address: token,
      abi: rlcAbi,
      functionName: 'approve',
      args: [hub, STAKE],
      chain: null,
    }),
    await owner.writeContract({
      address: hub,
      abi: hubAbi,
      functionName: 'depositFor',
      args: [STAKE, account],
      chain: null,
      gas: 500_000n,
    }),
  ]
  for (const hash of sent) await waitForReceipt(owner, hash)
}

test('an operator publishes an order for the contract, and a buyer matches it from the book', async () => {
  const { workerpool, requester } = shop
  const fields = { workerpool, workerpoolprice: 10n, volume: 20n }

  const order = await operated.orders.sign(operated.orders.createWorkerpool(fields))
  const { order: booked, signer } = await operated.orders.publish(order)
  const { app, dataset, request } = await signSet(shop)
  const deal = await requester.orders.match({ app, dataset, workerpool: booked, request })

  const { workerpool: sold } = await shop.house.owner.readContract({
    address: shop.house.chain.hub,
    abi: hubAbi,
    functionName: 'viewDeal',
    args: [deal.dealId],
  })
  expect(signer).toBe(contract)
  expect(booked.sign).toHaveLength(2 + 2 * (1 + 320 + 65))
  expect(sold).toMatchObject({ pointer: workerpool, owner: contract })
  expect((await requester.account.show(contract)).locked).toBe(3n)
})

test('the market takes no order beyond the limits of the owner, nor one of a revoked operator', async () => {
  const { workerpool, house } = shop
  const cheap = await operated.orders.sign(
    operated.orders.createWorkerpool({ workerpool, workerpoolprice: 9n, volume: 1n }),
  )
  const late = await operated.orders.sign(
    operated.orders.createWorkerpool({ workerpool, workerpoolprice: 10n, volume: 1n }),
  )

  const tooCheap = await refusal(operated.orders.publish(cheap))
  const hash = await house.anvil.client(COLD).writeContract({
    address: contract,
    abi: poolOperatorAbi,
    functionName: 'revokeOperator',
    args: [addressOf(OPERATOR)],
    chain: null,
  })
  await waitForReceipt(house.owner, hash)
  const revoked = await refusal(operated.orders.publish(late))

  expect(tooCheap.message).toContain('invalid sign')
  expect(revoked.message).toContain('invalid authorization')
})
