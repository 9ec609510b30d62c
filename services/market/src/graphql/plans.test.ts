// The lists that anybody asks for are read by an index, however long the tables are.
import { SqliteQueryCompiler, createQueryId } from 'kysely'
import { expect, test } from 'vitest'
import { openExample } from './exampleMarket.ts'

/** What SQLite says it does for the queries that a document takes. */
async function plansOf(query: string): Promise<string> {
  const { ask, database, sent } = await openExample('sqlite')
  await ask(query)
  const plans = await Promise.all(
    sent().map(async (node) => {
      const compiled = new SqliteQueryCompiler().compileQuery(node, createQueryId())
      return database.read.executeQuery<{ detail: string }>({ ...compiled, sql: `explain query plan ${compiled.sql}` })
    }),
  )
  return plans.flatMap(({ rows }) => rows.map(({ detail }) => detail)).join('\n')
}

test.each([
  'tasks(orderBy: deal__timestamp, orderDirection: desc)',
  'rewards(orderBy: task__timestamp)',
  'contributions(orderBy: timestamp, orderDirection: desc)',
  'locks(orderBy: timestamp, orderDirection: desc)',
  'transactions(orderBy: timestamp)',
  'deals(orderBy: timestamp, orderDirection: desc)',
  'appOrders(first: 5)',
])('all of %s are read in their order', async (list) => {
  const plan = await plansOf(`{ ${list} { id } }`)

  // The ids among those of one moment may be sorted, never all.
  expect(plan).not.toMatch(/USE TEMP B-TREE FOR ORDER BY/u)
  expect(plan).toMatch(/USING (?:COVERING )?INDEX/u)
})
