import { createClient, custom } from 'viem'
import { expect, test } from 'vitest'
import { lookAt } from './chain.ts'
import { clientOf, mine, openWorld } from './modelWorld.ts'

test('a block that comes during a look does not make what it took seem older than it', async () => {
  const world = openWorld()
  const { account, chain, request } = await clientOf(world, 'direct')
  world.pool.set(1, { nonce: 1, hash: '0x01', job: 1, price: world.price })
  const answers: Promise<unknown>[] = []
  const client = createClient({
    account,
    chain,
    cacheTime: 0,
    transport: custom({
      // One after the other, and after the first count the block comes that changes it.
      request: async (asked: { readonly method: string }) => {
        const before = answers.at(-1)
        const answer = (async () => {
          await before
          const said = await request(asked as never)
          if (asked.method === 'eth_getTransactionCount' && world.block === 10n) mine(world, 1)
          return said
        })()
        answers.push(answer)
        return answer
      },
    }),
  })

  const sight = await lookAt(client, () => 0)

  expect(sight).toMatchObject({ at: { block: 10n }, latest: 1 })
  expect(await lookAt(client, () => 0)).toMatchObject({ at: { block: 11n }, latest: 2 })
})
