import { createClient, custom, keccak256, parseGwei, type Hex } from 'viem'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { accountOf, startAnvil, type Anvil, type AnvilClient } from '../../test/anvil.ts'
import type { SendClient } from './command.ts'
import { openSender, until, untilPending } from './testing.ts'

const FRIEND = accountOf(9).address

let anvil: Anvil
let client: AnvilClient
beforeEach(async () => {
  anvil = await startAnvil({ args: ['--no-mining'] })
  client = anvil.client(0)
})
afterEach(async () => {
  await anvil.stop()
})

/** A way to the node on which `answer` speaks for it when something is broadcast; `give` passes it on. All wait for the barrier. */
function behind(
  answer: (raw: Hex, give: () => Promise<unknown>) => Promise<unknown>,
  barrier: { up: Promise<void> } = { up: Promise.resolve() },
): SendClient {
  const request = async ({ method, params }: { method: string; params?: unknown }): Promise<unknown> => {
    await barrier.up
    const pass = async (): Promise<unknown> => client.request({ method, params } as never)
    return method === 'eth_sendRawTransaction' ? answer((params as readonly [Hex])[0], pass) : pass()
  }
  return createClient({
    account: client.account,
    chain: client.chain,
    cacheTime: 0,
    transport: custom({ request }, { retryCount: 0 }),
  })
}

async function mineExpensive(): Promise<void> {
  const baseFeePerGas = parseGwei('20')
  await client.setNextBlockBaseFeePerGas({ baseFeePerGas })
  await client.mine({ blocks: 1 })
  await client.setNextBlockBaseFeePerGas({ baseFeePerGas })
}

test('a replacement that one node holds without having said so, and another refuses, is the one that is answered', async () => {
  const raws: Hex[] = []
  let tries = 0
  const sender = openSender(
    behind(async (raw, give) => {
      if (!raws.includes(raw)) raws.push(raw)
      if (raws.indexOf(raw) !== 1) return give()
      tries += 1
      if (tries > 1) throw Object.assign(new Error('insufficient funds for gas * price + value'), { code: -32_000 })
      await give()
      throw Object.assign(new Error('request timed out'), { code: -32_002 })
    }),
    { takerConfirmations: 1 },
  )
  const balance = await client.getBalance({ address: FRIEND })
  const sent = sender.send({ to: FRIEND, value: 1n })
  await untilPending(client, 1)

  for (let block = 0; block < 2; block += 1) await mineExpensive()
  await until(() => sender.events.some(({ type }) => type === 'rejected'))
  expect(sender.inFlight()[0]?.hashes).toEqual(raws.map((raw) => keccak256(raw)))
  await until(async () => {
    await client.setNextBlockBaseFeePerGas({ baseFeePerGas: parseGwei('1') })
    await client.mine({ blocks: 1 })
    return sender.inFlight().length === 0
  })

  expect(await sent).toMatchObject({ kind: 'mined', receipt: { transactionHash: keccak256(raws[1] ?? '0x') } })
  expect(await client.getBalance({ address: FRIEND })).toBe(balance + 1n)
  expect(sender.events.filter(({ type }) => type === 'nonceLost')).toEqual([])
})

test('when a reorg brings the old transaction of a command that was signed again, the new one is replaced by an empty one', async () => {
  const raws: Hex[] = []
  const barrier = { up: Promise.resolve() }
  const sender = openSender(
    behind(async (raw, give) => {
      raws.push(raw)
      return give()
    }, barrier),
    { takerConfirmations: 1 },
  )
  const balance = await client.getBalance({ address: FRIEND })
  const before = await client.snapshot()
  const sent = sender.send({ to: FRIEND, value: 1n })
  await untilPending(client, 1)
  const old = sender.inFlight()[0]?.hashes[0]
  await client.sendTransaction({ to: FRIEND, nonce: 0, value: 5n, gas: 21_000n, gasPrice: parseGwei('40') })
  await client.mine({ blocks: 1 })
  await until(() => sender.events.some(({ type }) => type === 'nonceLost'))
  await untilPending(client, 2)

  // A reorg is one step. Who looked in the middle of it would push the old transaction aside before it is there.
  const { promise, resolve: open } = Promise.withResolvers<void>()
  barrier.up = promise
  await client.revert({ id: before })
  await client.request({ method: 'eth_sendRawTransaction', params: [raws[0] ?? '0x'] })
  await client.mine({ blocks: 1 })
  open()
  await until(() => sender.events.some(({ type }) => type === 'nonceRegained'))
  await untilPending(client, 2)
  await client.mine({ blocks: 1 })
  await until(() => sender.inFlight().length === 0)

  expect(await sent).toMatchObject({ kind: 'mined', receipt: { transactionHash: old } })
  expect(await client.getBalance({ address: FRIEND })).toBe(balance + 1n)
})

test('a nonce that somebody else took is not given up before its block is deep enough', async () => {
  const sender = openSender(client)
  const sent = sender.send({ to: FRIEND, value: 1n })
  await untilPending(client, 1)
  await client.sendTransaction({ to: FRIEND, nonce: 0, gas: 21_000n, gasPrice: parseGwei('40') })

  await client.mine({ blocks: 11 })
  const { length } = sender.events
  const isLost = (): boolean => sender.events.some(({ type }) => type === 'nonceLost')
  for (let round = 0; round < 20; round += 1) await client.getBlockNumber()
  expect(isLost()).toBe(false)
  await client.mine({ blocks: 1 })
  await until(isLost)
  await untilPending(client, 2)
  await client.mine({ blocks: 1 })

  expect(length).toBe(1)
  expect((await sent).kind).toBe('mined')
})
