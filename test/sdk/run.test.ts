// Runs from the wish to the result, against a real market, with a storage and workers of the test.
import { createHash } from 'node:crypto'
import { accountOf } from '@iexec/chain/test/anvil'
import { encodeResultLink, ipfsLink, parseParams, type DealId, type Params } from '@iexec/protocol'
import { createIexec, type ChainSettings, type Iexec, type RunState } from '@iexec/sdk'
import { finishTask, serve, startStorage, zipOf, type TestStorage } from '@iexec/sdk/test/market'
import { hexToString, type Hex } from 'viem'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { POOL_OWNER, REQUESTER, addressOf, openShop, refusal, type Shop } from './shop.ts'

const APP_PRICE = 3n
const POOL_PRICE = 10n

let shop: Shop
let storage: TestStorage
let pool: { readonly url: string; readonly stop: () => Promise<void> }
let alice: Iexec
let worker: Iexec
beforeAll(async () => {
  shop = await openShop()
  storage = await startStorage()
  pool = await serve(async ({ url }, response) => {
    const answer = url === '/features' ? { features: ['bag'] } : { error: 'not here' }
    response
      .writeHead(url === '/features' ? 200 : 404, { 'content-type': 'application/json' })
      .end(JSON.stringify(answer))
  })
  alice = await clientOf(REQUESTER)
  worker = await clientOf(9)
  await shop.house.give(9, 1_000n)
  await worker.account.deposit(1_000n)
  const { appOwner, app } = shop
  await appOwner.orders.publish(await appOwner.orders.sign(appOwner.orders.createApp({ app, appprice: APP_PRICE })))
})
afterAll(async () => {
  await Promise.all([storage.stop(), pool.stop()])
  await shop.house.stop()
})
beforeEach(async () => {
  await shop.poolOwner.orders.unpublish('workerpool', { all: shop.workerpool }).catch(() => {})
})

async function clientOf(account: number, services: Partial<ChainSettings> = {}): Promise<Iexec> {
  const chain = { ...shop.house.chain, storageUrl: storage.url, ipfsApiUrl: storage.url, ...services }
  return createIexec({ chain, account: accountOf(account), pollingMs: 20 })
}

async function sellTasks(volume: bigint, workerpoolprice = POOL_PRICE): Promise<void> {
  const { poolOwner, workerpool, synced } = shop
  await synced()
  const order = poolOwner.orders.createWorkerpool({ workerpool, workerpoolprice, volume, trust: 1n })
  await poolOwner.orders.publish(await poolOwner.orders.sign(order))
}

function sha256(data: string): string {
  return createHash('sha256').update(data).digest('hex')
}

/** Does the work of a task as a worker would: the result is stored, and its canonical digest is voted on. */
async function work(deal: DealId, index: bigint, text: string): Promise<void> {
  const digest: Hex = `0x${sha256(`result.txt\0${text.length}\0${sha256(text)}\n`)}`
  const cid = await storage.add(zipOf({ 'result.txt': text, 'stdout.txt': `done ${text}` }))
  const link = hexToString(encodeResultLink(ipfsLink(cid)))
  await finishTask({ worker, scheduler: shop.poolOwner }, { deal, index, digest, link })
}

test('a run that nothing on the market serves is refused before anything is signed', async () => {
  expect(await refusal(alice.run(shop.app))).toMatchObject({ code: 'NoMatch' })
  expect(await refusal(alice.run(shop.app, { encryptResult: true }))).toMatchObject({
    code: 'InvalidInput',
    details: { key: 'iexec_result_encryption' },
  })
})

test('an estimate tells price, parts and gas, and signs nothing', async () => {
  await sellTasks(5n)

  const estimate = await alice.estimate(shop.app, { volume: 2n, args: '--fast' })

  expect(estimate).toMatchObject({
    volume: 2n,
    total: 26n,
    parts: { app: 2n * APP_PRICE, dataset: 0n, workerpool: 2n * POOL_PRICE },
    missingStake: 0n,
  })
  expect(estimate.gas).toBeGreaterThan(200_000n)
  expect(await refusal(alice.run(shop.app, { maxPrice: 12n }))).toMatchObject({ code: 'NoMatch' })
})

test('a run is bought at the prices that were found, followed, and its verified result comes back', async () => {
  await sellTasks(1n)
  const before = (await alice.account.show(addressOf(REQUESTER))).stake

  const run = await alice.run(shop.app, { args: '--fast', inputFiles: ['https://a.b/c'], maxPrice: 13n })
  const states: RunState[] = []
  for await (const state of run.progress()) {
    states.push(state)
    if (states.length === 1) await work(run.dealId, 0n, 'forty-two')
  }
  const { zip, verified } = await run.result()

  const deal = await alice.deals.show(run.dealId)
  expect(parseParams(deal.params)).toMatchObject({
    params: { iexec_args: '--fast', iexec_input_files: ['https://a.b/c'] },
  })
  expect(states[0]).toMatchObject({ status: 'running', reason: 'The workerpool has not begun it yet.' })
  expect(states.at(-1)).toMatchObject({ status: 'completed', task: { statusName: 'COMPLETED' } })
  expect(verified).toMatchObject({ rule: 'tree', covers: ['result.txt'] })
  const [file] = alice.results.readZip(new Uint8Array(await zip.arrayBuffer()))
  expect(new TextDecoder().decode(file?.read())).toBe('forty-two')
  expect((await alice.account.show(addressOf(REQUESTER))).stake).toBe(before - 13n)
})

test('a run is resumed by nothing but the id of its deal, also by somebody else', async () => {
  await sellTasks(1n)
  const { dealId } = await alice.run(shop.app)
  await work(dealId, 0n, 'again')

  const { verified } = await (await (await clientOf(5)).resume(dealId)).result()

  expect(verified).toMatchObject({ covers: ['result.txt'] })
})

test('a storage that gives another result is found out, and both digests are named', async () => {
  await sellTasks(1n)
  const run = await alice.run(shop.app)
  await work(run.dealId, 0n, 'the truth')
  const task = await alice.tasks.show(run.taskIds[0] ?? '0x')
  const cid = task.results.storage === 'ipfs' ? task.results.location.slice('/ipfs/'.length) : ''
  storage.files.set(cid, zipOf({ 'result.txt': 'a lie' }))

  const error = await refusal(run.result())
  storage.files.delete(cid)

  expect(error).toMatchObject({ code: 'ResultMismatch', details: { rule: 'tree' } })
  expect(error.details['actual']).not.toBe(error.details['agreed'])
  expect(await refusal(run.result())).toMatchObject({ code: 'ResultMissing' })
})

test('too little stake is refused with what is missing, or deposited when that is wished', async () => {
  const poor = await clientOf(8)
  await shop.house.give(8, 20n)
  await sellTasks(1n)

  expect(await refusal(poor.run(shop.app))).toMatchObject({ code: 'InsufficientFunds', details: { missing: 13n } })
  const { dealId } = await poor.run(shop.app, { deposit: 'auto' })

  expect(await poor.deals.show(dealId)).toMatchObject({ requester: addressOf(8) })
  expect(await poor.wallet.show(addressOf(8))).toMatchObject({ nRLC: 7n })
})

test('a bag is bought in as few deals as there are orders for, each with its slice of the inputs, and each result says its input', async () => {
  await sellTasks(2n)
  await sellTasks(3n, POOL_PRICE + 1n)
  const mapper = await clientOf(REQUESTER, { schedulerUrl: pool.url })

  const run = await mapper.map(
    shop.app,
    ['a', 'b', 'c', 'd'].map((args) => ({ args })),
  )
  const deals = await Promise.all(run.dealIds.map(async (id) => mapper.deals.show(id)))
  for (const { id, botFirst, botSize } of deals) {
    for (let index = botFirst; index < botFirst + botSize; index += 1n) {
      const [{ args } = {}] = (await sliceOf(id)).slice(Number(index))
      await work(id, index, `result ${args}`)
    }
  }
  const seen = new Map<bigint, string>()
  for await (const outcome of run.results()) {
    if ('error' in outcome) throw outcome.error
    const [file] = mapper.results.readZip(new Uint8Array(await outcome.zip.arrayBuffer()))
    seen.set(outcome.index, new TextDecoder().decode(file?.read()))
  }

  const slices = await Promise.all(run.dealIds.map(sliceOf))
  const again: bigint[] = []
  for await (const { index } of (await mapper.resume(run.dealIds)).results()) again.push(index)
  expect(deals.map(({ botFirst, botSize }) => [botFirst, botSize])).toEqual([
    [0n, 2n],
    [0n, 2n],
  ])
  expect(slices).toEqual([
    [entry('a'), entry('b')],
    [entry('c'), entry('d')],
  ])
  expect(seen).toEqual(new Map(['a', 'b', 'c', 'd'].map((args, index) => [BigInt(index), `result ${args}`])))
  expect(new Set(again)).toEqual(new Set([0n, 1n, 2n, 3n]))
})

type Entry = { readonly args: string; readonly inputFiles: readonly string[] }

function entry(args: string): Entry {
  return { args, inputFiles: [] }
}

/** What a worker finds for a deal: the entry of each of its task indices. */
async function sliceOf(id: DealId): Promise<readonly Entry[]> {
  const { params } = parseParams((await alice.deals.show(id)).params) as { readonly params: Params }
  return JSON.parse(new TextDecoder().decode(storage.files.get(params.iexec_bag ?? ''))) as readonly Entry[]
}

test('a bag is not given to a workerpool that does not announce that it takes bags', async () => {
  await sellTasks(4n)
  const before = storage.files.size

  expect(await refusal(alice.map(shop.app, { inputs: [{ args: 'a' }] }))).toMatchObject({
    code: 'NoMatch',
    message: 'No workerpool that takes bags sells anything for this wish.',
  })
  expect(storage.files.size).toBe(before)
})

test('the deals of a requester are listed, and a task that ends without a result says where the money is', async () => {
  await sellTasks(1n)
  const run = await alice.run(shop.app)
  await shop.house.owner.increaseTime({ seconds: 3_000 })
  await shop.house.owner.mine({ blocks: 1 })

  const error = await refusal(run.result())
  await shop.synced()
  const { items, count } = await alice.deals.fetch({ requester: addressOf(REQUESTER), app: shop.app })

  expect(error).toMatchObject({ code: 'TaskFailed', message: expect.stringContaining('Claim it') })
  expect(items[0]).toMatchObject({ dealId: run.dealId, workerpool: { owner: addressOf(POOL_OWNER) } })
  expect(count).toBeGreaterThan(3)
})
