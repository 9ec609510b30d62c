// A sender over openChain: several nodes behind one door, of which one dies with transactions in flight.
import { createClient, custom } from 'viem'
import { expect, onTestFinished, test } from 'vitest'
import { accountOf, startAnvil, type Anvil } from '../../test/anvil.ts'
import { openChain } from '../transport/openChain.ts'
import type { SendClient, SendOutcome } from './command.ts'
import { openDetour, openSender, until, untilPending, type Detour, type Weather } from './testing.ts'

const FRIEND = accountOf(9).address

async function startNode(): Promise<Anvil> {
  const anvil = await startAnvil({ args: ['--no-mining'] })
  onTestFinished(anvil.stop)
  return anvil
}

async function wayTo(url: string, weather: (body: string) => Weather): Promise<Detour> {
  const detour = await openDetour(url, weather)
  onTestFinished(detour.stop)
  return detour
}

/** The door of `openChain`, with the key that signs. */
async function openDoor(rpcUrls: readonly string[]): Promise<SendClient> {
  const { client } = await openChain({ rpcUrls, chainId: 31_337 })
  const { chain, request } = client
  return createClient({ account: accountOf(0), chain, cacheTime: 0, transport: custom({ request }, { retryCount: 0 }) })
}

async function noncesOn(anvil: Anvil, outcomes: readonly SendOutcome[]): Promise<readonly number[]> {
  const hashes = outcomes.flatMap((outcome) => (outcome.kind === 'mined' ? [outcome.receipt.transactionHash] : []))
  return Promise.all(hashes.map(async (hash) => (await anvil.client(0).getTransaction({ hash })).nonce))
}

test('what a node took before it died without an answer is given to the next one, and executed once', async () => {
  const anvil = await startNode()
  const client = anvil.client(0)
  let isDead = false
  const first = await wayTo(anvil.url, (body) => {
    if (isDead) return 'cut'
    isDead = body.includes('eth_sendRawTransaction')
    return isDead ? 'loseAnswer' : 'clear'
  })
  const second = await wayTo(anvil.url, () => 'clear')
  const balance = await client.getBalance({ address: FRIEND })
  const sender = openSender(await openDoor([first.url, second.url]))

  const outcomes = Array.from({ length: 20 }, async () => sender.send({ to: FRIEND, value: 1n }))
  await untilPending(client, 20)
  await until(() => second.requests() > 0 && isDead)
  await client.mine({ blocks: 1 })

  expect(await noncesOn(anvil, await Promise.all(outcomes))).toEqual(Array.from({ length: 20 }, (_, place) => place))
  expect(await client.getBalance({ address: FRIEND })).toBe(balance + 20n)
  expect(sender.events.filter(({ type }) => type === 'nonceLost')).toEqual([])
})

test('what only the dead node knew is given to a node that never heard of it', async () => {
  const [dying, other] = await Promise.all([startNode(), startNode()])
  const client = other.client(0)
  const balance = await client.getBalance({ address: FRIEND })
  const sender = openSender(await openDoor([dying.url, other.url]))

  const outcomes = [1, 2, 3].map(async () => sender.send({ to: FRIEND, value: 1n }))
  await untilPending(dying.client(0), 3)
  const hashes = sender.inFlight().map((transaction) => transaction.hashes[0])
  await dying.stop()
  await untilPending(client, 3)
  await client.mine({ blocks: 1 })

  const mined = await Promise.all(outcomes)
  expect(mined.map((outcome) => outcome.kind === 'mined' && outcome.receipt.transactionHash)).toEqual(hashes)
  expect(await noncesOn(other, mined)).toEqual([0, 1, 2])
  expect(await client.getBalance({ address: FRIEND })).toBe(balance + 3n)
})
