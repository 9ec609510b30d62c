import { spawn, type ChildProcess } from 'node:child_process'
import { createServer, type AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { newLocation, onBothEngines, openTestDatabase } from '../../test/database.ts'
import { factTables, type Facts } from '../../test/facts.ts'
import {
  openDatabase,
  type Database as DatabaseOf,
  type Engine,
  type Migrations,
  type Reader,
  type Writer,
} from './database.ts'
import { isDiskFull } from './isDiskFull.ts'

type Database = DatabaseOf<Facts>

const open = async (engine: Engine): Promise<Database> => openTestDatabase<Facts>(engine, { migrations: factTables })

const fact = (key: string, value = 'yes'): Facts['fact'] => ({ key, value, number: 0 })

/** Those of a version that knows the first step alone. */
const older: Migrations = (engine) => Object.fromEntries(Object.entries(factTables(engine)).slice(0, 1))

onBothEngines('a database', (engine) => {
  test('keeps what a transaction wrote, and nothing of one that failed', async () => {
    const database = await open(engine)

    await database.write(async (writer) => writer.insertInto('fact').values(fact('kept')).execute())
    const failing = database.write(async (writer) => {
      await writer.insertInto('fact').values(fact('lost')).execute()
      throw new Error('no')
    })

    await expect(failing).rejects.toThrow('no')
    expect(await database.read.selectFrom('fact').selectAll().execute()).toEqual([fact('kept')])
  })

  test('runs writers one after the other', async () => {
    const database = await open(engine)
    await database.write(async (writer) => writer.insertInto('fact').values(fact('n', '0')).execute())

    await Promise.all(
      Array.from({ length: 20 }, async () =>
        database.write(async (writer) => {
          const { value } = await writer
            .selectFrom('fact')
            .select('value')
            .where('key', '=', 'n')
            .executeTakeFirstOrThrow()
          await writer
            .updateTable('fact')
            .set({ value: String(Number(value) + 1) })
            .where('key', '=', 'n')
            .execute()
        }),
      ),
    )

    expect(await database.read.selectFrom('fact').select('value').executeTakeFirst()).toEqual({ value: '20' })
  })

  test('brings the tables of the previous version up to date without losing a row', async () => {
    const { location, remove } = newLocation(engine)
    const old = await openDatabase<Facts>(location, { migrations: factTables, version: '0001_fact' })
    await old.write(async (writer) => sql`insert into fact (key, value) values ('a', 'b')`.execute(writer))
    await old.close()

    const database = await openDatabase<Facts>(location, { migrations: factTables })

    expect(await database.read.selectFrom('fact').selectAll().execute()).toEqual([{ key: 'a', value: 'b', number: 0 }])
    await database.close()
    await remove()
  })

  test('is not opened when its tables are from a newer version', async () => {
    const { location, remove } = newLocation(engine)
    const newer = await openDatabase(location, { migrations: factTables })
    await newer.close()

    const opening = openDatabase(location, { migrations: older })

    await expect(opening).rejects.toThrow('0002_number')
    await remove()
  })

  test('keeps integers of 64 bits, and sorts text by its bytes', async () => {
    const database = await open(engine)
    await database.write(async (writer) =>
      writer
        .insertInto('fact')
        .values([
          { key: 'b', value: '', number: Number.MAX_SAFE_INTEGER },
          { key: 'B', value: '', number: 0 },
          { key: 'a', value: '', number: 0 },
        ])
        .execute(),
    )

    const rows = await database.read.selectFrom('fact').select(['key', 'number']).orderBy('key').execute()

    expect(rows).toEqual([
      { key: 'B', number: 0 },
      { key: 'a', number: 0 },
      { key: 'b', number: Number.MAX_SAFE_INTEGER },
    ])
  })
})

async function put(writer: Writer<Facts>, key: string, bytes = 1): Promise<void> {
  await writer
    .insertInto('fact')
    .values(fact(key, 'x'.repeat(bytes)))
    .execute()
}

/** SQLite's own way to have a full disk: no more pages than these, or those that it has. */
async function allowPages(database: Database, pages: number): Promise<void> {
  await database.write(async (writer) => sql`pragma max_page_count = ${sql.lit(pages)}`.execute(writer))
}

describe('a database on SQLite', () => {
  test('says that its disk is full, keeps what it had, and writes again once there is room', async () => {
    const database = await open('sqlite')
    await database.write(async (writer) => put(writer, 'first'))
    await allowPages(database, 1)

    const failing = database.write(async (writer) => put(writer, 'second', 1_000_000))
    await expect(failing).rejects.toThrow('database or disk is full')
    await expect(failing).rejects.toSatisfy(isDiskFull)
    await allowPages(database, 1_000_000)
    await database.write(async (writer) => put(writer, 'third', 1_000_000))

    expect(await database.read.selectFrom('fact').select('key').execute()).toEqual([{ key: 'first' }, { key: 'third' }])
  })

  test('keeps nothing of a transaction whose disk was full, also of what came after that', async () => {
    const database = await open('sqlite')
    await allowPages(database, 1)

    const failing = database.write(async (writer) => {
      await put(writer, 'before')
      await put(writer, 'too large', 1_000_000).catch(() => undefined)
      await put(writer, 'after')
    })

    await expect(failing).rejects.toThrow('SQLite has rolled this transaction back.')
    expect(await database.read.selectFrom('fact').select('key').execute()).toEqual([])
  })
})

const PATIENCE = { timeout: 20_000, interval: 10 }

describe.skipIf(inject('postgresUrl') === undefined)('a database on PostgreSQL', () => {
  test('is in its own schema, and keeps its settings, although the URL has options of its own', async () => {
    const database = await openWithOptions('-c search_path=public -c work_mem=7MB')

    const found = await Promise.all([settingsOf(database.read), database.write(settingsOf)])

    const common = { search_path: schemaOf(database), work_mem: '7MB' }
    expect(found).toEqual([expect.objectContaining(common), expect.objectContaining(common)])
    const { rows } = await sql`select to_regclass(${`${schemaOf(database)}.fact`})::text as found`.execute(
      database.read,
    )
    expect(rows).toEqual([{ found: 'fact' }])
  })

  test('answers readers while more writers wait for the lock than it has connections', async () => {
    const database = await open('postgres')
    const other = await openDatabase<Facts>(database.location, { migrations: factTables })
    const { promise: held, resolve: release } = Promise.withResolvers<void>()
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>()
    const holding = other.write(async () => {
      begin()
      await held
    })
    await begun

    const waiting = Array.from({ length: 12 }, async (_, number) => database.write(async () => Promise.resolve(number)))
    await expect.poll(async () => countWaiting(database), PATIENCE).toBe(1)
    const read = await database.read.selectFrom('fact').selectAll().execute()

    expect(read).toEqual([])
    expect(await countWaiting(database)).toBe(1)
    release()
    await holding
    expect(await Promise.all(waiting)).toEqual(Array.from({ length: 12 }, (_, number) => number))
    await other.close()
  })

  test('drops a host that vanished and a transaction that hangs; only questions have a time to be answered in', async () => {
    const database = await open('postgres')

    const ofReaders = await settingsOf(database.read)
    const ofWriters = await database.write(settingsOf)

    const common = {
      search_path: schemaOf(database),
      work_mem: '4MB',
      tcp_keepalives_idle: '1',
      tcp_keepalives_interval: '1',
      tcp_keepalives_count: '2',
      tcp_user_timeout: '3000',
    }
    expect(ofReaders).toEqual({ ...common, statement_timeout: '15s', idle_in_transaction_session_timeout: '30s' })
    expect(ofWriters).toEqual({ ...common, statement_timeout: '0', idle_in_transaction_session_timeout: '5s' })
  })

  test('is written by others a few seconds after a process stopped inside of its transaction', async () => {
    const database = await open('postgres')
    const { child, said } = startWriter(database)
    await expect.poll(() => said, PATIENCE).toEqual(['writes'])

    child.kill('SIGSTOP')
    const stoppedAt = performance.now()
    await database.write(async (writer) => writer.insertInto('fact').values(fact('other')).execute())

    expect(performance.now() - stoppedAt).toBeLessThan(10_000)
    child.kill('SIGCONT')
    await expect.poll(() => said, PATIENCE).toEqual(['writes', 'failed'])
    expect(await database.read.selectFrom('fact').select('key').execute()).toEqual([{ key: 'other' }])
  })

  test('fails only the transaction whose connection was lost, also while nothing is asked', async () => {
    const database = await open('postgres')

    const failing = database.write(async (writer) => {
      await writer.insertInto('fact').values(fact('lost')).execute()
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(writer)
      await sql`select pg_terminate_backend(${rows[0]?.pid}, 20000)`.execute(database.read)
    })

    await expect(failing).rejects.toThrow(/connection/iu)
    await database.write(async (writer) => writer.insertInto('fact').values(fact('kept')).execute())
    expect(await database.read.selectFrom('fact').select('key').execute()).toEqual([{ key: 'kept' }])
  })

  test('does not wait for ever for a server that says nothing', async () => {
    const server = createServer()
    const { promise: listening, resolve } = Promise.withResolvers<void>()
    server.listen(0, '127.0.0.1', resolve)
    await listening
    onTestFinished(() => {
      server.close()
    })
    const { port } = server.address() as AddressInfo
    const url = `postgres://postgres@127.0.0.1:${port}/postgres`

    const opening = openDatabase({ engine: 'postgres', url, schema: 'none' }, { migrations: factTables })

    await expect(opening).rejects.toThrow('timeout')
  })
})

/** A process of its own inside of a transaction that does not end, and the lines it has said so far. */
function startWriter({ location }: Database): { readonly child: ChildProcess; readonly said: readonly string[] } {
  const script = fileURLToPath(new URL('../../test/writer.ts', import.meta.url))
  const child = spawn(process.execPath, [script, JSON.stringify(location)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const said: string[] = []
  child.stdout.on('data', (text: Buffer) => {
    said.push(...text.toString().trim().split('\n'))
  })
  onTestFinished(() => {
    child.kill('SIGCONT')
    child.kill('SIGKILL')
  })
  return { child, said }
}

function schemaOf({ location }: Database): string {
  if (location.engine !== 'postgres') throw new Error('This needs PostgreSQL.')
  return location.schema
}

async function openWithOptions(options: string): Promise<Database> {
  const { location, remove } = newLocation('postgres')
  if (location.engine !== 'postgres') throw new Error('This needs PostgreSQL.')
  const url = new URL(location.url)
  url.searchParams.set('options', options)
  const database = await openDatabase<Facts>({ ...location, url: url.href }, { migrations: factTables })
  onTestFinished(async () => {
    await database.close()
    await remove()
  })
  return database
}

const SETTINGS = [
  'search_path',
  'work_mem',
  'tcp_keepalives_idle',
  'tcp_keepalives_interval',
  'tcp_keepalives_count',
  'tcp_user_timeout',
  'idle_in_transaction_session_timeout',
  'statement_timeout',
]

/** The settings that hold in a session or transaction. */
async function settingsOf(session: Reader<Facts>): Promise<Readonly<Record<string, string>>> {
  const { rows } = await sql<{
    name: string
    value: string
  }>`select name, current_setting(name) as value from unnest(${SETTINGS}::text[]) as name`.execute(session)
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]))
}

/** How many connections wait for the lock of this schema's writers. */
async function countWaiting(database: Database): Promise<number> {
  const { rows } = await sql<{ waiting: number }>`
    select count(*) as waiting from pg_locks
    where locktype = 'advisory' and not granted and objid = hashtext(${schemaOf(database)})::oid
  `.execute(database.read)
  return rows[0]?.waiting ?? 0
}
