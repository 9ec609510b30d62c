// Orders that no key of their owner signed: a replay believes those that were approved on chain as the first index did.
import { hashOrder, type Signed } from '@iexec/protocol'
import { onBothEngines } from '@iexec/service/test/database'
import {
  appOrder,
  broadcast,
  createApp,
  hashOf,
  hubCall,
  inOneBlock,
  manageOrder,
  requestOrder,
  sign,
  startChainWithMarket,
  type TestChain,
  transferAsset,
} from '@iexec/service/test/chain'
import { createClient, custom, type Address, type Client, type Hex } from 'viem'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { clientOf, replay, startIndex } from '../../test/chainIndex.ts'
import { openTestDatabase } from '../../test/database.ts'
import type { Database } from '../db/database.ts'
import { digestTables } from './digest.ts'

/** A contract that vouches (ERC-1271) for a hash when the signature is that hash. */
const SAFE: Address = '0x0000000000000000000000000000000000005afe'
const SAFE_CODE: Hex = '0x60043560643514631626ba7e60e01b0260005260206000f3'
const REVERTS: Hex = '0x60006000fd'

type Asked = { readonly method: string; readonly params: readonly unknown[] }

let chain: TestChain
beforeEach(async () => {
  chain = await startChainWithMarket()
  await chain.market.owner.setCode({ address: SAFE, bytecode: SAFE_CODE })
})
afterEach(async () => {
  await chain.stop()
})

async function toldOf({ read }: Database): Promise<readonly Hex[]> {
  const rows = await read.selectFrom('chain_order').select('hash').where('broadcast', 'is not', null).execute()
  return rows.map(({ hash }) => hash)
}

function bySafe(app: Address): Signed<'request'> {
  const order = requestOrder({ app, requester: SAFE })
  return { ...order, sign: hashOrder(order, chain.domain) }
}

onBothEngines('an order that was approved on chain', (engine) => {
  test('is believed as long as its approver is the owner, and again, however often it is replayed', async () => {
    const app = await createApp(chain)
    const [early, kept, sold, returned] = [appOrder({ app }), appOrder({ app }), appOrder({ app }), appOrder({ app })]
    const tell = async (order: typeof kept): Promise<unknown> => broadcast(chain, { ...order, sign: '0x' })
    const hand = async (from: 'appOwner' | 'stranger', to: 'appOwner' | 'stranger'): Promise<unknown> =>
      transferAsset(chain, 'app', { asset: app, from, to })
    const database = await openTestDatabase(engine)
    const index = await startIndex(chain, database)
    const steps = [
      // Told before it was approved.
      async () => tell(early),
      async () => manageOrder(chain, 'sign', { order: early }),
      async () => manageOrder(chain, 'sign', { order: kept }),
      async () => tell(kept),
      async () => manageOrder(chain, 'sign', { order: sold }),
      async () => manageOrder(chain, 'sign', { order: returned }),
      async () => hand('appOwner', 'stranger'),
      // Whose owner has not approved it.
      async () => tell(sold),
      // Approved by a later owner, too late for those who were told before.
      async () => manageOrder(chain, 'sign', { order: kept, from: 'stranger' }),
      async () => hand('stranger', 'appOwner'),
      async () => tell(returned),
    ]

    for (const step of steps) {
      await step()
      await index.caughtUp()
    }
    await index.stop()

    const fresh = await openTestDatabase('sqlite')
    await replay(chain, fresh)
    const expected = [kept, returned].map((order) => hashOf(chain, order)).toSorted()
    expect([...(await toldOf(database))].toSorted()).toEqual(expected)
    expect([...(await toldOf(fresh))].toSorted()).toEqual(expected)
    expect(await digestTables(database.read)).toEqual(await digestTables(fresh.read))
  })
})

test('What a contract said of a signature is no part of the fingerprints, because it may say something else later', async () => {
  await broadcast(chain, bySafe(await createApp(chain)))
  const database = await openTestDatabase('sqlite')
  await replay(chain, database)

  await chain.market.owner.setCode({ address: SAFE, bytecode: REVERTS })
  const fresh = await openTestDatabase('sqlite')
  await replay(chain, fresh)

  expect([(await toldOf(database)).length, (await toldOf(fresh)).length]).toEqual([1, 0])
  expect(await digestTables(database.read)).toEqual(await digestTables(fresh.read))
})

test('Orders that keys signed, and those of nobody, cost no question, however many they are', async () => {
  const app = await createApp(chain)
  const database = await openTestDatabase('sqlite')
  let questions = 0
  const client = watched(() => (questions += 1))
  const index = await startIndex(chain, database, { client })
  await index.caughtUp()
  questions = 0
  const orders = await Promise.all(Array.from({ length: 60 }, async () => sign(chain, appOrder({ app }))))
  const ofNobody = Array.from({ length: 20 }, () => ({ ...appOrder({ app: SAFE }), sign: '0x12' as const }))

  await inOneBlock(
    chain,
    [...orders, ...ofNobody].map((order) =>
      hubCall(chain, 'stranger', { functionName: 'broadcastAppOrder', args: [order] }),
    ),
  )
  await index.caughtUp()
  await index.stop()

  expect((await toldOf(database)).length).toBe(60)
  expect(questions).toBe(0)
})

test('Whoever broadcasts many orders of which nobody knows does not use up the questions about those of others', async () => {
  const app = await createApp(chain)
  const tell = (from: 'stranger' | 'worker1', order: Signed<'request'>): Parameters<typeof inOneBlock>[1][number] =>
    hubCall(chain, from, { functionName: 'broadcastRequestOrder', args: [order] })
  const garbage = Array.from({ length: 40 }, () => tell('stranger', { ...bySafe(app), sign: '0x12' }))
  const good = bySafe(app)
  await inOneBlock(chain, [...garbage, tell('worker1', good)])
  const database = await openTestDatabase('sqlite')

  await replay(chain, database)

  expect(await toldOf(database)).toEqual([hashOf(chain, good)])
})

/** A client that says when it asks a contract. */
function watched(onCall: () => void): Client {
  const node = clientOf(chain)
  const request = async (asked: Asked): Promise<unknown> => {
    if (asked.method === 'eth_call') onCall()
    return node.request(asked as never)
  }
  return createClient({ transport: custom({ request }, { retryCount: 0 }), cacheTime: 0 })
}
