// Where databases may be, as operators name it.
import { join, resolve } from 'node:path'
import type { DatabaseLocation } from './database.ts'

/** What may be named. */
export const PLACES = 'a folder, a file that ends in .sqlite, .sqlite3 or .db, or postgres://user:password@host/name'

const FILE = /\.(?:sqlite3?|db)$/u

/**
 * Whether a database can be there. Whatever else has a scheme was meant to be a server, and must not become a folder of that name.
 *
 * @example
 * isPlace('mysql://db/market') // false
 */
export function isPlace(place: string): boolean {
  if (isServer(place)) return URL.canParse(place)
  return place.trim() !== '' && !place.includes('://') && !/^postgres(?:ql)?:/iu.test(place)
}

/**
 * Where the database of a name is.
 *
 * @param name lower-case letters, digits and `-`: of the file in a folder, and, with `_`, of the schema in a PostgreSQL
 * @example
 * locateDatabase('/var/market', 'chain-134') // { engine: 'sqlite', file: '/var/market/chain-134.sqlite' }
 * locateDatabase('postgres://db/market', 'chain-134').schema // 'chain_134'
 */
export function locateDatabase(place: string, name: string): DatabaseLocation {
  if (isServer(place)) return { engine: 'postgres', url: place, schema: name.replaceAll('-', '_') }
  if (place === ':memory:' || FILE.test(place)) return { engine: 'sqlite', file: place }
  return { engine: 'sqlite', file: join(place, `${name}.sqlite`) }
}

/** The file that several of these places are: each database needs its own. */
export function sharedFile(places: readonly string[]): string | undefined {
  const files = places.filter((place) => !isServer(place) && FILE.test(place)).map((place) => resolve(place))
  return files.find((file, index) => files.indexOf(file) !== index)
}

function isServer(place: string): boolean {
  return /^postgres(?:ql)?:\/\//iu.test(place)
}
