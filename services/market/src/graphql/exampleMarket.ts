// How the tests of this room ask: a filled database, and an answer without errors.
import type { ExecutionResult } from 'graphql'
import type { PluginTransformQueryArgs } from 'kysely'
import { expect } from 'vitest'
import { openTestDatabase } from '../../test/database.ts'
import type { Database, Reader } from '../db/database.ts'
import { insertExample } from './exampleRows.ts'
import { createGraphql, type Graphql, type GraphqlOptions } from './graphql.ts'

/** JSON, as a client reads it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }
export type JsonObject = { readonly [name: string]: Json }

/** A market that can be asked. */
export type ExampleMarket = {
  readonly database: Database
  readonly run: (query: string, variables?: JsonObject) => Promise<ExecutionResult>
  /** What an answer without errors says. */
  readonly ask: (query: string, variables?: JsonObject) => Promise<JsonObject>
  /** Queries of the database that the last request took. */
  readonly queries: () => number
}

/** Opens a database with the rows of `exampleRows.ts` and asks it; without them, when `empty`. */
export async function openExample(
  engine: 'sqlite' | 'postgres',
  options: GraphqlOptions & { readonly empty?: boolean } = {},
): Promise<ExampleMarket> {
  const database = await openTestDatabase(engine)
  if (options.empty !== true) await insertExample(database)
  const graphql: Graphql = createGraphql(options)
  let queries = 0
  const reader = countQueries(database.read, () => {
    queries += 1
  })
  const run: ExampleMarket['run'] = async (query, variables = {}) => {
    queries = 0
    return graphql({ query, variables }, { reader })
  }
  const ask: ExampleMarket['ask'] = async (query, variables) => {
    const answer = JSON.parse(JSON.stringify(await run(query, variables))) as { data: JsonObject; errors?: Json }
    expect({ query, variables, errors: answer.errors }).toEqual({ query, variables, errors: undefined })
    return answer.data
  }
  return { database, run, ask, queries: () => queries }
}

function countQueries(reader: Reader, count: () => void): Reader {
  return reader.withPlugin({
    transformQuery: ({ node }: PluginTransformQueryArgs) => {
      count()
      return node
    },
    transformResult: async ({ result }) => Promise.resolve(result),
  })
}
