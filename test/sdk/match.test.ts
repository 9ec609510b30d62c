// A deal of four orders on a real chain: estimated, refused with everything that does not fit, and made.
import { NO_ADDRESS, encodeTag, type Mismatch, type Order, type OrderKind, type Signed } from '@iexec/protocol'
import { hubAbi } from '@iexec/protocol/abi'
import { createIexec, type IexecError, type Provider } from '@iexec/sdk'
import { BaseError, ContractFunctionRevertedError, type Address } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  POOL_OWNER,
  REQUESTER,
  STRANGER,
  addressOf,
  openShop,
  refusal,
  signSet,
  type SetFields,
  type Shop,
  type SignedSet,
} from './shop.ts'

let shop: Shop
beforeAll(async () => {
  shop = await openShop()
})
afterAll(async () => {
  await shop.house.stop()
})

const PRICE = 15n

function reasonsOf({ details }: IexecError): readonly string[] {
  return (details['mismatches'] as readonly Mismatch[]).map(({ reason }) => reason)
}

async function stakeOf(account: number): Promise<bigint> {
  return (await shop.requester.account.show(addressOf(account))).stake
}

test('four orders make a deal, whoever sends it: its id and volume come from the event', async () => {
  const set = await signSet(shop, { request: { volume: 3n } })
  const before = await stakeOf(REQUESTER)

  const deal = await shop.stranger.orders.match(set)

  const { botSize, requester } = await shop.house.owner.readContract({
    address: shop.house.chain.hub,
    abi: hubAbi,
    functionName: 'viewDeal',
    args: [deal.dealId],
  })
  expect(deal).toMatchObject({ volume: 3n, txHash: expect.stringMatching(/^0x[\da-f]{64}$/u) })
  expect([botSize, requester]).toEqual([3n, addressOf(REQUESTER)])
  expect(before - (await stakeOf(REQUESTER))).toBe(3n * PRICE)
})

test('a deal without a dataset needs no order for it', async () => {
  const { app, workerpool, request } = await signSet(shop, { request: { dataset: NO_ADDRESS } })

  const estimate = await shop.requester.orders.estimateMatch({ app, workerpool, request })
  const deal = await shop.requester.orders.match({ app, workerpool, request })

  expect([estimate.perTask, deal.volume]).toEqual([13n, 1n])
})

test('the deals of an order are found by its hash', async () => {
  const set = await signSet(shop, { request: { volume: 1n } })
  const deal = await shop.requester.orders.match(set)
  await shop.synced()

  for (const order of [set.app, set.dataset, set.workerpool, set.request]) {
    const found = await shop.requester.orders.findDeals({
      kind: order.kind,
      orderHash: shop.requester.orders.hash(order),
    })
    expect(found).toMatchObject({ count: 1, items: [{ dealId: deal.dealId, volume: 1n, txHash: deal.txHash }] })
    expect(found.more).toBeUndefined()
  }
})

test('an estimate says the volume, the price, the gas and the stake that is missing, and needs no signature', async () => {
  const { request, ...sold } = await signSet(shop, { request: { volume: 100n } })
  const { sign: _unsigned, ...unsigned } = request

  const before = await shop.requester.orders.estimateMatch({ ...sold, request: unsigned })
  const after = await shop.requester.orders.estimateMatch({ ...sold, request })

  expect(before).toEqual({
    volume: 5n,
    perTask: PRICE,
    total: 5n * PRICE,
    missingStake: 0n,
    gas: undefined,
    gasPriceWei: expect.any(BigInt),
  })
  expect(after.gas).toBeGreaterThan(100_000n)
})

test('an estimate that the node does not help with says so with a code', async () => {
  const { house } = shop
  const request: Provider['request'] = async (call) => {
    if (call.method === 'eth_gasPrice') throw new Error('HTTP 503')
    return house.owner.request(call as never)
  }
  const iexec = await createIexec({ chain: house.chain, provider: { request }, account: addressOf(REQUESTER) })

  const error = await refusal(iexec.orders.estimateMatch(await signSet(shop)))

  expect(error).toMatchObject({ code: 'ChainUnreachable', message: expect.stringContaining('HTTP 503') })
})

test('what the account of the payer lacks is told, and after that deposit the deal is made', async () => {
  const { house, stranger, app } = shop
  const set = await signSet(shop)
  const { orders } = stranger
  const request = await orders.sign(
    orders.createRequest({ app, dataset: shop.dataset, appmaxprice: 3n, datasetmaxprice: 2n, workerpoolmaxprice: 10n }),
  )

  const estimate = await orders.estimateMatch({ ...set, request })
  const error = await refusal(orders.match({ ...set, request }))
  await house.give(STRANGER, estimate.missingStake)
  await stranger.account.deposit(estimate.missingStake)
  const deal = await orders.match({ ...set, request })

  expect(estimate).toMatchObject({ missingStake: PRICE, gas: undefined })
  expect(error).toMatchObject({
    code: 'OrdersMismatch',
    details: { mismatches: [{ reason: 'InsufficientStake', account: addressOf(STRANGER), free: 0n, needed: PRICE }] },
    hints: [expect.stringContaining(`Deposit ${PRICE} nRLC more`)],
  })
  expect(deal.volume).toBe(1n)
})

test('a sponsor pays for the deal of another one', async () => {
  const { house, stranger } = shop
  const set = await signSet(shop)
  await house.give(STRANGER, PRICE)
  await stranger.account.deposit(PRICE)
  const before = await stakeOf(REQUESTER)

  await stranger.orders.match(set, { payer: 'signer' })

  expect([await stakeOf(REQUESTER), await stakeOf(STRANGER)]).toEqual([before, 0n])
})

test('every misfit is told at once, with what to do, and nothing is signed', async () => {
  const set = await signSet(shop, {
    app: { appprice: 4n, requesterrestrict: addressOf(STRANGER) },
    workerpool: { category: 1n, workerpoolprice: 11n },
    request: { tag: 'gpu', trust: 5n },
  })
  const before = await shop.house.owner.getTransactionCount({ address: addressOf(REQUESTER) })

  const error = await refusal(shop.requester.orders.match(set))

  expect(error.code).toBe('OrdersMismatch')
  expect(reasonsOf(error)).toEqual([
    'CategoryMismatch',
    'TrustTooLow',
    'AppPriceTooHigh',
    'WorkerpoolPriceTooHigh',
    'WorkerpoolLacksTag',
    'RequesterRefusedByApp',
  ])
  expect(error.message).toContain('the app asks 4 nRLC, the request pays at most 3')
  expect(error.hints.length).toBeGreaterThanOrEqual(5)
  expect(await shop.house.owner.getTransactionCount({ address: addressOf(REQUESTER) })).toBe(before)
})

test('a workerpool whose owner is short of stake is not a matter of a deposit of the requester', async () => {
  const set = await signSet(shop, {
    workerpool: { workerpoolprice: 100n, volume: 50n },
    request: { workerpoolmaxprice: 100n, volume: 50n },
  })

  const error = await refusal(shop.requester.orders.estimateMatch(set))

  expect(error).toMatchObject({
    code: 'OrdersMismatch',
    details: { mismatches: [{ reason: 'InsufficientStake', account: addressOf(POOL_OWNER) }] },
    hints: [expect.stringContaining(addressOf(POOL_OWNER))],
  })
})

test('nothing is left of a cancelled order, and of a request that was matched', async () => {
  const set = await signSet(shop)
  await shop.requester.orders.match(set)
  const cancelled = await signSet(shop)
  await shop.appOwner.orders.cancel(cancelled.app)

  expect(reasonsOf(await refusal(shop.requester.orders.match(set)))).toEqual(['NothingLeftToMatch'])
  expect(reasonsOf(await refusal(shop.requester.orders.match(cancelled)))).toEqual(['NothingLeftToMatch'])
})

test('a presigned order is matched without a signature', async () => {
  const set = await signSet(shop)
  const { sign: _signature, ...app } = set.app
  await shop.appOwner.orders.presign(app)

  expect((await shop.requester.orders.match({ ...set, app: { ...app, sign: '0x' } })).volume).toBe(1n)
})

test('a member of a group is let in where the group is named', async () => {
  const group: Address = '0x000000000000000000000000000000000000c1bb'
  // keyHasPurpose of the requester is true, of everybody else false.
  const member = addressOf(REQUESTER).slice(2)
  await shop.house.owner.setCode({ address: group, bytecode: `0x73${member}6004351460005260206000f3` })
  const set = await signSet(shop, { app: { requesterrestrict: group }, workerpool: { requesterrestrict: group } })

  expect((await shop.requester.orders.match(set)).volume).toBe(1n)
})

test('what stands nowhere, and what nobody signed, is told by name', async () => {
  const set = await signSet(shop)
  const nowhere = { ...set, workerpool: { ...set.workerpool, workerpool: shop.app } }
  const unsigned = { ...set, app: { ...set.app, sign: set.dataset.sign } }

  expect(reasonsOf(await refusal(shop.requester.orders.match(nowhere)))).toContain('WorkerpoolNotRegistered')
  expect(reasonsOf(await refusal(shop.requester.orders.match(unsigned)))).toEqual(['AppOrderNotSigned'])
})

test('whoever only looks can estimate, and cannot match', async () => {
  const { orders } = await createIexec({ chain: shop.house.chain })
  const set = await signSet(shop)

  expect((await orders.estimateMatch(set)).total).toBe(PRICE)
  expect(await refusal(orders.match(set))).toMatchObject({ code: 'NoSigner' })
})

const TEE = encodeTag('tee')
const GPU = encodeTag('gpu')

/** Changes of a set, each of which may or may not prevent a deal. */
const CHANGES: readonly SetFields[] = [
  { app: { appprice: 4n } },
  { dataset: { datasetprice: 3n } },
  { workerpool: { workerpoolprice: 11n } },
  { workerpool: { workerpoolprice: 4_000n, volume: 1n }, request: { workerpoolmaxprice: 4_000n } },
  { request: { appmaxprice: 100n } },
  { request: { category: 1n } },
  { request: { category: 9n }, workerpool: { category: 9n } },
  { request: { trust: 2n } },
  { request: { tag: TEE }, workerpool: { tag: TEE } },
  { app: { tag: TEE }, workerpool: { tag: TEE } },
  { dataset: { tag: encodeTag('scone') } },
  { dataset: { tag: GPU } },
  { workerpool: { tag: GPU } },
  { app: { requesterrestrict: addressOf(STRANGER) } },
  { dataset: { requesterrestrict: addressOf(REQUESTER) } },
  { workerpool: { requesterrestrict: addressOf(STRANGER) } },
  { request: { workerpool: addressOf(STRANGER) } },
  { request: { dataset: NO_ADDRESS } },
  { request: { volume: 1_000_000n }, workerpool: { volume: 1_000_000n } },
]

/** A generator of the same numbers in every run. */
function dice(seed: number): (sides: number) => number {
  let state = seed
  return (sides) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((state / 2_147_483_648) * sides)
  }
}

/** With which error the hub refuses these orders; `undefined` when it would make the deal. */
async function refusedByHub({ app, dataset, workerpool, request }: SignedSet): Promise<string | undefined> {
  try {
    await shop.house.owner.simulateContract({
      address: shop.house.chain.hub,
      abi: hubAbi,
      functionName: 'matchOrders',
      args: [app, dataset, workerpool, request],
      account: addressOf(STRANGER),
    })
    return undefined
  } catch (error) {
    const reverted =
      error instanceof BaseError ? error.walk((cause) => cause instanceof ContractFunctionRevertedError) : null
    if (reverted instanceof ContractFunctionRevertedError) return reverted.data?.errorName
    throw error
  }
}

function together(changes: readonly SetFields[]): SetFields {
  const of = (kind: keyof SetFields): object =>
    Object.assign({}, ...changes.map((change) => change[kind] ?? {})) as object
  return { app: of('app'), dataset: of('dataset'), workerpool: of('workerpool'), request: of('request') }
}

test('what is refused before signing is what the hub refuses, with its first reason, and nothing else', async () => {
  const roll = dice(4)
  const outcomes = new Set<string | undefined>()
  for (let round = 0; round < 60; round += 1) {
    const changes = CHANGES.filter(() => roll(8) === 0)
    const set = spoiled(await signSet(shop, together(changes)), roll(12))

    const byHub = await refusedByHub(set)
    const [first] = await firstReasons(set)

    expect([changes, first]).toEqual([changes, byHub])
    outcomes.add(byHub)
  }
  expect(outcomes).toContain(undefined)
  expect(outcomes.size).toBeGreaterThan(8)
})

async function firstReasons(set: SignedSet): Promise<readonly (string | undefined)[]> {
  const outcome = await shop.requester.orders.estimateMatch(set).catch((error: unknown) => error as IexecError)
  if ('code' in outcome) return reasonsOf(outcome)
  // An estimate tells what the payer lacks beside the price.
  return [outcome.missingStake > 0n ? 'InsufficientStake' : undefined]
}

/** Sometimes one order is not of whom it should be. */
function spoiled(set: SignedSet, place: number): SignedSet {
  const kinds: readonly OrderKind[] = ['app', 'dataset', 'workerpool', 'request']
  const kind = kinds[place]
  if (kind === undefined) return set
  const order: Order & Signed = set[kind]
  return { ...set, [kind]: { ...order, sign: `0x${'22'.repeat(64)}1b` } }
}
