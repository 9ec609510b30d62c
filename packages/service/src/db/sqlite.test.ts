// What a connection to SQLite keeps in memory.
import { expect, test } from 'vitest'
import { MAX_PREPARED, openSqlite } from './sqlite.ts'

const long = (n: number): string => `select ${n} -- ${'x'.repeat(MAX_PREPARED / 4)}`

test('a statement is prepared once, until the texts of all statements together are too long to be kept', () => {
  const database = openSqlite(':memory:')
  const first = database.prepare(long(0))
  for (const n of [1, 2]) database.prepare(long(n))
  const again = database.prepare(long(0))
  database.prepare(long(3))
  const anew = database.prepare(long(0))

  expect(again).toBe(first)
  expect(anew).not.toBe(first)
  expect(anew.all([])).toEqual(first.all([]))
  database.close()
})
