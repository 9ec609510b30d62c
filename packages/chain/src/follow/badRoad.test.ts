// Following a real chain on a bad road to its nodes.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pad } from 'viem'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { startAnvil } from '../../test/anvil.ts'
import { openChain } from '../transport/openChain.ts'
import { watchHeads } from '../transport/watchHeads.ts'
import { clientOf, follow, hasMethod, roadTo, startScene } from './scene.ts'
import {
  type Logger,
  type Toll,
  type WireCall,
  deployLogger,
  layPipe,
  readChain,
  summarise,
  useLogger,
} from './testing.ts'

const FOREIGN = '$1:"0x00000000000000000000000000000000000abcde"'

/** How many blocks a request for logs spans. */
function spanOf([call]: readonly WireCall[]): number {
  const [filter] = (call?.method === 'eth_getLogs' ? call.params : []) as { fromBlock?: string; toBlock?: string }[]
  return filter?.fromBlock === undefined ? 0 : Number(filter.toBlock) - Number(filter.fromBlock) + 1
}

/** Makes blocks until it is so. */
async function mineUntil(logger: Logger, isSo: () => boolean): Promise<void> {
  for (let turn = 0; turn < 1_000 && !isSo(); turn += 1) await logger.log(0)
  expect(isSo()).toBe(true)
}

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
    // However slow this machine is: no time passes.
    vi.spyOn(performance, 'now').mockReturnValue(0)
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
    // Long enough that no good answer takes longer, also on a busy machine.
    const client = await clientOf(road.url, { timeoutMs: 1_500 })
    const following = follow({ client, filters: [{ address: [logger.address] }] })
    await following.reached(1)
    const tolls: readonly (readonly [Toll, string])[] = [
      [{ status: 429 }, 'The node wants fewer requests (429).'],
      [{ status: 503 }, 'The node failed with HTTP status 503.'],
      ['cut', 'The node cannot be reached.'],
      ['hang', 'The node did not answer in time.'],
      [{ status: 200, body: '<html>' }, 'The node did not answer JSON-RPC.'],
      [{ status: 200, body: '{"jsonrpc":"2.0","id":0,"result":null}' }, 'The node has no blocks.'],
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

  test('of another chain is waited for, and followed again when it is of the right one', async () => {
    const { anvil, logger } = await startScene()
    const foreign = await startAnvil({ chainId: 5 })
    onTestFinished(foreign.stop)
    let target = anvil.url
    const road = await roadTo(
      () => target,
      () => (target === '' ? 'cut' : 'pass'),
    )
    const following = follow({ client: await clientOf(road.url), filters: [{ address: [logger.address] }] })
    await following.reached(1)

    target = ''
    await following.until(() => following.states.at(-1)?.state === 'waiting')
    target = foreign.url
    const reason = `${road.url} is of chain 5, not of chain 31337.`
    await following.until(() => following.states.at(-1)?.reason === reason)
    target = anvil.url
    await logger.log(1)
    await following.reached(2)

    expect(following.states.at(-1)?.state).toBe('live')
    expect(summarise(following.blocks())).toEqual(await readChain(logger))
  })
})

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
