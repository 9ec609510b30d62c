// Bad days of a running service: nodes that leave, come back older, refuse or say nothing, and chains that change their mind.
import { accountOf } from '@iexec/chain/test/anvil'
import type { Order } from '@iexec/protocol'
import { toWireOrder, type WireKind } from '@iexec/wire'
import { newLocation, type TestLocation } from '@iexec/service/test/database'
import { placeOf } from '@iexec/service/test/place'
import { until, type StartedProcess } from '@iexec/service/test/process'
import {
  createApp,
  deposit,
  hashOf,
  headOf,
  manageOrder,
  match,
  type MatchWish,
  PEOPLE,
  type Person,
  RLC,
  rollBackTo,
  sign,
  type TestChain,
  transferAsset,
  withdraw,
} from '@iexec/service/test/chain'
import type { Hex } from 'viem'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { openDatabase, type Database } from '../src/db/database.ts'
import { digestTables } from '../src/index/digest.ts'
import { digestsOfReplay } from './chainIndex.ts'
import { furnish, ordersFor, type Furniture } from './chainStory.ts'
import { openTestDatabase } from './database.ts'
import { startNode, type TestNode } from './node.ts'
import { healthOf, publish, spawnProcess, type ChainHealth, type ServiceProcess } from './process.ts'
import { buildRoad, type Road } from './road.ts'

let node: TestNode
let chain: TestChain
let furniture: Furniture
const place: TestLocation = newLocation('sqlite')
let started: StartedProcess
let service: ServiceProcess
/** The tables of the service, to read. */
let database: Database

function optionsOf(rpc: string, location = place.location): readonly string[] {
  const few = ['--port', '0', '--polling', '20', '--rpc-timeout', '1', '--max-open-orders', '1000']
  return [...few, '--rpc', rpc, '--hub', chain.contracts.hub, '--database', placeOf(location)]
}

beforeAll(async () => {
  node = await startNode()
  ;({ chain } = node)
  furniture = await furnish(chain)
  await node.leave()
  started = spawnProcess(optionsOf(chain.url))
})

afterAll(async () => {
  await started.kill()
  await database.close()
  await place.remove()
  await node.stop()
})

/** Waits until the service says so of itself. */
async function told(isRight: (health: ChainHealth) => boolean): Promise<ChainHealth> {
  return until(async () => healthOf(service), isRight)
}

/** Waits until the chain's last block, and no other at its height, is in the tables. */
async function caughtUp(): Promise<void> {
  const { number, hash } = await chain.market.owner.getBlock()
  const head = Number(number)
  await until(
    async () => database.read.selectFrom('block').select('hash').where('number', '=', head).executeTakeFirst(),
    (row) => row?.hash === hash,
  )
  await told(({ state, indexedBlock }) => state === 'live' && indexedBlock === head)
}

const SIGNERS = {
  apporder: 'appOwner',
  datasetorder: 'datasetOwner',
  workerpoolorder: 'scheduler',
  requestorder: 'requester',
} as const satisfies Readonly<Record<WireKind, Person>>

/** Publishes an order as its owner, and says its hash. */
async function put(order: Order): Promise<Hex> {
  const kind = `${order.kind}order` as const
  const account = accountOf(PEOPLE[SIGNERS[kind]])
  const login = { url: service.url, chainId: chain.chainId, account }
  const answer = await publish(login, kind, toWireOrder(await sign(chain, order)))
  if (!answer.ok) throw new Error(await answer.text())
  return hashOf(chain, order)
}

/** Publishes orders that fit together. */
async function putAll({ app, dataset, workerpool, request }: MatchWish): Promise<void> {
  for (const order of [app, dataset, workerpool, request]) if (order !== undefined) await put(order)
}

/** What the book says of an order. */
async function stateOf(order: Order): Promise<{ readonly status: string; readonly remaining: number }> {
  const query = `${order.kind}orders/${hashOf(chain, order)}?chainId=${chain.chainId}`
  const answer = await fetch(`${service.url}/${query}`)
  const { status, remaining } = (await answer.json()) as { readonly status: string; readonly remaining: number }
  return { status, remaining }
}

/** What it logged so far with these words. */
function linesWith(words: string): readonly string[] {
  return started
    .said()
    .split('\n')
    .filter((line) => line.includes(words))
}

async function expectReplay(): Promise<void> {
  const digests = await digestTables(database.read)

  expect(digests).toEqual(await digestsOfReplay(chain, await openTestDatabase('sqlite')))
}

describe('a node that is not there', () => {
  test('when a new service starts is waited for: that is said, also to who asks', async () => {
    const url = await started.listening
    const asked = `${url}/categories?chainId=${chain.chainId}`
    const answer = await fetch(asked)

    expect(answer.status).toBe(503)
    expect(await answer.json()).toEqual({
      ok: false,
      error: `chainId ${chain.chainId} may be a chain whose node does not answer yet, try again later.`,
    })
    expect((await fetch(`${url}/health`)).status).toBe(503)
    expect(await healthOf({ url })).toMatchObject({
      chainId: null,
      hub: chain.market.addresses.hub,
      state: 'waiting',
      reason: 'No node has told of this chain yet.',
    })

    await node.comeBack()
    await until(
      async () => healthOf({ url }),
      ({ chainId }) => chainId === chain.chainId,
    )
    service = { ...started, url }
    database = await openDatabase(place.location)

    await caughtUp()
    expect((await fetch(asked)).status).toBe(200)
    expect(linesWith(`No node says which chain it is of: ${chain.url}. It is asked again.`)).toHaveLength(1)
    expect(linesWith('A node answers now.')).toHaveLength(1)
  })

  test('any more leaves the answers from the tables, also to who publishes, and is said in /health; when it is back, it is followed again', async () => {
    const orders = ordersFor(chain, furniture)
    await caughtUp()
    await node.leave()

    const { reason, indexedBlock } = await told(({ state }) => state === 'waiting')

    expect(reason).toBe('The node cannot be reached.')
    expect((await fetch(`${service.url}/health`)).status).toBe(503)
    await told(({ lagBlocks, lagSeconds }) => lagBlocks === null && lagSeconds === 2)
    await until(
      async () => Promise.resolve(linesWith('The index waits: The node cannot be reached.')),
      ({ length }) => length > 0,
    )
    await put(orders.app)
    expect(await stateOf(orders.app)).toEqual({ status: 'open', remaining: 1 })
    await node.comeBack()
    await match(chain, orders)
    await caughtUp()
    expect((await fetch(`${service.url}/health`)).status).toBe(200)
    expect(await healthOf(service)).toMatchObject({ lagBlocks: 0, lagSeconds: 0 })
    expect(await stateOf(orders.app)).toEqual({ status: 'filled', remaining: 0 })
    expect((await healthOf(service)).indexedBlock).toBeGreaterThan(indexedBlock ?? 0)
    await expectReplay()
    // However often it was asked.
    const said = [...linesWith('The index waits'), ...linesWith('The index goes on')]
    expect(said.map((line) => JSON.parse(line) as unknown)).toEqual([
      expect.objectContaining({
        level: 40,
        chainId: chain.chainId,
        nodes: [chain.url],
        msg: 'The index waits: The node cannot be reached.',
      }),
      expect.objectContaining({ level: 30, chainId: chain.chainId, nodes: [chain.url], msg: 'The index goes on.' }),
    ])
  })

  test('when the service starts again does not keep it from answering from its tables; it goes on when the node comes', async () => {
    const { app } = ordersFor(chain, furniture)
    await put(app)
    await started.stop()
    await node.leave()

    started = spawnProcess(optionsOf(chain.url))
    service = { ...started, url: await started.listening }
    const { reason, chainId, headBlock } = await told(
      ({ state, indexedBlock }) => state === 'waiting' && indexedBlock !== null,
    )

    expect(reason).toBe('The node cannot be reached.')
    expect({ chainId, headBlock }).toEqual({ chainId: chain.chainId, headBlock: null })
    expect((await fetch(`${service.url}/health`)).status).toBe(503)
    expect(await stateOf(app)).toEqual({ status: 'open', remaining: 1 })
    await put(ordersFor(chain, furniture).app)
    await node.comeBack()
    await manageOrder(chain, 'close', { order: app })
    await caughtUp()
    expect(await stateOf(app)).toEqual({ status: 'canceled', remaining: 0 })
    await expectReplay()
  })
})

describe('a node that comes back with an older chain', () => {
  test('is waited for, and once it has other blocks, what the lost ones did is undone', async () => {
    const [filled, partly, kept] = [
      ordersFor(chain, furniture),
      ordersFor(chain, furniture, { volume: 3n }),
      ordersFor(chain, furniture),
    ]
    const cancelled = ordersFor(chain, furniture).app
    await putAll(filled)
    await putAll(partly)
    await put(cancelled)
    await match(chain, kept)
    const older = await node.leave()
    await node.comeBack()
    await match(chain, filled)
    await match(chain, { ...partly, request: ordersFor(chain, furniture, { volume: 2n }).request })
    await manageOrder(chain, 'close', { order: cancelled })
    await caughtUp()
    const before = await headOf(chain)
    expect(await stateOf(filled.workerpool)).toEqual({ status: 'filled', remaining: 0 })
    expect(await stateOf(partly.workerpool)).toEqual({ status: 'open', remaining: 1 })
    expect(await stateOf(cancelled)).toEqual({ status: 'canceled', remaining: 0 })

    await node.leave()
    await node.comeBack(older)
    const { reason } = await told(({ state }) => state === 'waiting')
    await until(
      async () => healthOf(service),
      (health) => health.reason === `The node is at block ${before - 3}, but block ${before} was there before.`,
    )
    await deposit(chain, 'stranger', RLC)
    await caughtUp()

    expect(reason).toMatch(/^The node .*\.$/u)
    expect(linesWith(`The index waits: The node is at block ${before - 3}, but block ${before} was`)).toHaveLength(1)
    for (const order of [filled.app, filled.workerpool, filled.request, cancelled]) {
      expect(await stateOf(order)).toEqual({ status: 'open', remaining: 1 })
    }
    expect(await stateOf(partly.workerpool)).toEqual({ status: 'open', remaining: 3 })
    await expectReplay()
  })
})

describe('a node that shows another chain of the same id', () => {
  test('leaves the orders that it lets die open again once the real chain is back', async () => {
    const { app, workerpool } = ordersFor(chain, furniture)
    await put(app)
    await put(workerpool)
    await caughtUp()
    const height = await headOf(chain)
    const real = await node.leave()

    await node.comeBackEmpty()
    await chain.market.owner.mine({ blocks: height + 10 })
    await until(
      async () => stateOf(workerpool),
      ({ status }) => status === 'dead',
    )
    expect(linesWith('The chain changed further back than blocks can be undone')).toHaveLength(1)
    await node.leave()
    await node.comeBack(real)
    for (let block = 0; block < 15; block += 1) await deposit(chain, 'stranger', RLC)
    await caughtUp()

    expect(await stateOf(app)).toEqual({ status: 'open', remaining: 1 })
    expect(await stateOf(workerpool)).toEqual({ status: 'open', remaining: 1 })
    await expectReplay()
  })
})

describe('reorganisations under a running service', () => {
  test(
    'of depth 1 to 12, with deals, closed orders and assets that change hands, leave the tables of a fresh replay',
    { timeout: 180_000 },
    async () => {
      const spare = await createApp(chain)
      for (let depth = 1; depth <= 12; depth += 1) {
        const [deals, again] = [
          ordersFor(chain, furniture, { volume: 2n, withDataset: true }),
          ordersFor(chain, furniture),
        ]
        const closed = ordersFor(chain, furniture).app
        await putAll(deals)
        await putAll(again)
        await put(closed)
        const from = await headOf(chain)
        const happenings = [
          async () => match(chain, deals),
          async () => manageOrder(chain, 'close', { order: closed }),
          async () => transferAsset(chain, 'app', { asset: spare, from: 'appOwner', to: 'stranger' }),
          async () => match(chain, again),
          async () => withdraw(chain, 'worker4', RLC),
          async () => transferAsset(chain, 'app', { asset: spare, from: 'stranger', to: 'appOwner' }),
          async () => match(chain, ordersFor(chain, furniture, { sponsored: true })),
          async () => deposit(chain, 'stranger', BigInt(depth) * RLC),
        ]
        for (let block = 0; block < depth; block += 1)
          await (happenings[block] ?? (async () => deposit(chain, 'worker1', RLC)))()
        await caughtUp()
        expect(await stateOf(deals.app)).toEqual({ status: 'filled', remaining: 0 })

        await rollBackTo(chain, from)
        await deposit(chain, 'stranger', BigInt(depth + 100) * RLC)
        if (depth > 2) await match(chain, again)
        await caughtUp()

        expect(await stateOf(deals.request)).toEqual({ status: 'open', remaining: 2 })
        expect(await stateOf(closed)).toEqual({ status: 'open', remaining: 1 })
        expect(await stateOf(again.app)).toMatchObject({ status: depth > 2 ? 'filled' : 'open' })
        await expectReplay()
      }
    },
  )
})

describe('a node that', () => {
  let road: Road

  beforeAll(async () => {
    await started.stop()
    road = await buildRoad(chain.url)
    // Who asks for the chain's id is answered, nobody else: the contracts cannot be asked yet.
    road.set((body) => (body.includes('eth_chainId') ? 'pass' : { status: 429 }))
    started = spawnProcess(optionsOf(road.url))
  })
  afterAll(async () => road.stop())
  afterEach(() => {
    road.set(() => 'pass')
  })

  test('wants fewer requests already when the service starts is asked again; it need not search the whole chain another time', async () => {
    await until(
      async () => Promise.resolve(started.said()),
      (text) => text.includes('It is asked again.'),
    )

    service = { ...started, url: await started.listening }
    await told(({ state }) => state === 'waiting')
    road.set((body) => (body.includes('"fromBlock":"0x0"') ? { status: 413 } : 'pass'))
    await caughtUp()

    expect((await fetch(`${service.url}/health`)).status).toBe(200)
  })

  test.each([
    ['wants fewer requests', { status: 429 }, 'The node wants fewer requests (429).'],
    ['fails', { status: 500 }, 'The node failed with HTTP status 500.'],
    ['does not answer', 'hang', 'The node did not answer in time.'],
    ['is a page of HTML', { status: 200 }, 'The node did not answer JSON-RPC.'],
  ] as const)('%s is waited for, and that is said', async (_, toll, sentence) => {
    const { app } = ordersFor(chain, furniture)
    await caughtUp()

    road.set(() => toll)
    await told(({ state, reason }) => state === 'waiting' && reason === sentence)
    await put(app)
    await manageOrder(chain, 'close', { order: app })
    expect(await stateOf(app)).toEqual({ status: 'open', remaining: 1 })
    road.set(() => 'pass')
    await caughtUp()

    expect(await stateOf(app)).toEqual({ status: 'canceled', remaining: 0 })
  })
})
