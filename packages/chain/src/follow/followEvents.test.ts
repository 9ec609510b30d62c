// Following a real chain, live and later, until it is told to end.
import { pad } from 'viem'
import { describe, expect, test } from 'vitest'
import { followEvents } from './followEvents.ts'
import { clientOf, follow, hasMethod, roadTo, startScene } from './scene.ts'
import { readChain, startFollowing, summarise } from './testing.ts'

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
