// Empty databases for tests, on both engines.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { describe, inject, onTestFinished } from 'vitest'
import {
  openDatabase,
  type Database,
  type DatabaseLocation,
  type Engine,
  type OpenOptions,
} from '../src/db/database.ts'

/** Where a new, empty database is, and how to get rid of it. */
export type TestLocation = { readonly location: DatabaseLocation; readonly remove: () => Promise<void> }

let count = 0

/** A new place on the engine, without opening it. */
export function newLocation(engine: Engine): TestLocation {
  count += 1
  if (engine === 'sqlite') {
    const folder = mkdtempSync(join(tmpdir(), 'service-test-'))
    return {
      location: { engine, file: join(folder, 'service.sqlite') },
      remove: async () => {
        await Promise.resolve()
        rmSync(folder, { recursive: true, force: true })
      },
    }
  }
  const url = inject('postgresUrl')
  if (url === undefined) throw new Error('There is no PostgreSQL; the test should have been skipped.')
  const schema = `test_${process.pid}_${count}`
  return {
    location: { engine, url, schema, connections: 5 },
    remove: async () => {
      const client = new Client(url)
      await client.connect()
      await client.query(`drop schema if exists ${schema} cascade`)
      await client.end()
    },
  }
}

/** An empty database that is gone when the test (or hook) that called this has finished. */
export async function openTestDatabase<Schema>(engine: Engine, options: OpenOptions): Promise<Database<Schema>> {
  const { location, remove } = newLocation(engine)
  const database = await openDatabase<Schema>(location, options)
  onTestFinished(async () => {
    await database.close()
    await remove()
  })
  return database
}

/**
 * Runs the same tests on both engines. Those on PostgreSQL are skipped where none is installed; in CI that is an error.
 *
 * @example
 * onBothEngines('the order book', (engine) => {
 *   test('is empty at first', async () => {
 *     const database = await openTestDatabase<Schema>(engine, { migrations })
 *   })
 * })
 */
export function onBothEngines(name: string, tests: (engine: Engine) => void): void {
  describe(`${name}, on SQLite`, () => {
    tests('sqlite')
  })
  describe.skipIf(inject('postgresUrl') === undefined)(`${name}, on PostgreSQL`, () => {
    tests('postgres')
  })
}
