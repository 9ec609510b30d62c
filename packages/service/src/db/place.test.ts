import { expect, test } from 'vitest'
import { isPlace, locateDatabase, sharedFile } from './place.ts'

test('a database is a file of its name in a folder, one file, or a schema of a PostgreSQL', () => {
  expect(locateDatabase('/data', 'chain-134')).toEqual({ engine: 'sqlite', file: '/data/chain-134.sqlite' })
  for (const file of ['/data/a.sqlite', '/data/a.sqlite3', '/data/a.db', ':memory:']) {
    expect(locateDatabase(file, 'chain-134')).toEqual({ engine: 'sqlite', file })
  }
  for (const url of ['postgres://db/market', 'postgresql://db/market', 'Postgres://db/market']) {
    expect(locateDatabase(url, 'chain-134')).toEqual({ engine: 'postgres', url, schema: 'chain_134' })
  }
})

test('nothing else that has a scheme is a place, nor is nothing at all', () => {
  const wrong = ['', ' ', 'mysql://db', 'file:///data', 'postgres://not a url', 'postgres:db', 'http://db.sqlite']

  expect(wrong.filter(isPlace)).toEqual([])
  expect(['/data', 'data', 'C:\\data', 'postgres://me:p%20w@db:5432/m', 'postgres:///m?host=/run'].every(isPlace)).toBe(
    true,
  )
})

test('several databases share a folder or a PostgreSQL, and no file', () => {
  expect(sharedFile(['/data', '/data', 'postgres://db/m', 'postgres://db/m', '/a.db', '/b.db'])).toBeUndefined()
  expect(sharedFile(['/data/a.db', '/data/b.db', '/data/x/../a.db'])).toBe('/data/a.db')
})
