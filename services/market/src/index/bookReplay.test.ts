// What was broadcast stands in the book of a replay as in that of an index that lived through everything, and through more.
import type { Order } from '@iexec/protocol'
import { newLocation, onBothEngines } from '@iexec/service/test/database'
import {
  appOrder,
  broadcast,
  createApp,
  createWorkerpool,
  deposit,
  hashOf,
  headOf,
  manageOrder,
  requestOrder,
  RLC,
  rollBack,
  rollBackTo,
  sign,
  startChainWithMarket,
  type TestChain,
  transferAsset,
  withdraw,
  workerpoolOrder,
} from '@iexec/service/test/chain'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { knownBlocks, startIndex } from '../../test/chainIndex.ts'
import { openTestDatabase } from '../../test/database.ts'
import { bookRow } from '../../test/rows.ts'
import { readApprovers } from '../book/approved.ts'
import { recheckBook, reopenBook } from '../book/index.ts'
import { openDatabase, type Database } from '../db/database.ts'
import type { BookOrderTable } from '../db/schema.ts'
import { openBus } from '../live/bus.ts'
import { openTables, type ApplyOptions } from './apply.ts'
import { digestTables } from './digest.ts'

let chain: TestChain
let start: `0x${string}`

beforeAll(async () => {
  chain = await startChainWithMarket()
})
afterAll(async () => {
  await chain.stop()
})
beforeEach(async () => {
  start = await chain.market.owner.snapshot()
})
afterEach(async () => {
  await chain.market.owner.revert({ id: start })
})

type Step = () => Promise<unknown>
type IndexOptions = NonNullable<Parameters<typeof startIndex>[2]>

function withMaximum(maxOpenOrders: number): ApplyOptions['book'] {
  return {
    reopenBook,
    recheckBook: async (writer, touched, options) => recheckBook(writer, touched, { ...options, maxOpenOrders }),
  }
}

/** Indexes what happens, each step in a block of its own that is the head when it is indexed. */
async function follow(database: Database, steps: readonly Step[], options: IndexOptions = {}): Promise<void> {
  const index = await startIndex(chain, database, options)
  await index.caughtUp()
  for (const step of steps) {
    await step()
    await index.caughtUp()
  }
  await index.stop()
}

async function happen(steps: readonly Step[]): Promise<void> {
  for (const step of steps) await step()
}

async function pay(): Promise<unknown> {
  return deposit(chain, 'scheduler', 4n * RLC)
}

async function takeOut(): Promise<unknown> {
  return withdraw(chain, 'scheduler', RLC)
}

async function rowOf({ read }: Database, order: Order): Promise<BookOrderTable | undefined> {
  return read.selectFrom('book_order').selectAll().where('hash', '=', hashOf(chain, order)).executeTakeFirst()
}

async function statusOf(database: Database, order: Order): Promise<string | undefined> {
  return (await rowOf(database, order))?.status
}

/** Puts an order into the book as publishing it would. */
async function publish(database: Database, order: Order): Promise<void> {
  const before = await headOf(chain)
  await broadcast(chain, await sign(chain, order))
  const other = await openTestDatabase('sqlite')
  await follow(other, [])
  const row = await rowOf(other, order)
  await rollBackTo(chain, before)
  if (row === undefined) throw new Error('It was broadcast.')
  await database.write(async (writer) =>
    writer
      .insertInto('book_order')
      .values({ ...row, broadcast_block: null })
      .execute(),
  )
}

async function expectReplay(database: Database, options: IndexOptions = {}): Promise<void> {
  const fresh = await openTestDatabase('sqlite')
  await follow(fresh, [], options)
  expect(await digestTables(database.read)).toEqual(await digestTables(fresh.read))
}

onBothEngines('a reorganisation', (engine) => {
  test('whose blocks come again leaves the same broadcast orders below the maximum', async () => {
    const options = { book: withMaximum(1) }
    const [one, two] = [await createWorkerpool(chain), await createWorkerpool(chain)]
    const [sold, kept] = [workerpoolOrder({ workerpool: one }), workerpoolOrder({ workerpool: two })]
    const [first, second] = [await sign(chain, sold), await sign(chain, kept)]
    const steps = [
      async () => broadcast(chain, first),
      async () => transferAsset(chain, 'workerpool', { asset: one, from: 'scheduler', to: 'stranger' }),
      async () => broadcast(chain, second),
      async () => deposit(chain, 'worker1', RLC),
    ]
    const database = await openTestDatabase(engine)
    await follow(database, steps, options)

    await rollBack(chain, 4)
    await happen(steps)
    await follow(database, [], options)

    expect([await statusOf(database, sold), await statusOf(database, kept)]).toEqual(['dead', 'open'])
    await expectReplay(database, options)
  })

  test('leaves a request out that was broadcast when its only app order was closed', async () => {
    const app = await createApp(chain)
    const closed = appOrder({ app })
    const request = requestOrder({ app, requester: chain.address('requester') })
    const [first, later, asked] = [
      await sign(chain, closed),
      await sign(chain, appOrder({ app })),
      await sign(chain, request),
    ]
    const steps = [
      async () => broadcast(chain, first),
      async () => manageOrder(chain, 'close', { order: closed }),
      async () => broadcast(chain, asked),
      async () => broadcast(chain, later),
      async () => deposit(chain, 'worker1', RLC),
    ]
    const database = await openTestDatabase(engine)
    await follow(database, steps)

    await rollBack(chain, 5)
    await happen(steps)
    await follow(database, [])

    expect(await statusOf(database, request)).toBeUndefined()
    await expectReplay(database)
  })

  test('leaves an order dead that only an undone block brought back', async () => {
    const app = await createApp(chain)
    const order = appOrder({ app })
    const signed = await sign(chain, order)
    const database = await openTestDatabase(engine)
    await follow(database, [
      async () => broadcast(chain, signed),
      async () => transferAsset(chain, 'app', { asset: app, from: 'appOwner', to: 'stranger' }),
      async () => transferAsset(chain, 'app', { asset: app, from: 'stranger', to: 'appOwner' }),
      async () => broadcast(chain, signed),
    ])
    expect(await statusOf(database, order)).toBe('open')

    await rollBack(chain, 1)
    await happen([async () => deposit(chain, 'worker1', RLC), async () => deposit(chain, 'worker2', RLC)])
    await follow(database, [])

    expect(await statusOf(database, order)).toBe('dead')
    await expectReplay(database)
  })

  test('leaves an order approved by who approved it before, also when both approvals were read at once', async () => {
    const app = await createApp(chain)
    const order = appOrder({ app })
    const asset = app.toLowerCase() as typeof app
    await manageOrder(chain, 'sign', { order })
    await transferAsset(chain, 'app', { asset: app, from: 'appOwner', to: 'stranger' })
    await manageOrder(chain, 'sign', { order, from: 'stranger' })
    const database = await openTestDatabase(engine)
    await follow(database, [])

    await rollBack(chain, 1)
    await happen([async () => deposit(chain, 'worker1', RLC), async () => deposit(chain, 'worker2', RLC)])
    await follow(database, [])

    const approvers = await readApprovers(database.read, [{ hash: hashOf(chain, order), asset }])
    expect([...approvers.values()]).toEqual([chain.address('appOwner').toLowerCase()])
    await expectReplay(database)
  })

  test('that an older version went through leaves nothing open that a later owner was taken to approve', async () => {
    const app = await createApp(chain)
    const asset = app.toLowerCase() as typeof app
    const signer = chain.address('stranger').toLowerCase() as typeof app
    const [approved, signed] = [appOrder({ app }), await sign(chain, appOrder({ app }), 'stranger')]
    await happen([
      async () => manageOrder(chain, 'sign', { order: approved }),
      async () => manageOrder(chain, 'sign', { order: signed }),
      async () => transferAsset(chain, 'app', { asset: app, from: 'appOwner', to: 'stranger' }),
    ])
    const { location, remove } = newLocation(engine)
    const old = await openDatabase(location, { version: '0008_bulk_turns' })
    await follow(old, [])
    const rows = [{ ...approved, sign: '0x' } as const, signed].map((order) => {
      const body = JSON.stringify({ sign: order.sign })
      return bookRow({ hash: hashOf(chain, order), kind: 'app', app: asset, signer, broadcast_block: 1, body })
    })
    await old.write(async (writer) => writer.insertInto('book_order').values(rows).execute())
    await old.close()

    const database = await openDatabase(location)
    await follow(database, [async () => deposit(chain, 'worker1', RLC)])

    expect([await statusOf(database, approved), await statusOf(database, signed)]).toEqual(['dead', 'open'])
    await database.close()
    await remove()
  })

  test.for([50, 2])(
    'opens what people published and only an undone block killed, when %i blocks can be undone',
    { timeout: 60_000 },
    async (undoDepth) => {
      const app = await createApp(chain)
      const order = appOrder({ app })
      const wait = Array.from({ length: 5 }, () => async () => deposit(chain, 'worker1', RLC))
      await happen(wait)
      const database = await openTestDatabase(engine)
      await follow(database, [], { undoDepth })
      await publish(database, order)
      const sell = async (): Promise<unknown> =>
        transferAsset(chain, 'app', { asset: app, from: 'appOwner', to: 'stranger' })
      await follow(database, [sell, ...wait], { undoDepth })
      expect(await statusOf(database, order)).toBe('dead')

      await rollBack(chain, 11)
      await happen(Array.from({ length: 13 }, () => async () => deposit(chain, 'worker2', RLC)))
      await follow(database, [], { undoDepth })

      expect(await statusOf(database, order)).toBe('open')
    },
  )

  test('of any depth, among all that moves the book, leaves the book of a replay', { timeout: 240_000 }, async () => {
    const [one, two] = [await createApp(chain), await createApp(chain)]
    const pool = await createWorkerpool(chain)
    const offers = [one, one, one, two, two].map((app) => appOrder({ app }))
    const asks = [one, two, one].map((app) => requestOrder({ app, requester: chain.address('requester') }))
    const paid = workerpoolOrder({ workerpool: pool, workerpoolprice: 10n * RLC })
    const all: readonly Order[] = [...offers.slice(0, 2), ...offers.slice(0, 2), ...offers, ...asks, paid]
    const signed = await Promise.all(all.map(async (order) => sign(chain, order)))
    let isSold = false
    // A fixed chance: the same numbers in each run.
    let seed = 7
    const chance = (below: number): number => {
      seed = (seed * 48_271) % 2_147_483_647
      return seed % below
    }
    const tell = async (): Promise<unknown> => {
      const some = signed[chance(signed.length)]
      return some === undefined ? undefined : broadcast(chain, some)
    }
    const sell = async (): Promise<unknown> => {
      const [from, to] = isSold ? (['stranger', 'appOwner'] as const) : (['appOwner', 'stranger'] as const)
      isSold = !isSold
      return transferAsset(chain, 'app', { asset: one, from, to })
    }
    const close = async (): Promise<unknown> => {
      const order = offers[3 + chance(2)]
      return order === undefined ? undefined : manageOrder(chain, 'close', { order })
    }
    const steps = [tell, tell, tell, tell, tell, tell, sell, sell, sell, pay, takeOut, close]
    const step = async (): Promise<unknown> => steps[chance(steps.length)]?.().catch(pay)
    const options = { book: withMaximum(2) }
    const database = await openTestDatabase(engine)

    for (const depth of [1, 2, 3, 5, 8, 12, 5, 8, 12]) {
      await follow(
        database,
        Array.from({ length: depth }, () => step),
        options,
      )
      const wasSold: boolean = isSold
      const from = await headOf(chain)
      await follow(
        database,
        Array.from({ length: depth }, () => step),
        options,
      )
      await rollBackTo(chain, from)
      isSold = wasSold
      await happen(Array.from({ length: depth + 1 }, () => step))
      await follow(database, [], options)

      await expectReplay(database, options)
    }
    const { count } = await database.read
      .selectFrom('book_order')
      .select((rows) => rows.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    expect(count).toBeGreaterThan(3)
  })
})

onBothEngines('tables that are read anew', (engine) => {
  test('offer no broadcast order that was closed already', async () => {
    const order = appOrder({ app: await createApp(chain) })
    await broadcast(chain, await sign(chain, order))
    await manageOrder(chain, 'close', { order })
    await happen(Array.from({ length: 3 }, () => async () => deposit(chain, 'worker1', RLC)))
    const database = await openTestDatabase(engine)
    await follow(database, [])
    const bus = await openBus(database)
    const book = { recheckBook, reopenBook }
    const tables = await openTables({ read: database.read, bus, domain: chain.domain, book })
    const blocks = await knownBlocks(chain)

    await tables.undo(undefined)
    await tables.apply(blocks.slice(0, -1), await headOf(chain))

    expect(await statusOf(database, order)).toBe('canceled')
    await bus.close()
  })

  test('have the broadcast requests again that live on what people published, also when that had died', async () => {
    const app = await createApp(chain)
    const offer = appOrder({ app })
    const request = requestOrder({ app, requester: chain.address('requester') })
    const asked = await sign(chain, request)
    const database = await openTestDatabase(engine)
    await follow(database, [])
    await publish(database, offer)
    await follow(database, [async () => broadcast(chain, asked), async () => deposit(chain, 'worker1', RLC)])
    expect(await statusOf(database, request)).toBe('open')
    // As a chain would that was shown by mistake.
    await database.write(async (writer) =>
      writer.updateTable('book_order').set({ status: 'dead', status_block: 1 }).execute(),
    )
    const bus = await openBus(database)
    const book = { recheckBook, reopenBook }
    const tables = await openTables({ read: database.read, bus, domain: chain.domain, book })

    await tables.undo(undefined)
    await bus.close()
    await follow(database, [])

    expect([await statusOf(database, offer), await statusOf(database, request)]).toEqual(['open', 'open'])
  })

  test('lose no open broadcast order to those that were published since', async () => {
    const book = withMaximum(2)
    const app = await createApp(chain)
    const [closed, told, published] = [appOrder({ app }), appOrder({ app }), appOrder({ app })]
    const database = await openTestDatabase(engine)
    const [first, second] = [await sign(chain, closed), await sign(chain, told)]
    await follow(
      database,
      [
        async () => broadcast(chain, first),
        async () => broadcast(chain, second),
        async () => manageOrder(chain, 'close', { order: closed }),
      ],
      { book },
    )
    await publish(database, published)
    const bus = await openBus(database)
    const tables = await openTables({ read: database.read, bus, domain: chain.domain, book })

    await tables.undo(undefined)
    await bus.close()
    await follow(database, [], { book })

    expect([await statusOf(database, told), await statusOf(database, published)]).toEqual(['open', 'open'])
  })
})
