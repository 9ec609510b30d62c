// How the tests of this room ask: a filled database, and an answer without errors.
import type { ExecutionResult } from 'graphql'
import type { PluginTransformQueryArgs, RootOperationNode } from 'kysely'
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
  /** These queries, before they are written as SQL. */
  readonly sent: () => readonly RootOperationNode[]
}

/** Opens a database with the rows of `exampleRows.ts` and asks it; without them, when `empty`. */
export async function openExample(
  engine: 'sqlite' | 'postgres',
  options: GraphqlOptions & { readonly empty?: boolean } = {},
): Promise<ExampleMarket> {
  const database = await openTestDatabase(engine)
  if (options.empty !== true) await insertExample(database)
  const graphql: Graphql = createGraphql(options)
  const sent: RootOperationNode[] = []
  const reader = hearQueries(database.read, (node) => sent.push(node))
  const run: ExampleMarket['run'] = async (query, variables = {}) => {
    sent.length = 0
    return graphql({ query, variables }, { reader })
  }
  const ask: ExampleMarket['ask'] = async (query, variables) => {
    const answer = JSON.parse(JSON.stringify(await run(query, variables))) as { data: JsonObject; errors?: Json }
    expect({ query, variables, errors: answer.errors }).toEqual({ query, variables, errors: undefined })
    return answer.data
  }
  return { database, run, ask, queries: () => sent.length, sent: () => sent }
}

function hearQueries(reader: Reader, hear: (node: RootOperationNode) => void): Reader {
  return reader.withPlugin({
    transformQuery: ({ node }: PluginTransformQueryArgs) => {
      hear(node)
      return node
    },
    transformResult: async ({ result }) => Promise.resolve(result),
  })
}
