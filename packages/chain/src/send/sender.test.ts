import { rlcAbi, hubAbi } from '@iexec/protocol/abi'
import { createClient, encodeFunctionData, http, parseEther, parseGwei, type Hex } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { accountOf, startAnvil, type Anvil, type AnvilClient } from '../../test/anvil.ts'
import { startMarket, type TestMarket } from '../../test/market.ts'
import type { SendOutcome } from './command.ts'
import { priceOf } from './fees.ts'
import {
  openDetour,
  openSender,
  startFreeChain,
  until,
  untilPending,
  type TestSender,
  type Weather,
} from './testing.ts'

const FRIEND = accountOf(9).address
const CAP = parseGwei('50')

let anvil: Anvil
let client: AnvilClient
beforeEach(async () => {
  anvil = await startAnvil({ args: ['--no-mining'] })
  client = anvil.client(0)
})
afterEach(async () => {
  await anvil.stop()
})

/** The nonces at which these outcomes were mined. */
async function noncesOf(outcomes: readonly SendOutcome[]): Promise<readonly number[]> {
  const hashes = outcomes.flatMap((outcome) => (outcome.kind === 'mined' ? [outcome.receipt.transactionHash] : []))
  return Promise.all(hashes.map(async (hash) => (await client.getTransaction({ hash })).nonce))
}

function count({ events }: TestSender, type: TestSender['events'][number]['type']): number {
  return events.filter((event) => event.type === type).length
}

/** Mines blocks that ask more for gas than anybody offered. */
async function mineExpensive(blocks: number, baseFee = parseGwei('20')): Promise<void> {
  for (let block = 0; block < blocks; block += 1) {
    await client.setNextBlockBaseFeePerGas({ baseFeePerGas: baseFee })
    await client.mine({ blocks: 1 })
  }
  // Whoever asks for the fees of the next block hears of these, too.
  await client.setNextBlockBaseFeePerGas({ baseFeePerGas: baseFee })
}

describe('many at once', () => {
  test('200 commands of one moment are in flight together, and mined with 200 nonces in a row', async () => {
    const sender = openSender(client, { maxInFlight: 200 })

    const outcomes = Array.from({ length: 200 }, async () => sender.send({ to: FRIEND, value: 1n }))
    await untilPending(client, 200)
    expect(sender.inFlight()).toHaveLength(200)
    await client.mine({ blocks: 1 })
    const nonces = await noncesOf(await Promise.all(outcomes))

    expect(nonces).toEqual(Array.from({ length: 200 }, (_, place) => place))
    expect(sender.inFlight()).toEqual([])
  })

  test('no more than allowed are in flight; the others follow as there is room', async () => {
    const sender = openSender(client, { maxInFlight: 3 })

    const outcomes = Array.from({ length: 7 }, async () => sender.send({ to: FRIEND, value: 1n }))
    for (const pending of [3, 6, 7]) {
      await untilPending(client, pending)
      expect(sender.inFlight().length).toBeLessThanOrEqual(3)
      await client.mine({ blocks: 1 })
    }

    expect(await noncesOf(await Promise.all(outcomes))).toEqual([0, 1, 2, 3, 4, 5, 6])
  })

  test('two commands of one label are one while the first has no answer, and two afterwards', async () => {
    const sender = openSender(client)

    const both = [1, 2].map(async () => sender.send({ to: FRIEND, label: 'pay the friend' }))
    await untilPending(client, 1)
    await client.mine({ blocks: 1 })
    const [one, other] = await Promise.all(both)
    const later = sender.send({ to: FRIEND, label: 'pay the friend' })
    await untilPending(client, 2)
    await client.mine({ blocks: 1 })

    expect(one).toBe(other)
    expect(await noncesOf([await later])).toEqual([1])
  })

  test('with a batching client, the requests do not grow with what is in flight', async () => {
    const detour = await openDetour(anvil.url, () => 'clear')
    const sender = openSender(detour.client(client), { maxInFlight: 100, pollingMs: 600_000 })

    const outcomes = Array.from({ length: 100 }, async () => sender.send({ to: FRIEND, value: 1n }))
    await untilPending(client, 100)

    expect(detour.requests()).toBeLessThan(10)
    await sender.close()
    expect((await Promise.all(outcomes)).every(({ kind }) => kind === 'left')).toBe(true)
    await detour.stop()
  })
})

describe('fees', () => {
  test('what is stuck is replaced with an eighth more at least, never above the cap, until it is mined', async () => {
    const sender = openSender(client)
    const outcomes = [1, 2, 3].map(async () => sender.send({ to: FRIEND, value: 1n }))
    await untilPending(client, 3)

    await mineExpensive(3)
    await until(() => count(sender, 'replace') === 3)
    await untilPending(client, 3)
    await until(async () => (await mineExpensive(1), sender.inFlight().length === 0))

    const prices = sender.events.flatMap((event) => ('fees' in event ? [priceOf(event.fees)] : []))
    expect(await noncesOf(await Promise.all(outcomes))).toEqual([0, 1, 2])
    expect(prices.slice(0, 3)).toEqual([3, 3, 3].map((gwei) => parseGwei(String(gwei))))
    for (const price of prices.slice(3)) expect(price >= parseGwei('20') && price <= CAP).toBe(true)
  })

  test('what the cap does not let through is told of once, waits, and is mined when fees fall', async () => {
    const sender = openSender(client, { maxFeePerGas: parseGwei('3') })
    const outcome = sender.send({ to: FRIEND, value: 1n, label: 'patient' })
    await untilPending(client, 1)

    await mineExpensive(3)
    await until(() => count(sender, 'capReached') > 0)
    await mineExpensive(5)
    await until(async () => {
      await client.setNextBlockBaseFeePerGas({ baseFeePerGas: parseGwei('1') })
      await client.mine({ blocks: 1 })
      return sender.inFlight().length === 0
    })

    expect((await outcome).kind).toBe('mined')
    expect(count(sender, 'capReached')).toBe(1)
    expect(count(sender, 'replace')).toBe(0)
    expect(sender.events).toContainEqual(expect.objectContaining({ type: 'capReached', nonce: 0, label: 'patient' }))
  })

  test('as long as no block comes, nothing is replaced', async () => {
    const sender = openSender(client, { stuckAfterBlocks: 1 })
    const first = sender.send({ to: FRIEND, value: 1n })
    await untilPending(client, 1)

    const others = [1, 2, 3].map(async () => sender.send({ to: FRIEND, value: 1n }))
    await untilPending(client, 4)
    await client.mine({ blocks: 1 })

    expect(await noncesOf(await Promise.all([first, ...others]))).toEqual([0, 1, 2, 3])
    expect(count(sender, 'replace')).toBe(0)
  })

  test('on a chain without fees nothing is paid', async () => {
    const free = await startFreeChain()
    const penniless = privateKeyToAccount(generatePrivateKey())
    const poor = createClient({ account: penniless, cacheTime: 0, transport: http(free.url, { retryCount: 0 }) })
    const sender = openSender(poor, { maxFeePerGas: 0n })

    const outcomes = await Promise.all([1, 2, 3].map(async () => sender.send({ to: FRIEND })))

    expect(outcomes.map(({ kind }) => kind)).toEqual(['mined', 'mined', 'mined'])
    expect(sender.events[0]).toMatchObject({ type: 'sign', fees: { type: 'legacy', gasPrice: 0n } })
    await free.stop()
  })
})

describe('a bad day', () => {
  test('a node that forgets its transactions gets the same bytes again', async () => {
    const sender = openSender(client)
    const outcomes = [1, 2, 3].map(async () => sender.send({ to: FRIEND, value: 1n }))
    await untilPending(client, 3)
    const hashes = sender.inFlight().flatMap((transaction) => transaction.hashes)

    for (const hash of hashes) await client.dropTransaction({ hash })
    await until(() => count(sender, 'rebroadcast') >= 3)
    await untilPending(client, 3)
    await client.mine({ blocks: 1 })

    const mined = (await Promise.all(outcomes)).map(
      (outcome) => outcome.kind === 'mined' && outcome.receipt.transactionHash,
    )
    expect(mined).toEqual(hashes)
  })

  test('a transaction that is mined and undone is not answered before it is buried deep enough', async () => {
    const sender = openSender(client, { confirmations: 3 })
    const before = await client.snapshot()
    const outcome = sender.send({ to: FRIEND, value: 1n })
    let isAnswered = false
    void outcome.then(() => (isAnswered = true))
    await untilPending(client, 1)
    await client.mine({ blocks: 2 })

    await client.revert({ id: before })
    // Given to the node again; for more, when the sender had not seen it in those blocks.
    await until(() => count(sender, 'rebroadcast') + count(sender, 'replace') > 0)
    await untilPending(client, 1)
    expect(isAnswered).toBe(false)
    await client.mine({ blocks: 3 })

    expect(await noncesOf([await outcome])).toEqual([0])
  })

  test('what others do with the key costs a command its nonce only', async () => {
    const sender = openSender(client)
    const outcomes = ['one', 'two'].map(async (label) => sender.send({ to: FRIEND, value: 1n, label }))
    await untilPending(client, 2)

    const foreign = await client.sendTransaction({ to: FRIEND, nonce: 0, gas: 21_000n, gasPrice: parseGwei('40') })
    await client.mine({ blocks: 12 })
    await until(() => count(sender, 'nonceLost') === 1)
    await untilPending(client, 3)
    await client.mine({ blocks: 1 })

    expect(await noncesOf(await Promise.all(outcomes))).toEqual([2, 1])
    expect(sender.events).toContainEqual({ type: 'nonceLost', nonce: 0, label: 'one', taker: foreign })
  })

  test('transactions of others that wait are left alone, and the next nonce is taken', async () => {
    await client.sendTransaction({ to: FRIEND, nonce: 0, gas: 21_000n, gasPrice: parseGwei('40') })
    const sender = openSender(client)

    const outcome = sender.send({ to: FRIEND, value: 1n })
    await untilPending(client, 2)
    await client.mine({ blocks: 1 })

    expect(await noncesOf([await outcome])).toEqual([1])
  })

  test('transactions of an earlier life that are stuck are replaced by empty ones', async () => {
    for (const nonce of [0, 1]) {
      await client.sendTransaction({ to: FRIEND, value: 7n, nonce, gas: 21_000n, gasPrice: parseGwei('2') })
    }
    const balance = await client.getBalance({ address: FRIEND })
    const sender = openSender(client)

    const outcome = sender.send({ to: FRIEND, value: 1n })
    await until(async () => (await mineExpensive(1), sender.events.length > 0 && sender.inFlight().length === 0))

    expect(await noncesOf([await outcome])).toEqual([2])
    expect(await client.getBalance({ address: FRIEND })).toBe(balance + 1n)
  })

  test('a node that has too much to do is asked again', async () => {
    let refusals = 5
    const detour = await openDetour(anvil.url, (): Weather => ((refusals -= 1) >= 0 ? 'tooMany' : 'clear'))
    const sender = openSender(detour.client(client))

    const outcome = sender.send({ to: FRIEND, value: 1n })
    await untilPending(client, 1)
    await client.mine({ blocks: 1 })

    expect((await outcome).kind).toBe('mined')
    expect(count(sender, 'unreachable')).toBe(5)
    await detour.stop()
  })

  test('a broadcast whose answer is lost is repeated, and executed once', async () => {
    let losses = 3
    const detour = await openDetour(anvil.url, (body): Weather => {
      const isLost = body.includes('eth_sendRawTransaction') && (losses -= 1) >= 0
      return isLost ? 'loseAnswer' : 'clear'
    })
    const sender = openSender(detour.client(client))
    const balance = await client.getBalance({ address: FRIEND })

    const outcomes = [1, 2, 3].map(async () => sender.send({ to: FRIEND, value: 1n }))
    await untilPending(client, 3)
    await until(() => losses < 0)
    await client.mine({ blocks: 1 })

    expect(await noncesOf(await Promise.all(outcomes))).toEqual([0, 1, 2])
    expect(await client.getBalance({ address: FRIEND })).toBe(balance + 3n)
    await detour.stop()
  })

  test('what the account cannot pay for is refused, and the gap it leaves is filled', async () => {
    const poor = privateKeyToAccount(generatePrivateKey())
    const balance = parseEther('0.01')
    await client.setBalance({ address: poor.address, value: balance })
    const transport = http(anvil.url, { retryCount: 0 })
    const sender = openSender(createClient({ account: poor, chain: client.chain, cacheTime: 0, transport }))

    const beyond = await sender.send({ to: FRIEND, value: balance + 1n })
    // The node finds out that nothing is left for the gas of the second one only when it has its nonce.
    const outcomes = [1n, balance, 1n].map(async (value) => sender.send({ to: FRIEND, value }))
    await until(async () => (await client.getTransactionCount({ address: poor.address, blockTag: 'pending' })) === 3)
    await client.mine({ blocks: 1 })
    const [before, refused, after] = await Promise.all(outcomes)

    const tooMuch = { kind: 'refused', refusal: { kind: 'node', name: 'InsufficientFunds' } }
    expect(beyond).toMatchObject(tooMuch)
    expect(refused).toMatchObject(tooMuch)
    expect(await noncesOf([before, after].filter((outcome) => outcome !== undefined))).toEqual([0, 2])
  })
})

describe('the end', () => {
  test('a closed sender says what may still be mined, and refuses the rest', async () => {
    const sender = openSender(client, { maxInFlight: 1 })
    const first = sender.send({ to: FRIEND, value: 1n, label: 'first' })
    const second = sender.send({ to: FRIEND, value: 1n, label: 'second' })
    await untilPending(client, 1)

    const left = await sender.close()
    const third = await sender.send({ to: FRIEND })

    expect(left).toMatchObject([{ nonce: 0, label: 'first', hashes: [expect.any(String)] }])
    expect(await first).toEqual({ kind: 'left', inFlight: left[0] })
    expect(await second).toMatchObject({ kind: 'refused', refusal: { name: 'SenderClosed' } })
    expect(third).toMatchObject({ kind: 'refused', refusal: { name: 'SenderClosed' } })
    await client.mine({ blocks: 1 })
    const hash = left[0]?.hashes[0] ?? '0x'
    expect((await client.getTransactionReceipt({ hash })).status).toBe('success')
  })

  test('its signal closes it', async () => {
    const controller = new AbortController()
    const sender = openSender(client, { signal: controller.signal })
    const outcome = sender.send({ to: FRIEND, value: 1n })
    await untilPending(client, 1)

    controller.abort()

    expect(await outcome).toMatchObject({ kind: 'left', inFlight: { nonce: 0 } })
  })
})

describe('on a market', () => {
  let market: TestMarket
  beforeAll(async () => {
    market = await startMarket()
    await market.owner.setAutomine(false)
  })
  afterAll(async () => {
    await market.stop()
  })

  const NO_DEAL: Hex = `0x${'77'.repeat(32)}`
  const initialize = encodeFunctionData({ abi: hubAbi, functionName: 'initialize', args: [NO_DEAL, 0n] })

  test('a refused command says why, costs no nonce, and does not disturb the others', async () => {
    const { owner, addresses } = market
    const sender = openSender(owner)
    const nonce = await owner.getTransactionCount({ address: owner.account.address })

    const outcomes = [{ to: FRIEND }, { to: addresses.hub, data: initialize }, { to: FRIEND }].map(async (command) =>
      sender.send(command),
    )
    await untilPending(owner, nonce + 2)
    await owner.mine({ blocks: 1 })
    const [before, refused, after] = await Promise.all(outcomes)

    expect([before?.kind, after?.kind]).toEqual(['mined', 'mined'])
    expect(refused).toMatchObject({
      kind: 'refused',
      refusal: { kind: 'error', name: 'DealNotFound', args: { dealid: NO_DEAL } },
    })
    expect(refused).not.toHaveProperty('receipt')
  })

  test('a transaction that fails in its block is refused with its receipt and its reason', async () => {
    const { owner, addresses } = market
    const sender = openSender(owner)
    const nonce = await owner.getTransactionCount({ address: owner.account.address })
    const balance = await owner.readContract({
      address: addresses.token,
      abi: rlcAbi,
      functionName: 'balanceOf',
      args: [owner.account.address],
    })
    const data = encodeFunctionData({ abi: rlcAbi, functionName: 'transfer', args: [FRIEND, balance] })

    const outcomes = [1, 2].map(async () => sender.send({ to: addresses.token, data, gas: 100_000n }))
    await untilPending(owner, nonce + 2)
    await owner.mine({ blocks: 1 })
    const [paid, failed] = await Promise.all(outcomes)

    expect(paid?.kind).toBe('mined')
    expect(failed).toMatchObject({
      kind: 'refused',
      refusal: { name: 'ERC20InsufficientBalance', args: { balance: 0n, needed: balance } },
      receipt: { status: 'reverted' },
    })
  })
})
