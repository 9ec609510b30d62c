// Following a real chain: through reorganisations, restarts, and a bad road to its node.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { pad } from 'viem'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startAnvil, type Anvil } from '../../test/anvil.ts'
import { openChain } from '../transport/openChain.ts'
import { watchHeads } from '../transport/watchHeads.ts'
import { followEvents } from './followEvents.ts'
import {
  buildRoad,
  deployLogger,
  layPipe,
  readChain,
  startFollowing,
  summarise,
  useLogger,
  type Following,
  type Logger,
  type Road,
  type Toll,
  type WireCall,
} from './testing.ts'

type Scene = { readonly anvil: Anvil; readonly logger: Logger }

async function startScene(): Promise<Scene> {
  const anvil = await startAnvil()
  onTestFinished(anvil.stop)
  return { anvil, logger: await deployLogger(anvil) }
}

function follow(options: Parameters<typeof startFollowing>[0]): Following {
  const following = startFollowing(options)
  onTestFinished(following.stop)
  return following
}

async function roadTo(
  target: string | (() => string),
  toll: (calls: readonly WireCall[]) => Toll,
  rewrite?: (answer: string, calls: readonly WireCall[]) => string,
): Promise<Road> {
  const road = await buildRoad(target, toll, rewrite)
  onTestFinished(road.stop)
  return road
}

async function clientOf(url: string, settings: { readonly maxBodyBytes?: number; readonly timeoutMs?: number } = {}) {
  const { client } = await openChain({ rpcUrls: [url], chainId: 31_337, ...settings })
  return client
}

const hasMethod = (calls: readonly WireCall[], name: string): boolean => calls.some(({ method }) => method === name)

const FOREIGN = '$1:"0x00000000000000000000000000000000000abcde"'

/** How many blocks a request for logs spans. */
function spanOf([call]: readonly WireCall[]): number {
  const [filter] = (call?.method === 'eth_getLogs' ? call.params : []) as { fromBlock?: string; toBlock?: string }[]
  return filter?.fromBlock === undefined ? 0 : Number(filter.toBlock) - Number(filter.fromBlock) + 1
}

async function failToRead(): Promise<number> {
  return Promise.reject(new TypeError('x is not a function'))
}

describe('following', () => {
  test('gives the same blocks and logs whether it reads them live or later', async () => {
    const { anvil, logger } = await startScene()
    const filters = [{ address: [logger.address] }]
    const live = follow({ client: await clientOf(anvil.url), filters })
    for (const count of [3, 0, 1, 40]) {
      await logger.log(count)
      await live.reached(Number(await logger.client.getBlockNumber()))
    }

    const later = follow({ client: await clientOf(anvil.url), filters })
    await later.reached(5)

    expect(summarise(live.blocks())).toEqual(await readChain(logger))
    expect(later.blocks()).toEqual(live.blocks())
    expect(later.steps.length).toBeLessThan(live.steps.length)
  })

  test('gives of a long past only the blocks with logs and the ends of ranges', async () => {
    const { anvil, logger } = await startScene()
    await logger.client.mine({ blocks: 20 })
    await logger.log(2)
    await logger.client.mine({ blocks: 400 })

    const following = follow({ client: await clientOf(anvil.url), filters: [{ address: [logger.address] }], ring: 8 })
    await following.reached(422)

    const blocks = following.blocks()
    expect(blocks.filter(({ logs }) => logs.length > 0).map(({ number }) => number)).toEqual([22])
    expect(blocks.slice(-8).map(({ number }) => number)).toEqual([415, 416, 417, 418, 419, 420, 421, 422])
    expect(blocks.length).toBeLessThan(20)
    expect(blocks.every(({ timestamp }) => timestamp > 0)).toBe(true)
  })

  test('merges the logs of several filters in the order of the chain, each once', async () => {
    const { anvil, logger } = await startScene()
    await logger.log(5)
    const filters = [
      { topics: [[pad('0x02'), pad('0x04')]] },
      { address: [logger.address], topics: [[pad('0x04'), pad('0x05'), pad('0x01')]] },
    ]

    const following = follow({ client: await clientOf(anvil.url), filters })
    await following.reached(2)

    expect(following.blocks().flatMap(({ logs }) => logs.map(({ topics }) => Number(topics[0])))).toEqual([5, 4, 2, 1])
  })

  test('reads what belongs to the blocks, and again when the chain changed meanwhile', async () => {
    const { anvil, logger } = await startScene()
    await logger.log(1)
    let reads = 0

    const following = follow({
      client: await clientOf(anvil.url),
      filters: [{ address: [logger.address] }],
      read: async (blocks) => {
        reads += 1
        if (reads === 1) await logger.reorg(1)
        return blocks.length
      },
    })
    await following.reached(2)

    expect(following.steps).toMatchObject([{ kind: 'blocks', extra: 3 }])
    expect(summarise(following.blocks())).toEqual(await readChain(logger))
    expect(reads).toBe(2)
  })

  test('throws what reading throws when it is a fault of the program', async () => {
    const { anvil, logger } = await startScene()

    const following = startFollowing({
      client: await clientOf(anvil.url),
      filters: [{ address: [logger.address] }],
      read: failToRead,
    })

    await expect(following.reached(0)).rejects.toThrow('x is not a function')
  })
})

describe('a reorganisation', () => {
  test.each([1, 12])('of %i blocks is rolled back to the last common block', async (depth) => {
    const { anvil, logger } = await startScene()
    for (let block = 0; block < 14; block += 1) await logger.log(1)
    const following = follow({ client: await clientOf(anvil.url), filters: [{ address: [logger.address] }] })
    await following.reached(15)
    const common = following.blocks()[15 - depth]

    await logger.reorg(depth)
    await logger.log(2)
    await following.until(() => following.blocks().at(-1)?.logs.length === 2)

    expect(following.steps.filter(({ kind }) => kind === 'rollback')).toEqual([
      { kind: 'rollback', to: { number: common?.number, hash: common?.hash } },
    ])
    expect(summarise(following.blocks())).toEqual(await readChain(logger))
  })

  test('that happened while nobody followed is found by the cursor', async () => {
    const { anvil, logger } = await startScene()
    for (let block = 0; block < 5; block += 1) await logger.log(1)
    const client = await clientOf(anvil.url)
    const before = follow({ client, filters: [{ address: [logger.address] }] })
    await before.reached(6)
    await before.stop()
    await logger.reorg(3)
    await logger.log(1)

    const after = follow({ client, filters: [{ address: [logger.address] }], cursor: before.blocks() })
    await after.until(() => after.steps.length === 2)

    const kept = before.blocks()[3]
    expect(after.steps[0]).toEqual({ kind: 'rollback', to: { number: 3, hash: kept?.hash } })
    expect(summarise([...before.blocks().slice(0, 4), ...after.blocks()])).toEqual(await readChain(logger))
  })

  test('deeper than everything that is known begins again', async () => {
    const { anvil, logger } = await startScene()
    await logger.log(1)
    const cursor = [{ number: 1, hash: pad('0x01') }]

    const following = follow({ client: await clientOf(anvil.url), filters: [{ address: [logger.address] }], cursor })
    await following.reached(2)

    expect(following.steps[0]).toEqual({ kind: 'rollback', to: undefined })
    expect(summarise(following.blocks())).toEqual(await readChain(logger))
  })

  test('of any kind, at any moment, leaves the list of the chain', { timeout: 180_000 }, async () => {
    const { anvil, logger } = await startScene()
    const act = fc.oneof(
      fc.record({ act: fc.constant('log'), count: fc.integer({ min: 0, max: 3 }) }),
      fc.record({ act: fc.constant('mine'), count: fc.integer({ min: 1, max: 6 }) }),
      fc.record({ act: fc.constant('reorg'), count: fc.integer({ min: 1, max: 12 }) }),
      fc.record({ act: fc.constant('rollback'), count: fc.integer({ min: 1, max: 6 }) }),
      fc.record({ act: fc.constant('poll'), count: fc.integer({ min: 1, max: 3 }) }),
    )
    const acts = fc.array(act, { minLength: 1, maxLength: 16 })
    const client = await clientOf(anvil.url)
    // Deep enough for every rollback that is drawn.
    await logger.client.mine({ blocks: 20 })

    await fc.assert(
      fc.asyncProperty(acts, fc.integer({ min: 1, max: 40 }), async (sequence, ring) => {
        const following = startFollowing({ client, filters: [{ address: [logger.address] }], ring, pollingMs: 1 })
        for (const { act: name, count } of sequence) {
          const head = Number(await logger.client.getBlockNumber())
          if (name === 'log') await logger.log(count)
          if (name === 'mine') await logger.client.mine({ blocks: count })
          if (name === 'reorg' && head > 14) await logger.reorg(count)
          if (name === 'rollback' && head > 14) await logger.rpc('anvil_rollback', [count])
          if (name === 'poll') for (let turn = 0; turn < count; turn += 1) await logger.client.getBlockNumber()
        }
        // After a rollback alone the follower waits for the chain to pass what it had.
        await logger.client.mine({ blocks: 8 })
        await logger.log(1)
        const { hash, number } = await logger.client.getBlock()
        await following.until(() => following.blocks().at(-1)?.hash === hash)
        await following.stop()

        const whole = await readChain(logger)
        const has = new Set(following.blocks().map((block) => block.number))
        const seen = summarise(following.blocks())
        expect(seen).toEqual(whole.filter((_, index) => has.has(index)))
        const missing = whole.filter((block, index) => !has.has(index) && (block as { data: [] }).data.length > 0)
        expect(missing).toEqual([])
        expect(following.blocks().at(-1)?.number).toBe(Number(number))
      }),
      { numRuns: 25 },
    )
  })
})

describe('a node', () => {
  test('that restarts from an older state is waited for, and its other blocks replace the former', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'follow-'))
    onTestFinished(async () => rm(folder, { recursive: true }))
    const state = join(folder, 'state.json')
    const first = await startAnvil({ args: ['--dump-state', state] })
    const { address, log } = await deployLogger(first)
    for (let block = 0; block < 4; block += 1) await log(1)
    await first.stop()
    let node = await startAnvil({ args: ['--load-state', state] })
    onTestFinished(async () => node.stop())
    const road = await roadTo(
      () => node.url,
      () => 'pass',
    )
    const following = follow({ client: await clientOf(road.url), filters: [{ address: [address] }] })
    for (let block = 0; block < 4; block += 1) await useLogger(node, address).log(2)
    await following.reached(9)

    await node.stop()
    await following.until(() => following.states.at(-1)?.state === 'waiting')
    node = await startAnvil({ args: ['--load-state', state] })
    const behind = 'The node is at block 5, but block 9 was there before.'
    await following.until(() => following.states.at(-1)?.reason === behind)
    const logger = useLogger(node, address)
    await logger.log(3)
    await following.until(() => following.blocks().at(-1)?.logs.length === 3)

    expect(following.steps.filter(({ kind }) => kind === 'rollback')).toMatchObject([{ to: { number: 5 } }])
    expect(summarise(following.blocks())).toEqual(await readChain(logger))
  })

  test('that refuses long ranges gets shorter ones, and longer ones again when it takes them', async () => {
    const { anvil, logger } = await startScene()
    await logger.client.mine({ blocks: 900 })
    await logger.log(1)
    const spans: number[] = []
    const refusal =
      '{"jsonrpc":"2.0","id":0,"error":{"code":-32005,"message":"query returned more than 10000 results"}}'
    const road = await roadTo(anvil.url, (calls) => {
      const span = spanOf(calls)
      if (span > 0) spans.push(span)
      return span > 20 ? { status: 200, body: refusal } : 'pass'
    })

    const following = follow({ client: await clientOf(road.url), filters: [{ address: [logger.address] }] })
    await following.reached(902)

    expect(spans.slice(0, 3)).toEqual([64, 32, 16])
    expect(spans.filter((span) => span > 20).length).toBeLessThan(6)
    expect(following.states.some(({ state }) => state === 'waiting')).toBe(false)
    expect(following.blocks().flatMap(({ logs }) => logs)).toHaveLength(1)
  })

  test('whose ranges are answered quickly is asked for longer ones', async () => {
    const { anvil, logger } = await startScene()
    await logger.client.mine({ blocks: 2_000 })
    const spans: number[] = []
    const road = await roadTo(anvil.url, (calls) => {
      spans.push(spanOf(calls))
      return 'pass'
    })

    const following = follow({
      client: await clientOf(road.url),
      filters: [{ address: [logger.address] }],
      maxRange: 500,
    })
    await following.reached(2_001)

    expect(spans.filter((span) => span > 0).slice(0, 4)).toEqual([64, 128, 256, 500])
  })

  test('whose single block is too large for one answer is read by its receipts', async () => {
    const { anvil, logger } = await startScene()
    await logger.log(300)

    const road = await roadTo(anvil.url, (calls) => (spanOf(calls) > 0 ? { status: 413 } : 'pass'))
    const following = follow({ client: await clientOf(road.url), filters: [{ topics: [[pad('0x07')]] }] })
    await following.reached(2)

    expect(following.blocks().flatMap(({ logs }) => logs.map(({ data }) => Number(data)))).toEqual([7])
  })

  test('that limits, fails, cuts or delays is waited for, and the reason is said', async () => {
    const { anvil, logger } = await startScene()
    let toll: Toll = 'pass'
    const road = await roadTo(anvil.url, () => toll)
    const client = await clientOf(road.url, { timeoutMs: 300 })
    const following = follow({ client, filters: [{ address: [logger.address] }] })
    await following.reached(1)
    const tolls: readonly (readonly [Toll, string])[] = [
      [{ status: 429 }, 'The node wants fewer requests (429).'],
      [{ status: 503 }, 'The node failed with HTTP status 503.'],
      ['cut', 'The node cannot be reached.'],
      ['hang', 'The node did not answer in time.'],
    ]

    for (const [bad, reason] of tolls) {
      toll = bad
      await following.until(() => following.states.at(-1)?.reason === reason)
      toll = 'pass'
      await logger.log(1)
      await following.reached(Number(await logger.client.getBlockNumber()))
    }

    expect(following.states.at(-1)?.state).toBe('live')
    expect(summarise(following.blocks())).toEqual(await readChain(logger))
  })

  test('that has no logs of a block yet, and says so without an error, hides none', async () => {
    const { anvil, logger } = await startScene()
    let isBehind = true
    const road = await roadTo(
      anvil.url,
      (calls) => {
        const isByHash = hasMethod(calls, 'eth_getLogs') && spanOf(calls) === 0
        const body = '{"jsonrpc":"2.0","id":0,"error":{"code":-32000,"message":"unknown block"}}'
        return isByHash && isBehind ? { status: 200, body } : 'pass'
      },
      (answer, calls) => (isBehind && spanOf(calls) > 0 ? '{"jsonrpc":"2.0","id":0,"result":[]}' : answer),
    )
    await logger.log(2)

    const following = follow({ client: await clientOf(road.url), filters: [{ address: [logger.address] }] })
    await following.until(() => following.states.at(-1)?.reason === 'The node refused: unknown block')
    isBehind = false
    await following.reached(2)

    expect(summarise(following.blocks())).toEqual(await readChain(logger))
  })

  test('that marks logs as removed does not bring them back', async () => {
    const { anvil, logger } = await startScene()
    await logger.log(2)
    const road = await roadTo(
      anvil.url,
      () => 'pass',
      (answer) =>
        answer
          .replaceAll('"logIndex":"0x1"', '"logIndex":"0x1","removed":true')
          .replaceAll('"removed":false', '"was":0'),
    )

    const following = follow({ client: await clientOf(road.url), filters: [{ address: [logger.address] }] })
    await following.reached(2)

    expect(following.blocks().flatMap(({ logs }) => logs.map(({ logIndex }) => logIndex))).toEqual([0])
  })

  test.each([
    [
      'logs of other blocks',
      'eth_getLogs',
      (answer: string) => answer.replaceAll(/("blockNumber"):"0x\w+"/gu, '$1:"0x0"'),
    ],
    [
      'logs of another contract',
      'eth_getLogs',
      (answer: string) => answer.replaceAll(/("address"):"0x\w+"/gu, FOREIGN),
    ],
    [
      'another block than the one',
      'eth_getBlockByNumber',
      (answer: string) => answer.replaceAll(/("number"):"0x\w+"/gu, '$1:"0x0"'),
    ],
  ] as const)('that answers %s that it was asked for is not believed', async (_title, method, distort) => {
    const { anvil, logger } = await startScene()
    await logger.log(1)
    await logger.log(2)
    let isWrong = true
    const road = await roadTo(
      anvil.url,
      () => 'pass',
      (answer, calls) =>
        isWrong && calls.every((call) => call.method === method && call.params[0] !== 'latest')
          ? distort(answer)
          : answer,
    )
    const client = await clientOf(road.url)
    const following = follow({ client, filters: [{ address: [logger.address] }] })

    await following.until(() => following.states.some(({ state }) => state === 'waiting'))
    expect(following.blocks()).toEqual([])
    isWrong = false
    await following.reached(3)

    expect(following.blocks().flatMap(({ logs }) => logs)).toHaveLength(3)
  })

  test('that dies is replaced by the next one', async () => {
    const { anvil, logger } = await startScene()
    let toll: Toll = 'pass'
    const road = await roadTo(anvil.url, () => toll)
    const { client } = await openChain({ rpcUrls: [road.url, anvil.url] })
    const following = follow({ client, filters: [{ address: [logger.address] }] })
    await following.reached(1)

    toll = 'cut'
    await logger.log(1)
    await following.reached(2)

    expect(following.states.some(({ state }) => state === 'waiting')).toBe(false)
  })

  test('of another chain is refused', async () => {
    const { anvil, logger } = await startScene()
    const foreign = await startAnvil({ chainId: 5 })
    onTestFinished(foreign.stop)
    let target = anvil.url
    const road = await roadTo(
      () => target,
      () => (target === '' ? 'cut' : 'pass'),
    )
    const following = startFollowing({ client: await clientOf(road.url), filters: [{ address: [logger.address] }] })
    await following.reached(1)

    target = ''
    await following.until(() => following.states.at(-1)?.state === 'waiting')
    target = foreign.url

    await expect(following.reached(99)).rejects.toThrow(`${road.url} is of chain 5, not of chain 31337.`)
  })
})

/** Makes blocks until it is so. */
async function mineUntil(logger: Logger, isSo: () => boolean): Promise<void> {
  for (let turn = 0; turn < 1_000 && !isSo(); turn += 1) await logger.log(0)
  expect(isSo()).toBe(true)
}

describe('a websocket', () => {
  // Polling alone would take an hour.
  const pollingMs = 3_600_000

  test.each(['cut', 'silence'] as const)(
    'wakes at new blocks, and after a %s through another connection',
    async (end) => {
      const { anvil, logger } = await startScene()
      const pipe = await layPipe(Number(new URL(anvil.url).port))
      onTestFinished(pipe.stop)
      const wakeUp = watchHeads(`ws://127.0.0.1:${pipe.port}`, { pauseMs: 10, silentMs: 200 })
      const filters = [{ address: [logger.address] }]
      const following = follow({ client: await clientOf(anvil.url), filters, wakeUp, pollingMs })
      await following.reached(1)
      await mineUntil(logger, () => following.blocks().length > 2)
      const connections = pipe.connections()

      pipe[end]()
      await mineUntil(logger, () => pipe.connections() > connections)
      const seen = following.blocks().length
      await mineUntil(logger, () => following.blocks().length > seen)

      expect(following.states.some(({ state }) => state === 'waiting')).toBe(false)
    },
  )

  test('that cannot be reached is not needed', async () => {
    const { anvil, logger } = await startScene()
    const wakeUp = watchHeads('ws://127.0.0.1:1')
    const following = follow({ client: await clientOf(anvil.url), filters: [{ address: [logger.address] }], wakeUp })

    await logger.log(1)
    await following.reached(2)

    expect(following.states.at(-1)?.state).toBe('live')
  })
})

describe('the signal', () => {
  test('ends it at once, in the middle of a request that is never answered', async () => {
    const { anvil, logger } = await startScene()
    const road = await roadTo(anvil.url, (calls) => (hasMethod(calls, 'eth_chainId') ? 'pass' : 'hang'))
    const abort = new AbortController()
    const options = { fromBlock: 0, cursor: [], signal: abort.signal, filters: [{ address: [logger.address] }] }
    const next = followEvents({ ...options, client: await clientOf(road.url) }).next()

    abort.abort()

    expect(await next).toEqual({ done: true, value: undefined })
  })

  test('ends it at once while it waits for a block', async () => {
    const { anvil, logger } = await startScene()
    const client = await clientOf(anvil.url)
    const following = startFollowing({ client, filters: [{ address: [logger.address] }], pollingMs: 3_600_000 })
    await following.reached(1)
    await following.until(() => following.states.at(-1)?.state === 'live')

    await following.stop()

    expect(following.blocks()).toHaveLength(2)
  })

  test('is not needed to end what a consumer has left', async () => {
    const { anvil, logger } = await startScene()
    const road = await roadTo(anvil.url, () => 'pass')
    const options = { fromBlock: 0, cursor: [], signal: new AbortController().signal, pollingMs: 1 }
    const client = await clientOf(road.url)

    for await (const step of followEvents({ ...options, client, filters: [{ address: [logger.address] }] })) {
      expect(step.kind).toBe('blocks')
      break
    }
    // A request that was on its way may still come; after it, there are no more.
    await logger.client.mine({ blocks: 1 })
    const before = road.requests().length
    for (let turn = 0; turn < 50; turn += 1) await logger.client.getBlockNumber()

    expect(road.requests().length - before).toBeLessThan(2)
  })
})
