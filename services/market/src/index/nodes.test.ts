// What kinds of nodes, and what goes wrong at them, leave no trace in the tables and never stop the index.
import { hashOrder } from '@iexec/protocol'
import {
  appOrder,
  broadcast,
  createApp,
  deposit,
  headOf,
  hubCall,
  inOneBlock,
  requestOrder,
  RLC,
  startChainWithMarket,
  type TestChain,
} from '@iexec/service/test/chain'
import { RpcRequestError, createClient, custom, numberToHex, type Address, type Client } from 'viem'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { clientOf, startIndex } from '../../test/chainIndex.ts'
import { openTestDatabase } from '../../test/database.ts'
import type { Database } from '../db/database.ts'

const NOWHERE: Address = '0x00000000000000000000000000000000000abcde'
/** A contract that vouches (ERC-1271) for a hash when the signature is that hash. */
const SAFE: Address = '0x0000000000000000000000000000000000005afe'
const SAFE_CODE = '0x60043560643514631626ba7e60e01b0260005260206000f3'

type Asked = { readonly method: string; readonly params: readonly unknown[] }
type Pass = (asked: Asked) => Promise<unknown>
/** What stands between the index and the real node. */
type Between = (asked: Asked, pass: Pass, signal: AbortSignal | undefined) => Promise<unknown>

let chain: TestChain
beforeEach(async () => {
  chain = await startChainWithMarket()
})
afterEach(async () => {
  await chain.stop()
})

function clientThrough(between: Between): Client {
  const node = clientOf(chain)
  const pass: Pass = async (asked) => node.request(asked as never)
  const request = async (asked: Asked, options?: { readonly signal?: AbortSignal }): Promise<unknown> =>
    between(asked, pass, options?.signal)
  return createClient({ transport: custom({ request }, { retryCount: 0 }), cacheTime: 0 })
}

function said(code: number, message: string, data?: unknown): RpcRequestError {
  return new RpcRequestError({ body: {}, url: 'http://node', error: { code, message, data } })
}

/** Indexes all there is, and returns the database. */
async function indexThrough(between: Between): Promise<Database> {
  const database = await openTestDatabase('sqlite')
  const index = await startIndex(chain, database, { client: clientThrough(between) })
  await index.caughtUp()
  await index.stop()
  return database
}

async function toldOrders({ read }: Database): Promise<number> {
  const rows = await read.selectFrom('chain_order').select('hash').where('broadcast', 'is not', null).execute()
  return rows.length
}

const isStrangers = ({ method, params: [call] }: Asked): boolean =>
  method === 'eth_call' && typeof call === 'object' && call !== null && 'gas' in call

async function tellOfSafe(): Promise<void> {
  await chain.market.owner.setCode({ address: SAFE, bytecode: SAFE_CODE })
  const order = requestOrder({ app: await createApp(chain), requester: SAFE })
  await broadcast(chain, { ...order, sign: hashOrder(order, chain.domain) })
}

test('A node that says "VM execution error." of a revert does not stop the index', async () => {
  await broadcast(chain, { ...appOrder({ app: NOWHERE }), sign: '0x12' })

  const database = await indexThrough(async (asked, pass) =>
    pass(asked).catch((error: unknown) => {
      throw asked.method === 'eth_call' ? said(-32_015, 'VM execution error.', 'Reverted 0x') : error
    }),
  )

  expect(await toldOrders(database)).toBe(0)
})

test('A node that is some blocks behind leaves no asset without its contents', async () => {
  const before = numberToHex(await headOf(chain))
  const app = await createApp(chain, { name: 'real name' })
  let late = 0

  const database = await indexThrough(async ({ method, params }, pass) => {
    if (method !== 'eth_call' || late >= 4) return pass({ method, params })
    late += 1
    if (params[1] === 'latest') return pass({ method, params: [params[0], before] })
    throw said(-32_000, 'header not found')
  })

  const query = database.read.selectFrom('asset').select('name').where('address', '=', app)
  expect(await query.executeTakeFirst()).toEqual({ name: 'real name' })
  expect(late).toBe(4)
})

test.for([
  ['points to its pages at google', 'backend error, see https://cloud.google.com/support'],
  ['ran out of its own gas', 'out of gas'],
] as const)('A node that for a moment %s leaves no asset without its contents', async ([, words]) => {
  const app = await createApp(chain, { name: 'real name' })
  let failures = 0

  const database = await indexThrough(async (asked, pass) => {
    if (asked.method !== 'eth_call' || failures >= 3) return pass(asked)
    failures += 1
    throw said(-32_000, words)
  })

  const query = database.read.selectFrom('asset').select('name').where('address', '=', app)
  expect(await query.executeTakeFirst()).toEqual({ name: 'real name' })
  expect(failures).toBe(3)
})

test('A node that wants numbers of blocks is asked by number', async () => {
  const app = await createApp(chain, { name: 'real name' })

  const database = await indexThrough(async (asked, pass) => {
    if (asked.method === 'eth_call' && typeof asked.params[1] !== 'string') throw said(-32_602, 'invalid argument 1')
    return pass(asked)
  })

  const query = database.read.selectFrom('asset').select('name').where('address', '=', app)
  expect(await query.executeTakeFirst()).toEqual({ name: 'real name' })
})

test('A contract that keeps the node busy has not vouched, and delays nothing else', async () => {
  await tellOfSafe()

  const database = await indexThrough(async (asked, pass, signal) => {
    if (!isStrangers(asked)) return pass(asked)
    const { promise, reject } = Promise.withResolvers<unknown>()
    signal?.addEventListener('abort', () => {
      reject(said(-32_000, 'aborted'))
    })
    return promise
  })

  expect(await toldOrders(database)).toBe(0)
})

test('A node that fails is asked again whether a contract vouches', async () => {
  await tellOfSafe()
  let failures = 0

  const database = await indexThrough(async (asked, pass) => {
    if (!isStrangers(asked) || failures >= 2) return pass(asked)
    failures += 1
    throw said(-32_603, 'database is locked')
  })

  expect([await toldOrders(database), failures]).toEqual([1, 2])
})

test('Of each block, only so many orders cost a question to a contract', async () => {
  await chain.market.owner.setCode({ address: SAFE, bytecode: SAFE_CODE })
  const app = await createApp(chain)
  const calls = Array.from({ length: 34 }, () => {
    const order = requestOrder({ app, requester: SAFE })
    const args = [{ ...order, sign: hashOrder(order, chain.domain) }] as const
    return hubCall(chain, 'stranger', { functionName: 'broadcastRequestOrder', args })
  })
  await inOneBlock(chain, calls.slice(0, 17))
  await inOneBlock(chain, calls)

  const database = await indexThrough(async (asked, pass) => pass(asked))

  expect(await toldOrders(database)).toBe(32)
})

test('A node that does not have a block yet is asked for all its receipts again', async () => {
  await inOneBlock(chain, [
    hubCall(chain, 'owner', { functionName: 'createCategory', args: ['a', 'b', 7n] }),
    hubCall(chain, 'owner', { functionName: 'createCategory', args: ['c', 'd', 7n] }),
  ])
  await deposit(chain, 'worker1', RLC)
  let answered = 0
  let failures = 0

  await indexThrough(async (asked, pass) => {
    if (asked.method !== 'eth_getBlockReceipts') return pass(asked)
    if (failures === 0) {
      failures += 1
      throw said(-32_000, 'header not found')
    }
    answered += 1
    return pass(asked)
  })

  expect(answered).toBeGreaterThan(0)
})
