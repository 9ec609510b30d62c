// What was taken without an answer, and what another node says of it afterwards.
import { createClient, custom, fallback, http } from 'viem'
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest'
import { accountOf, startAnvil, type Anvil, type AnvilClient } from '../../test/anvil.ts'
import { openChain } from '../transport/openChain.ts'
import type { SendClient } from './command.ts'
import { openDetour, openSender, until, type Weather } from './testing.ts'

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

type Way = (urls: readonly [string, string]) => Promise<SendClient>

const ways: readonly (readonly [string, Way])[] = [
  [
    'openChain',
    async (rpcUrls) => {
      const { client: door } = await openChain({ rpcUrls, chainId: 31_337 })
      const transport = custom({ request: door.request }, { retryCount: 0 })
      return createClient({ account: accountOf(0), chain: door.chain, cacheTime: 0, transport })
    },
  ],
  [
    'viem, which repeats what failed',
    async ([url]) =>
      Promise.resolve(createClient({ account: accountOf(0), cacheTime: 0, transport: http(url, { retryDelay: 1 }) })),
  ],
  [
    'viem’s fallback',
    async (urls) => {
      const transport = fallback(
        urls.map((url) => http(url)),
        { retryDelay: 1 },
      )
      return Promise.resolve(createClient({ account: accountOf(0), cacheTime: 0, transport }))
    },
  ],
]
const words = ['insufficient funds for gas * price + value', 'replacement transaction underpriced']

test.for(ways.flatMap(([name, way]) => words.map((said) => [name, said, way] as const)))(
  'over %s, a transaction whose answer was lost and of which is said "%s" is executed once, and called mined',
  async ([, said, openWay]) => {
    let broadcasts = 0
    const weather = (body: string): Weather => {
      if (!body.includes('eth_sendRawTransaction')) return 'clear'
      broadcasts += 1
      if (broadcasts === 1) return 'loseAnswer'
      return broadcasts === 2 ? { refuse: said } : 'clear'
    }
    const nodes = await Promise.all([openDetour(anvil.url, weather), openDetour(anvil.url, weather)])
    for (const { stop } of nodes) onTestFinished(stop)
    const balance = await client.getBalance({ address: FRIEND })
    const sender = openSender(await openWay([nodes[0].url, nodes[1].url]), { takerConfirmations: 1 })

    const sent = sender.send({ to: FRIEND, value: 7n })
    await until(() => broadcasts > 1)
    let isAnswered = false
    void sent.then(() => (isAnswered = true))
    await until(async () => {
      await client.mine({ blocks: 1 })
      return isAnswered
    })
    // Whatever else a node may have is mined too.
    await client.mine({ blocks: 1 })

    expect((await sent).kind).toBe('mined')
    expect((await client.getBalance({ address: FRIEND })) - balance).toBe(7n)
    await sender.close()
  },
)
