// Finds a market that was served before when no node says which chain its hub is on: a database tells whose it is.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { connectionTo, locateDatabase, type DatabaseLocation } from '@iexec/service'
import { Client } from 'pg'
import type { Address } from 'viem'
import { readClaim, type Belonging } from './index/meta.ts'

/**
 * The market with this hub that a database of the place belongs to; `undefined` when there is none, or when a hub has the same
 * address on several chains.
 *
 * @param place as in the settings: a folder, a file, or `postgres://…`
 * @throws Error when a PostgreSQL cannot be asked
 * @example
 * (await findClaim('/var/market', hub))?.chainId // 134
 */
export async function findClaim(place: string, hub: Address): Promise<Belonging | undefined> {
  const location = locateDatabase(place, 'chain-0')
  const claims = location.engine === 'postgres' ? await claimsOfSchemas(location) : claimsOfFiles(location, place)
  const [only, ...others] = claims.filter(({ contracts }) => contracts.hub === hub.toLowerCase())
  return others.length === 0 ? only : undefined
}

type Fact = { readonly key: string; readonly value: string }

function claimsIn(facts: readonly Fact[]): readonly Belonging[] {
  const claim = readClaim(new Map(facts.map(({ key, value }) => [key, value])))
  return claim === undefined ? [] : [claim]
}

function claimsOfFiles({ file }: Extract<DatabaseLocation, { engine: 'sqlite' }>, place: string): readonly Belonging[] {
  const isFolder = file !== place
  const names =
    isFolder && existsSync(place) ? readdirSync(place).filter((name) => /^chain-\d+\.sqlite$/u.test(name)) : []
  const files = isFolder ? names.map((name) => join(place, name)) : existsSync(file) ? [file] : []
  return files.flatMap((one) => claimsIn(factsOfFile(one)))
}

/** What cannot be read belongs to nobody; whoever needs the file says what is wrong with it. */
function factsOfFile(file: string): readonly Fact[] {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(file, { readOnly: true })
    return database.prepare('select key, value from meta').all() as unknown as readonly Fact[]
  } catch {
    return []
  } finally {
    database?.close()
  }
}

async function claimsOfSchemas({ url }: { readonly url: string }): Promise<readonly Belonging[]> {
  const client = new Client(connectionTo(url))
  client.on('error', () => undefined)
  try {
    await client.connect()
    const { rows } = await client.query<{ readonly schema: string }>(
      `select schemaname as schema from pg_tables where tablename = 'meta' and schemaname ~ '^chain_[0-9]+$'
       and has_table_privilege(quote_ident(schemaname) || '.meta', 'select')`,
    )
    const claims: Belonging[] = []
    for (const { schema } of rows) {
      claims.push(...claimsIn((await client.query<Fact>(`select key, value from ${schema}.meta`)).rows))
    }
    return claims
  } finally {
    await client.end()
  }
}
