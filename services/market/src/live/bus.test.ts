import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { newLocation, onBothEngines } from '@iexec/service/test/database'
import { Client } from 'pg'
import { describe, expect, inject, onTestFinished, test, vi } from 'vitest'
import { openTestDatabase } from '../../test/database.ts'
import { openDatabase, type Database } from '../db/database.ts'
import { openBus, type Bus, type BusOptions, type MarketMessage } from './bus.ts'

const PATIENCE = { timeout: 20_000, interval: 10 }

async function openTestBus(database: Database, options?: BusOptions): Promise<Bus> {
  const bus = await openBus(database, options)
  onTestFinished(async () => bus.close())
  return bus
}

function hearAll(bus: Bus): readonly MarketMessage[] {
  const heard: MarketMessage[] = []
  bus.subscribe((message) => heard.push(message))
  return heard
}

function indexed(block: number): MarketMessage {
  return { type: 'block_indexed', block }
}

async function announceBlock(bus: Bus, block: number): Promise<void> {
  await bus.write(async (_writer, announce) => {
    announce(indexed(block))
    return Promise.resolve()
  })
}

onBothEngines('the bus', (engine) => {
  test('tells of a transaction that was committed, and answers with what the work returned', async () => {
    const bus = await openTestBus(await openTestDatabase(engine))
    const heard = hearAll(bus)

    const answer = await bus.write(async (writer, announce) => {
      announce({ type: 'deal_created', deal: '0xdd' })
      await writer.insertInto('meta').values({ key: 'a', value: 'b' }).execute()
      return 7
    })

    expect(answer).toBe(7)
    await expect.poll(() => heard, PATIENCE).toEqual([{ type: 'deal_created', deal: '0xdd' }])
  })

  test('tells only what a reader already finds in the database', async () => {
    const database = await openTestDatabase(engine)
    const bus = await openTestBus(database)
    const found = new Promise((resolve) => {
      bus.subscribe(() => {
        resolve(database.read.selectFrom('meta').select('value').where('key', '=', 'told').executeTakeFirst())
      })
    })

    await bus.write(async (writer, announce) => {
      announce(indexed(1))
      await writer.insertInto('meta').values({ key: 'told', value: 'yes' }).execute()
    })

    expect(await found).toEqual({ value: 'yes' })
  })

  test('tells nobody of a transaction that failed', async () => {
    const bus = await openTestBus(await openTestDatabase(engine))
    const heard = hearAll(bus)

    const failing = bus.write(async (_writer, announce) => {
      announce(indexed(1))
      return Promise.reject(new Error('no'))
    })

    await expect(failing).rejects.toThrow('no')
    await announceBlock(bus, 2)
    await expect.poll(() => heard, PATIENCE).toEqual([indexed(2)])
  })

  test('tells in the order of announcing and of the commits, however many and however alike they are', async () => {
    const bus = await openTestBus(await openTestDatabase(engine))
    const heard = hearAll(bus)
    // More than 100 kB in one transaction: 20 and more notifications, some of them equal.
    const many = Array.from({ length: 2_000 }, () => ({
      type: 'order_updated' as const,
      kind: 'app' as const,
      hash: '0x12',
    }))

    await bus.write(async (_writer, announce) => {
      announce(indexed(1))
      for (const message of many) announce(message)
      announce(indexed(2))
      return Promise.resolve()
    })
    const committed: MarketMessage[] = []
    await Promise.all(
      [3, 4, 5, 6].map(async (block) =>
        bus.write(async (_writer, announce) => {
          announce(indexed(block))
          committed.push(indexed(block))
          return Promise.resolve()
        }),
      ),
    )

    await expect.poll(() => heard.length, PATIENCE).toBe(2_006)
    expect(heard).toEqual([indexed(1), ...many, indexed(2), ...committed])
  })

  test('tells the others although a listener throws, and reports what it threw', async () => {
    const onError = vi.fn<(error: unknown) => void>()
    const bus = await openTestBus(await openTestDatabase(engine), { onError })
    bus.subscribe(() => {
      throw new Error('a careless listener')
    })
    const heard = hearAll(bus)

    await announceBlock(bus, 1)
    await announceBlock(bus, 2)

    await expect.poll(() => heard, PATIENCE).toEqual([indexed(1), indexed(2)])
    expect(onError.mock.calls).toEqual([[new Error('a careless listener')], [new Error('a careless listener')]])
  })

  test('tells nothing to who has stopped listening, and goes on telling who listens with the same function', async () => {
    const bus = await openTestBus(await openTestDatabase(engine))
    const heard: MarketMessage[] = []
    const listener = (message: MarketMessage): void => {
      heard.push(message)
    }
    const stop = bus.subscribe(listener)
    bus.subscribe(listener)
    const all = hearAll(bus)

    stop()
    await announceBlock(bus, 1)
    await announceBlock(bus, 2)

    await expect.poll(() => all, PATIENCE).toEqual([indexed(1), indexed(2)])
    expect(heard).toEqual([indexed(1), indexed(2)])
  })
})

describe.skipIf(inject('postgresUrl') === undefined)('buses of several processes on one PostgreSQL', () => {
  test('hear one another in one order', async () => {
    const { location, remove } = newLocation('postgres')
    const databases = [await openDatabase(location), await openDatabase(location)] as const
    const one = await openBus(databases[0])
    const other = await openBus(databases[1])
    onTestFinished(async () => {
      await Promise.all([one.close(), other.close()])
      for (const database of databases) await database.close()
      await remove()
    })
    const heardByOne = hearAll(one)
    const heardByOther = hearAll(other)

    const blocks = Array.from({ length: 20 }, (_, block) => block)
    await Promise.all(blocks.map(async (block) => announceBlock(block % 2 === 0 ? one : other, block)))

    await expect.poll(() => [heardByOne.length, heardByOther.length], PATIENCE).toEqual([20, 20])
    expect(heardByOne).toEqual(heardByOther)
  })

  test('do not hear those of another schema', async () => {
    const bus = await openTestBus(await openTestDatabase('postgres'))
    const stranger = await openTestBus(await openTestDatabase('postgres'))
    const heard = hearAll(bus)

    await announceBlock(stranger, 1)
    await announceBlock(bus, 2)

    await expect.poll(() => heard, PATIENCE).toEqual([indexed(2)])
  })

  test('tell a resync after the listening connection was lost, and then hear again', async () => {
    const database = await openTestDatabase('postgres')
    const bus = await openTestBus(database)
    const heard = hearAll(bus)

    await endListener(database)

    await expect.poll(() => heard, PATIENCE).toEqual([{ type: 'resync' }])
    await announceBlock(bus, 3)
    await expect.poll(() => heard, PATIENCE).toEqual([{ type: 'resync' }, indexed(3)])
  })

  test('tell once why nothing can be heard, however long that lasts, and once that it is over', async () => {
    const database = await openTestDatabase('postgres')
    const gate = await openGate(database)
    const [onError, onBack] = [vi.fn<(error: unknown) => void>(), vi.fn<() => void>()]
    const bus = await openTestBus({ ...database, location: gate.location }, { onError, onBack })
    const heard = hearAll(bus)

    gate.shut()
    await expect.poll(() => gate.refused(), PATIENCE).toBeGreaterThan(3)
    expect(onError).toHaveBeenCalledOnce()
    expect(onBack).not.toHaveBeenCalled()
    gate.open()

    await expect.poll(() => heard, PATIENCE).toEqual([{ type: 'resync' }])
    expect(onError).toHaveBeenCalledOnce()
    expect(onBack).toHaveBeenCalledOnce()
  })

  test('report a notification that is none of theirs, and hear the next', async () => {
    const onError = vi.fn<(error: unknown) => void>()
    const database = await openTestDatabase('postgres')
    const bus = await openTestBus(database, { onError })
    const heard = hearAll(bus)

    await onServer(database, async (client, schema) => client.query('select pg_notify($1, $2)', [schema, 'hello?']))
    await announceBlock(bus, 3)

    await expect.poll(() => heard, PATIENCE).toEqual([indexed(3)])
    expect(onError).toHaveBeenCalledOnce()
  })

  test('do not open where there is no PostgreSQL', async () => {
    const database = await openTestDatabase('postgres')
    const nowhere = { ...database.location, url: 'postgres://postgres@127.0.0.1:1/postgres' } as Database['location']

    const opening = openBus({ ...database, location: nowhere })

    await expect(opening).rejects.toThrow('ECONNREFUSED')
  })
})

async function onServer(
  { location }: Database,
  work: (client: Client, schema: string) => Promise<unknown>,
): Promise<void> {
  if (location.engine !== 'postgres') throw new Error('This needs PostgreSQL.')
  const client = new Client(location.url)
  await client.connect()
  await work(client, location.schema)
  await client.end()
}

/** Ends the connection that listens on the channel of this database's schema, and no other test's. */
async function endListener(database: Database): Promise<void> {
  await onServer(database, async (client, schema) => {
    const { rows } = await client.query<{ pid: number }>(
      `select pg_terminate_backend(pid), pid from pg_stat_activity where application_name = $1`,
      [`iexec listener of ${schema}`],
    )
    expect(rows).toHaveLength(1)
  })
}

/** A way to a PostgreSQL that can be shut. */
async function openGate(database: Database): Promise<{
  readonly location: Database['location']
  readonly refused: () => number
  readonly shut: () => void
  readonly open: () => void
}> {
  const { location } = database
  const url = new URL('url' in location ? location.url : '')
  const port = Number(url.port)
  const sockets = new Set<Socket>()
  let isShut = false
  let refused = 0
  const server = createServer((socket) => {
    if (isShut) {
      refused += 1
      socket.destroy()
      return
    }
    const onward = connect(port, url.hostname)
    for (const end of [socket, onward]) sockets.add(end.on('error', () => undefined))
    socket.pipe(onward).pipe(socket)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const cut = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  onTestFinished(() => {
    server.close()
    cut()
  })
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    location: { ...location, url: url.href } as Database['location'],
    refused: () => refused,
    shut: () => {
      isShut = true
      cut()
    },
    open: () => {
      isShut = false
    },
  }
}
