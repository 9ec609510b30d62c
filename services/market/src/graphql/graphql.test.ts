import { expect, test } from 'vitest'
import { onBothEngines, openTestDatabase } from '../../test/database.ts'
import { app, insertExample } from './exampleRows.ts'
import { createGraphql } from './graphql.ts'

onBothEngines('GraphQL', (engine) => {
  test('answers with what an app says of itself', async () => {
    const database = await openTestDatabase(engine)
    await insertExample(database)
    const graphql = createGraphql({ onError: console.error })

    const answer = await graphql({ query: `{ app(id: "${app}") { name } }` }, { reader: database.read })

    expect(answer).toEqual({ data: { app: { name: 'Hello_World%' } } })
  })
})
