// Following a real chain that changes its mind.
import fc from 'fast-check'
import { pad } from 'viem'
import { describe, expect, test } from 'vitest'
import { clientOf, follow, startScene } from './scene.ts'
import { readChain, startFollowing, summarise } from './testing.ts'

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
        let top = 0
        const lookAtHead = async (): Promise<number> => {
          const head = Number(await logger.client.getBlockNumber())
          top = Math.max(top, head)
          return head
        }
        for (const { act: name, count } of sequence) {
          const head = await lookAtHead()
          if (name === 'log') await logger.log(count)
          if (name === 'mine') await logger.client.mine({ blocks: count })
          if (name === 'reorg' && head > 14) await logger.reorg(count)
          if (name === 'rollback' && head > 14) await logger.rpc('anvil_rollback', [count])
          if (name === 'poll') for (let turn = 0; turn < count; turn += 1) await logger.client.getBlockNumber()
        }
        // After rollbacks alone, as deep as the ring or deeper, the follower waits for the chain to pass what it had.
        const end = await lookAtHead()
        await logger.client.mine({ blocks: 1 + top - end })
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
      // The chain grows with each run, so a smaller history is found too slowly: the seed and the whole one are told.
      { numRuns: 25, endOnFailure: true },
    )
  })
})
