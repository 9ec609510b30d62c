// Thousands of requests that nobody should send, at a service whose tables are full. FUZZ_RUNS=100000 sends more of them.
import { accountOf } from '@iexec/chain/test/anvil'
import { toWireOrder } from '@iexec/wire'
import fc from 'fast-check'
import { io } from 'socket.io-client'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { Order } from '@iexec/protocol'
import { onBothEngines } from '@iexec/service/test/database'
import { newPlace, placeOf } from '@iexec/service/test/place'
import { until } from '@iexec/service/test/process'
import { headOf, PEOPLE, type Person, sign, startChainWithMarket, type TestChain } from '@iexec/service/test/chain'
import { openDatabase, type Reader } from '../src/db/database.ts'
import { createSchema } from '../src/graphql/schema.ts'
import { digestTables } from '../src/index/digest.ts'
import { ordersFor, tellStory, type Furniture } from './chainStory.ts'
import { NASTY } from './fuzzGraphql.ts'
import { drawRequest, type FuzzRequest, type Operation, type World } from './fuzzRequests.ts'
import { authorize, healthOf, publish, startProcess, type ServiceProcess } from './process.ts'

/** On each engine. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 1000)
/** A request that takes longer makes a service unusable for others. */
const PATIENCE_MS = 20_000

let chain: TestChain
let furniture: Furniture

beforeAll(async () => {
  chain = await startChainWithMarket()
  furniture = await tellStory(chain)
})
afterAll(async () => chain.stop())

const SIGNERS = { app: 'appOwner', dataset: 'datasetOwner', workerpool: 'scheduler', request: 'requester' } as const

/** Signed orders that fit together, as they are published. */
async function signedOrders(): Promise<readonly (World['orders'][number] & { readonly by: Person })[]> {
  const { app, dataset, workerpool, request } = ordersFor(chain, furniture, { withDataset: true, volume: 2n })
  const orders: readonly (Order | undefined)[] = [app, dataset, workerpool, request]
  return Promise.all(
    orders
      .filter((order) => order !== undefined)
      .map(async (order) => {
        const wire: unknown = toWireOrder(await sign(chain, order))
        return { kind: `${order.kind}order`, order: wire as Readonly<Record<string, unknown>>, by: SIGNERS[order.kind] }
      }),
  )
}

/** Fills the book: one set of orders that fit together, of each kind. */
async function fillBook({ url }: ServiceProcess): Promise<void> {
  for (const { kind, order, by } of await signedOrders()) {
    const answer = await publish({ url, chainId: chain.chainId, account: accountOf(PEOPLE[by]) }, kind, order)
    if (!answer.ok) throw new Error(await answer.text())
  }
}

/** What the tables hold, for requests that ask for it. */
async function knownIn(read: Reader): Promise<readonly string[]> {
  const deals = await read.selectFrom('deal').select(['id', 'tx']).limit(3).execute()
  const tasks = await read.selectFrom('task').select('id').limit(3).execute()
  const orders = await read.selectFrom('book_order').select(['hash', 'signer']).limit(8).execute()
  const assets = await read.selectFrom('asset').select(['address', 'name']).execute()
  return [
    ...deals.flatMap(({ id, tx }) => [id, tx]),
    ...tasks.map(({ id }) => id),
    ...orders.flatMap(({ hash, signer }) => [hash, signer]),
    ...assets.flatMap(({ address, name }) => [address, name ?? '']),
    String(await headOf(chain)),
  ]
}

async function worldOf({ url }: ServiceProcess, read: Reader): Promise<World> {
  const described = (await (await fetch(`${url}/openapi.json`)).json()) as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, Omit<Operation, 'path' | 'method'>>>>>
  }
  const operations = Object.entries(described.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ ...operation, path, method: method.toUpperCase() })),
  )
  return {
    chainId: chain.chainId,
    accounts: [...Object.values(SIGNERS), 'stranger' as const].map((person) => PEOPLE[person]),
    operations,
    schema: createSchema(),
    known: await knownIn(read),
    orders: await signedOrders(),
  }
}

type Answer = { readonly status: number; readonly text: string }

/** A fault of the service in an answer of GraphQL, whose status is 200. */
const FAULT = '"message":"Something went wrong'

/** Sends a request, reads the answer to its end (a stream only to its beginning), and says what came. */
async function answerTo({ url }: ServiceProcess, request: FuzzRequest): Promise<Answer> {
  const { path, method, body, login } = request
  const headers = new Headers(request.headers)
  if (login !== undefined) {
    const account = accountOf(login)
    headers.set('authorization', await authorize({ url, chainId: chain.chainId, account }))
  }
  const ended = new AbortController()
  const signal = AbortSignal.any([ended.signal, AbortSignal.timeout(PATIENCE_MS)])
  const answer = await fetch(`${url}${path}`, { method, headers, signal, ...(body === undefined ? {} : { body }) })
  const text = answer.headers.get('content-type') === 'text/event-stream' ? '' : await answer.text()
  ended.abort()
  return { status: answer.status, text }
}

/** Log lines of faults: level 50 is an error. */
function faultsIn(said: string): readonly string[] {
  return said.split('\n').filter((line) => /"level":[56]0/u.test(line))
}

onBothEngines('a service with full tables', (engine) => {
  test(
    'answers whatever is sent without a fault, stays healthy, and keeps what the chain says',
    { timeout: 60_000 + RUNS * 100 },
    async () => {
      const place = await newPlace(engine, `chain_${chain.chainId}`)
      const service = await startProcess([
        '--rpc',
        chain.url,
        '--hub',
        chain.contracts.hub,
        '--database',
        placeOf(place),
      ])
      onTestFinished(service.kill)
      await until(
        async () => healthOf(service),
        ({ state, lagBlocks }) => state === 'live' && lagBlocks === 0,
      )
      await fillBook(service)
      const database = await openDatabase(place)
      onTestFinished(database.close)
      const world = await worldOf(service, database.read)
      const before = await digestTables(database.read)
      const requests = fc.gen().map((draw) => drawRequest(draw, world))
      const told = new Map<number, number>()

      await fc.assert(
        fc.asyncProperty(requests, async (request) => {
          const { status, text } = await answerTo(service, request)

          expect(status).toBeLessThan(500)
          expect(text).not.toContain(FAULT)
          told.set(status, (told.get(status) ?? 0) + 1)
        }),
        { numRuns: RUNS, endOnFailure: true },
      )
      await talkNonsense(service)

      for (const status of [200, 400, 403, 404]) expect(told.get(status)).toBeGreaterThan(RUNS / 100)
      expect(faultsIn(service.said())).toEqual([])
      expect(await healthOf(service)).toMatchObject({ state: 'live' })
      expect(await digestTables(database.read)).toEqual(before)
    },
  )
})

/** Messages of sockets that make no sense; afterwards it still joins rooms. */
async function talkNonsense({ url }: ServiceProcess): Promise<void> {
  const payloads = [undefined, null, 0, [], {}, { chainId: '31337' }, { chainId: 31_337, topic: '__proto__' }, ...NASTY]
  const socket = io(url, { path: '/ws', transports: ['websocket'] })
  onTestFinished(() => {
    socket.close()
  })
  for (const event of ['join', 'leave', 'leaveAll', 'nothing', 'constructor', '\0']) {
    for (const payload of payloads) socket.emit(event, payload, payload, [payload])
  }
  socket.emit('join', new Uint8Array(100), { deep: { deeper: new Uint8Array(1) } })
  const joined: unknown = await socket
    .timeout(PATIENCE_MS)
    .emitWithAck('join', { chainId: chain.chainId, topic: 'deals' })
  expect(joined).toBe(true)
  await flood(url)
}

/** A message that is far too long ends its connection, on both transports. */
async function flood(url: string): Promise<void> {
  for (const transport of ['polling', 'websocket']) {
    const socket = io(url, { path: '/ws', forceNew: true, reconnection: false, transports: [transport] })
    const dropped = new Promise((resolve) => {
      socket.once('disconnect', resolve).once('connect_error', resolve)
    })
    socket.emit('join', { topic: 'x'.repeat(100_000) })
    await dropped
    socket.close()
  }
}
