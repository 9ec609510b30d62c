// The way to a real node, when the road is good and when it is not.
import { getBlockNumber, getChainId } from 'viem/actions'
import { toHex } from 'viem'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { startAnvil, type Anvil } from '../../test/anvil.ts'
import { buildRoad, type Road, type Toll, type WireCall } from '../follow/testing.ts'
import { STRANGER_GAS } from './batch.ts'
import { openChain } from './openChain.ts'

let anvil: Anvil
let foreign: Anvil

beforeAll(async () => {
  ;[anvil, foreign] = await Promise.all([startAnvil(), startAnvil({ chainId: 5 })])
  await anvil.client(0).mine({ blocks: 30 })
})

afterAll(async () => {
  await Promise.all([anvil.stop(), foreign.stop()])
})

async function roadTo(toll: (calls: readonly WireCall[]) => Toll): Promise<Road> {
  const road = await buildRoad(anvil.url, toll)
  onTestFinished(road.stop)
  return road
}

/** Blocks by number, all asked for at once. */
async function readBlocks(client: Awaited<ReturnType<typeof openChain>>['client'], count: number) {
  return Promise.all(
    Array.from({ length: count }, async (_, index) =>
      client.request({ method: 'eth_getBlockByNumber', params: [toHex(index), false] }),
    ),
  )
}

test('the chain is what its first node says', async () => {
  const { client, chainId } = await openChain({ rpcUrls: [anvil.url] })

  expect(chainId).toBe(31_337)
  expect(client.chain.id).toBe(31_337)
  expect(await getChainId(client)).toBe(31_337)
})

test('a node of another chain is refused in one sentence', async () => {
  const named = openChain({ rpcUrls: [foreign.url], chainId: 31_337 })
  const unnamed = openChain({ rpcUrls: [anvil.url, foreign.url] })

  const sentence = `${foreign.url} is of chain 5, not of chain 31337.`
  await expect(named).rejects.toMatchObject({ name: 'ChainError', code: 'WrongChain', message: sentence })
  await expect(unnamed).rejects.toMatchObject({ code: 'WrongChain', message: sentence })
})

test('a node that is found to be of another chain later is left out, and the others go on', async () => {
  let target = anvil.url
  const road = await buildRoad(
    () => target,
    () => (target === '' ? 'cut' : 'pass'),
  )
  onTestFinished(road.stop)
  const notices: string[] = []
  const rpcUrls = [road.url, anvil.url]
  const { client } = await openChain({ rpcUrls, onNotice: (sentence) => notices.push(sentence) })
  target = ''
  expect(await getBlockNumber(client)).toBe(30n)

  target = foreign.url
  for (let turn = 0; turn < 10_000 && notices.length === 0; turn += 1) await getBlockNumber(client)

  expect(notices).toEqual([`${road.url} is of chain 5, not of chain 31337.`])
  expect(await getBlockNumber(client)).toBe(30n)
})

test('calls of the same moment travel in one request', async () => {
  const road = await roadTo(() => 'pass')
  const { client } = await openChain({ rpcUrls: [road.url], chainId: 31_337 })

  const blocks = await readBlocks(client, 30)

  expect(blocks.map((block) => Number(block?.number))).toEqual(Array.from({ length: 30 }, (_, index) => index))
  expect(road.requests().map((methods) => methods.length)).toEqual([1, 30])
})

test.each<[string, Toll]>([
  [
    'refuses large batches',
    { status: 200, body: '{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"batch"}}' },
  ],
  ['finds a batch too large', { status: 413 }],
])('a node that %s gets smaller ones', async (_title, refusal) => {
  const road = await roadTo((calls) => (calls.length > 8 ? refusal : 'pass'))
  const { client } = await openChain({ rpcUrls: [road.url], chainId: 31_337 })

  await readBlocks(client, 30)
  const before = road.requests().length
  const blocks = await readBlocks(client, 30)

  expect(blocks.map((block) => Number(block?.number))).toEqual(Array.from({ length: 30 }, (_, index) => index))
  expect(
    road
      .requests()
      .slice(before)
      .every((methods) => methods.length <= 8),
  ).toBe(true)
})

test('a node that had a bad moment gets large batches again', async () => {
  let isBad = true
  const refusal = { status: 200, body: '{"jsonrpc":"2.0","id":null,"error":{"code":-32603,"message":"internal"}}' }
  const road = await roadTo((calls) => (isBad && calls.length > 1 ? refusal : 'pass'))
  const { client } = await openChain({ rpcUrls: [road.url], chainId: 31_337 })
  await readBlocks(client, 30)
  isBad = false

  const largest = (): number =>
    Math.max(
      ...road
        .requests()
        .slice(-1)
        .map((methods) => methods.length),
    )
  for (let turn = 0; turn < 50 && largest() < 30; turn += 1) await readBlocks(client, 30)

  expect(largest()).toBe(30)
})

test('a call that bounds its gas travels alone', async () => {
  const road = await roadTo(() => 'pass')
  const { client } = await openChain({ rpcUrls: [road.url], chainId: 31_337 })
  const to = `0x${'0'.repeat(40)}`
  const call = async (gas: object): Promise<unknown> =>
    client.request({ method: 'eth_call', params: [{ to, ...gas }, 'latest'] } as never)

  await Promise.all([call({}), call({ gas: STRANGER_GAS }), call({}), call({ gas: STRANGER_GAS })])

  const sizes = road.requests().map((methods) => methods.length)
  expect(sizes.slice(1).toSorted((one, other) => one - other)).toEqual([1, 1, 2])
})

test('answers that are too large together are asked for in parts', async () => {
  const { client } = await openChain({ rpcUrls: [anvil.url], chainId: 31_337, maxBodyBytes: 8_000 })

  expect(await readBlocks(client, 30)).toHaveLength(30)
})

test('an answer that is too large alone is an error of its own', async () => {
  const { client } = await openChain({ rpcUrls: [anvil.url], chainId: 31_337, maxBodyBytes: 500 })

  await expect(readBlocks(client, 1)).rejects.toMatchObject({ name: 'ResponseBodyTooLargeError' })
})

test.each<[string, Toll]>([
  ['wants fewer requests', { status: 429 }],
  [
    'wants fewer requests and says so in a 200',
    { status: 200, body: '{"id":0,"error":{"code":429,"message":"slow"}}' },
  ],
  ['fails', { status: 502, body: '<html>' }],
  ['hangs', 'hang'],
  ['cuts the connection', 'cut'],
])('when a node %s, the next one answers', async (_title, toll) => {
  let isBad = false
  const road = await roadTo(() => (isBad ? toll : 'pass'))
  const { client } = await openChain({ rpcUrls: [road.url, anvil.url], timeoutMs: 500 })
  isBad = true

  expect(await getBlockNumber(client)).toBe(30n)
})

const RAW = 'eth_sendRawTransaction'

function countBroadcasts({ requests }: Road): number {
  return requests().filter(([method]) => method === RAW).length
}

test('a broadcast whose answer is lost is given to no other node, and to another one when it is repeated', async () => {
  const [first, second] = await Promise.all([
    roadTo(([call]) => (call?.method === RAW ? 'cut' : 'pass')),
    roadTo(() => 'pass'),
  ])
  const { client } = await openChain({ rpcUrls: [first.url, second.url] })
  const broadcast = async (): Promise<unknown> =>
    client.request({ method: RAW, params: ['0x00'] }).catch((error: unknown) => error)

  expect(await broadcast()).toMatchObject({ name: 'HttpRequestError' })
  expect([first, second].map(countBroadcasts)).toEqual([1, 0])
  expect(await broadcast()).toMatchObject({ code: expect.any(Number) as number })
  expect([first, second].map(countBroadcasts)).toEqual([1, 1])
})

test('the preferred node is returned to when it works again', async () => {
  let isBad = false
  const road = await roadTo(() => (isBad ? { status: 503 } : 'pass'))
  const { client } = await openChain({ rpcUrls: [road.url, anvil.url] })
  isBad = true
  await getBlockNumber(client)

  isBad = false
  const asked = (): number => road.requests().filter(([method]) => method === 'eth_blockNumber').length
  const before = asked()
  for (let turn = 0; turn < 10_000 && asked() === before; turn += 1) await getBlockNumber(client)

  expect(asked()).toBeGreaterThan(before)
})

test('a node that is down when the way is opened may come later', async () => {
  let isBad = true
  const road = await roadTo(() => (isBad ? 'cut' : 'pass'))
  const { client } = await openChain({ rpcUrls: [road.url], chainId: 31_337 })
  await expect(getBlockNumber(client)).rejects.toMatchObject({ name: 'HttpRequestError' })

  isBad = false
  const numbers: bigint[] = []
  for (let turn = 0; turn < 100 && numbers.length === 0; turn += 1) {
    await getBlockNumber(client).then(
      (number) => numbers.push(number),
      () => undefined,
    )
  }

  expect(numbers).toEqual([30n])
})

test('what a node says of a call itself comes back as it is', async () => {
  const { client } = await openChain({ rpcUrls: [anvil.url, anvil.url] })

  const unknown = client.request({ method: 'eth_nonsense' } as never)

  await expect(unknown).rejects.toMatchObject({ code: -32_601 })
})

test('a port to which no web client connects is named as the reason', async () => {
  const { client } = await openChain({ rpcUrls: ['http://127.0.0.1:1'], chainId: 31_337 })

  await expect(getBlockNumber(client)).rejects.toThrow('No web client connects to its port.')
})

test('no error shows more of a URL than its origin', async () => {
  const road = await roadTo(() => ({ status: 500, body: 'no' }))
  const secret = `${road.url.replace('http://', 'http://user:word@')}/key-in-path?token=key-in-query`
  const { client } = await openChain({ rpcUrls: [secret, 'http://127.0.0.1:1/key-in-path'], chainId: 31_337 })

  const failure: unknown = await getBlockNumber(client).catch((error: unknown) => error)
  const unreachable: unknown = await openChain({ rpcUrls: [secret] }).catch((error: unknown) => error)
  const wrong: unknown = await openChain({ rpcUrls: ['wss://user:word@host/key-in-path'] }).catch(
    (error: unknown) => error,
  )

  const shown = [failure, unreachable, wrong].map((error) => `${String(error)} ${JSON.stringify(error)}`)
  expect(shown.join('\n')).not.toMatch(/key-in|user|word/u)
  expect(shown[0]).toContain(road.url)
  expect(shown[1]).toContain(`No node says which chain it is of: ${road.url}.`)
  expect(shown[2]).toContain('The URL of a node must begin with http:// or https://.')
})
