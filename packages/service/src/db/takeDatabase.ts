// Opens a database for a whole service: makes its folder, holds its file, and says in one sentence why it cannot.
import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { FileIsHeld, holdFile } from '../lead/leader.ts'
import { sayWhy } from '../sayWhy.ts'
import { openDatabase, type Database, type DatabaseLocation, type OpenOptions } from './database.ts'

/** A database that this process alone has when it is a file, and how to let go of it after closing. */
export type TakenDatabase<Schema> = { readonly database: Database<Schema>; readonly letGo: () => void }

/**
 * Opens the database of a service.
 *
 * @throws FileIsHeld when another process has the file; Error in one sentence, without the password that a database's address
 * may hold, when it cannot be opened
 * @example
 * const { database, letGo } = await takeDatabase<Schema>(locateDatabase(config.database, 'keeper-134'), { migrations })
 * await database.close()
 * letGo()
 */
export async function takeDatabase<Schema>(
  location: DatabaseLocation,
  options: OpenOptions,
): Promise<TakenDatabase<Schema>> {
  let letGo: (() => void) | undefined
  try {
    if (location.engine === 'sqlite' && location.file !== ':memory:') makeFolder(dirname(location.file))
    letGo = holdFile(location)
    return { database: await openDatabase<Schema>(location, options), letGo }
  } catch (cause) {
    letGo?.()
    throw cause instanceof FileIsHeld ? cause : cannotOpen(location, cause)
  }
}

/** Why a database cannot be used, in one sentence without passwords. */
export function cannotOpen(location: DatabaseLocation, cause: unknown): Error {
  const place = location.engine === 'sqlite' ? location.file : `of PostgreSQL at ${new URL(location.url).host}`
  return new Error(`The database ${place} cannot be opened: ${sayWhy(cause)}.`, { cause })
}

/** Not `recursive`: where a folder cannot be, as in `/proc`, node would try for ever. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return
  if (dirname(folder) !== folder) makeFolder(dirname(folder))
  mkdirSync(folder, { mode: 0o700 })
}
