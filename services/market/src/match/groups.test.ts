// What groups may do to whoever asks them: say yes or no, and nothing else.
import { STRANGER_GAS, openChain } from '@iexec/chain'
import { startAnvil, type Anvil } from '@iexec/chain/test/anvil'
import { RpcRequestError, createClient, custom, type Hex } from 'viem'
import { getBlockNumber } from 'viem/actions'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { buildRoad, type Road, type Toll } from '../../test/road.ts'
import { address } from '../../test/rows.ts'
import { rememberGroups } from './groups.ts'
import { groupCode } from './testBook.ts'

const [CLUB, ENDLESS, GRUMP, BROKEN, NOBODY] = [1, 2, 3, 4, 5].map((n) => address(n, 'c')) as [Hex, Hex, Hex, Hex, Hex]
const MEMBER = address(1)

let anvil: Anvil
beforeAll(async () => {
  anvil = await startAnvil()
  const codes: readonly (readonly [Hex, Hex])[] = [
    [CLUB, groupCode([MEMBER])],
    [ENDLESS, '0x5b600056'],
    [GRUMP, '0x60006000fd'],
    // A jump to where no jump may go, with an empty stack.
    [BROKEN, '0x56'],
  ]
  for (const [group, bytecode] of codes) await anvil.client(0).setCode({ address: group, bytecode })
})
afterAll(async () => anvil.stop())

async function openRoad(): Promise<Road> {
  const road = await buildRoad(anvil.url)
  onTestFinished(road.stop)
  return road
}

function hangCalls(body: string): Toll {
  return body.includes('eth_call') ? 'hang' : 'pass'
}

test('A group says who belongs to it; one that reverts, never ends, breaks or is not there lets nobody in', async () => {
  const { client } = await openChain({ rpcUrls: [anvil.url] })
  const ask = rememberGroups(client, Date.now)

  expect(await ask(CLUB, MEMBER)).toBe(true)
  for (const group of [ENDLESS, GRUMP, BROKEN, NOBODY]) expect(await ask(group, MEMBER)).toBe(false)
  expect(await ask(CLUB, address(2))).toBe(false)
})

test('A group is asked with little gas, and in a request of its own', async () => {
  const road = await openRoad()
  const { client } = await openChain({ rpcUrls: [road.url] })

  await Promise.all([rememberGroups(client, Date.now)(CLUB, MEMBER), getBlockNumber(client)])

  const [asked] = road.asked().filter((body) => body.includes('eth_call'))
  expect(JSON.parse(asked ?? '')).toMatchObject({
    method: 'eth_call',
    params: [{ to: CLUB, gas: STRANGER_GAS }, 'latest'],
  })
})

test('A group that keeps a node busy is given up, once and before the node is: nobody else notices', async () => {
  const road = await openRoad()
  const { client } = await openChain({ rpcUrls: [road.url], timeoutMs: 1_000 })
  const ask = rememberGroups(client, Date.now)
  road.set(hangCalls)

  const [isMember, before] = await Promise.all([ask(CLUB, MEMBER), getBlockNumber(client)])
  const after = await getBlockNumber(client)

  expect([isMember, before, after]).toEqual([undefined, 0n, 0n])
  // A node that rested would be asked for its chain again.
  const sum = (word: string): number => road.asked().filter((body) => body.includes(word)).length
  expect([sum('eth_call'), sum('eth_chainId')]).toEqual([1, 2])
  road.set(() => 'pass')
  expect(await ask(CLUB, MEMBER)).toBe(true)
})

test.each([
  [3, 'execution reverted', '0x'],
  [-32_015, 'VM execution error.', 'Reverted 0x'],
  [-32_000, 'stack underflow (0 <=> 1)', undefined],
  [-32_000, 'invalid jump destination', undefined],
])('A group says no in the words of every kind of node: %s %s', async (code, message, data) => {
  const request = async (): Promise<never> =>
    Promise.reject(new RpcRequestError({ body: {}, url: 'http://node', error: { code, message, data } }))
  const client = createClient({ cacheTime: 0, transport: custom({ request }, { retryCount: 0 }) })

  expect(await rememberGroups(client, Date.now)(CLUB, MEMBER)).toBe(false)
})
