// Nodes that answer, but not what they should: nonsense, another chain, an old state.
import { numberToHex } from 'viem'
import { getBlockNumber } from 'viem/actions'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { startAnvil, type Anvil } from '../../test/anvil.ts'
import { buildRoad, type Road, type Toll } from '../follow/testing.ts'
import { openFailover, type Failover } from './failover.ts'
import { openChain } from './openChain.ts'
import { parseTarget } from './postCalls.ts'

let anvil: Anvil
let foreign: Anvil

beforeAll(async () => {
  ;[anvil, foreign] = await Promise.all([startAnvil(), startAnvil({ chainId: 5 })])
  await anvil.client(0).mine({ blocks: 30 })
})

afterAll(async () => {
  await Promise.all([anvil.stop(), foreign.stop()])
})

const HTML: Toll = { status: 200, body: '<html>' }

function answering(result: unknown): Toll {
  return { status: 200, body: JSON.stringify({ jsonrpc: '2.0', id: 0, result }) }
}

/** A road whose toll and end can be changed; calls for the head are answered by `head`, when it is given. */
async function switchRoad(): Promise<{ road: Road; set: (way: Toll | { head: number } | { to: string }) => void }> {
  let way: Toll | { head: number } | { to: string } = 'pass'
  const isTo = (): boolean => typeof way === 'object' && 'to' in way
  const road = await buildRoad(
    () => (typeof way === 'object' && 'to' in way ? way.to : anvil.url),
    ([call]) => {
      if (typeof way !== 'object' || 'status' in way) return way
      if (isTo() || call?.method !== 'eth_blockNumber' || !('head' in way)) return 'pass'
      return answering(numberToHex(way.head))
    },
  )
  onTestFinished(road.stop)
  return {
    road,
    set: (next) => {
      way = next
    },
  }
}

/** Asks until it is so, and lets so much time pass with each question. */
async function askUntil(isSo: () => boolean, ask: () => Promise<unknown>, turns = 2_000): Promise<void> {
  for (let turn = 0; turn < turns && !isSo(); turn += 1) await ask().catch(() => undefined)
  expect(isSo()).toBe(true)
}

describe('a node that does not name its chain', () => {
  test.each<[string, Toll]>([
    ['null', answering(null)],
    ['an empty text', answering('')],
    ['an empty list', answering([])],
    ['a number', answering(31_337)],
    ['no hexadecimal number', answering('0xzz')],
    ['chain 0', answering('0x0')],
    ['an error', { status: 200, body: '{"jsonrpc":"2.0","id":0,"error":{"code":-32603,"message":"starting"}}' }],
    ['HTML', HTML],
  ])('but answers %s is of no other chain: the next is asked, and it when it is well again', async (_title, toll) => {
    const { road, set } = await switchRoad()
    set(toll)
    const notices: string[] = []
    const onNotice = (sentence: string): number => notices.push(sentence)
    await expect(openChain({ rpcUrls: [road.url] })).rejects.toMatchObject({ code: 'Unreachable' })

    const { client, chainId } = await openChain({ rpcUrls: [road.url, anvil.url], onNotice })
    expect(await getBlockNumber(client)).toBe(30n)
    set('pass')
    const asked = (): boolean => road.requests().at(-1)?.[0] === 'eth_getBalance'
    const params = [`0x${'1'.repeat(40)}`, 'latest']
    await askUntil(asked, async () => client.request({ method: 'eth_getBalance', params } as never))

    expect(chainId).toBe(31_337)
    expect(notices).toEqual([])
  })
})

describe('a node that is found to be of another chain later', () => {
  test('is asked again when it is the only one, and used when it names the right one; both are said once', async () => {
    const { road, set } = await switchRoad()
    const notices: string[] = []
    let now = 0
    const failover = openFailover({
      targets: [parseTarget(road.url)],
      chainId: 31_337,
      timeoutMs: 5_000,
      maxBodyBytes: 1e6,
      onNotice: (sentence) => notices.push(sentence),
      now: () => now,
    })
    await failover.checkAll()
    const ask = async (): Promise<unknown> => {
      now += 20_000
      return failover.send([{ method: 'eth_blockNumber', params: [] }])
    }
    const wrong = `${road.url} is of chain 5, not of chain 31337.`

    set('cut')
    await expect(ask()).rejects.toMatchObject({ name: 'HttpRequestError' })
    set({ to: foreign.url })
    for (let turn = 0; turn < 10; turn += 1) await expect(ask()).rejects.toMatchObject({ message: wrong })
    expect(notices).toEqual([wrong])
    set('pass')

    expect(await ask()).toEqual([{ ok: true, result: '0x1e' }])
    expect(notices).toEqual([wrong, `${road.url} is used again.`])
  })
})

type Pair = {
  readonly failover: Failover
  readonly set: Awaited<ReturnType<typeof switchRoad>>['set']
  readonly second: Awaited<ReturnType<typeof switchRoad>>
  readonly notices: readonly string[]
  readonly url: string
  /** Which one answered a question that is asked after so much time. */
  readonly askAfter: (ms: number) => Promise<'first' | 'second'>
  /** Asks every half second of the given clock, until the other one answers; says how long that took. */
  readonly timeUntil: (who: 'first' | 'second') => Promise<number>
}

async function openPair(): Promise<Pair> {
  const [one, second] = await Promise.all([switchRoad(), switchRoad()])
  const notices: string[] = []
  let now = 0
  const looks = new Set<Promise<unknown>>()
  const failover = openFailover({
    targets: [one.road.url, second.road.url].map(parseTarget),
    chainId: 31_337,
    timeoutMs: 5_000,
    maxBodyBytes: 1e6,
    onNotice: (sentence) => notices.push(sentence),
    now: () => now,
    fetch: async (url, request) => {
      const answer = fetch(url, request)
      if (request.body.includes('eth_blockNumber')) looks.add(answer)
      return answer.finally(() => looks.delete(answer))
    },
  })
  const countAsked = (): number => second.road.requests().filter(([method]) => method === 'eth_gasPrice').length
  const askAfter = async (ms: number): Promise<'first' | 'second'> => {
    now += ms
    const before = countAsked()
    await failover.send([{ method: 'eth_gasPrice', params: [] }])
    // Nobody waits for a comparison of the nodes, but the clock of these tests does.
    await Promise.allSettled(looks)
    return countAsked() > before ? 'second' : 'first'
  }
  const timeUntil = async (who: 'first' | 'second'): Promise<number> => {
    const start = now
    for (let turn = 0; turn < 400; turn += 1) if ((await askAfter(500)) === who) return now - start
    throw new Error(`The ${who} did not answer.`)
  }
  return { failover, set: one.set, second, notices, url: one.road.url, askAfter, timeUntil }
}

describe('of two nodes, the first', () => {
  test('that is empty when the way is opened is left out at once', async () => {
    const { failover, set, askAfter, notices, url } = await openPair()
    set({ head: 0 })

    await failover.checkAll()

    expect(await askAfter(0)).toBe('second')
    expect(notices).toEqual([`${url} is at block 0, another node at block 30: it rests until it is there.`])
  })

  test('that comes back empty is left out until it has caught up, also while the second is not there', async () => {
    const { failover, set, second, askAfter, timeUntil, notices, url } = await openPair()
    await failover.checkAll()
    expect(await askAfter(0)).toBe('first')

    set('cut')
    expect(await askAfter(500)).toBe('second')
    set({ head: 0 })
    for (let turn = 0; turn < 40; turn += 1) expect(await askAfter(500)).toBe('second')
    second.set('cut')
    await expect(askAfter(500)).rejects.toMatchObject({ name: 'HttpRequestError' })
    second.set('pass')
    set({ head: 30 })
    await timeUntil('first')

    expect(notices.slice(-1)).toEqual([`${url} is used again.`])
  })

  test('that says nothing of its blocks any more rests', async () => {
    const { failover, set, timeUntil } = await openPair()
    await failover.checkAll()

    set(answering(null))

    expect(await timeUntil('second')).toBeLessThan(60_000)
  })

  test('that is behind is used when the second has not been there for a minute', async () => {
    const { failover, set, second, askAfter } = await openPair()
    set({ head: 0 })
    await failover.checkAll()
    second.set('cut')

    await expect(askAfter(1_000)).rejects.toMatchObject({
      details: 'The node is at block 0, and another one at block 30.',
    })
    expect(await askAfter(60_000)).toBe('first')
  })

  test.each([
    ['more than five blocks behind', 24],
    ['standing still, while the other has a block more', 29],
  ])('that is %s for 15 seconds rests, and is returned to', async (_title, head) => {
    const { failover, set, timeUntil } = await openPair()
    await failover.checkAll()
    set({ head })

    const left = await timeUntil('second')
    expect(left).toBeGreaterThanOrEqual(15_000)
    expect(left).toBeLessThan(60_000)
    set('pass')

    expect(await timeUntil('first')).toBeLessThan(60_000)
  })

  test('that is a few blocks behind and moves on is kept', async () => {
    const { failover, set, askAfter, notices } = await openPair()
    await failover.checkAll()

    for (let turn = 0; turn < 200; turn += 1) {
      set({ head: 25 + (turn % 5) })
      expect(await askAfter(500)).toBe('first')
    }

    expect(notices).toEqual([])
  })
})
