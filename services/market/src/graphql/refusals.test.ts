// What is refused and how that is said, and which of several operations runs.
import { onBothEngines, openTestDatabase } from '@iexec/service/test/database'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { txRow } from '../../test/rows.ts'
import { migrationsFor } from '../db/migrations.ts'
import type { Schema } from '../db/schema.ts'
import { openExample, type JsonObject } from './exampleMarket.ts'
import { createGraphql } from './graphql.ts'

/** Messages of a request that was refused. */
const messages = (answer: { readonly errors?: readonly { readonly message: string }[] }): readonly string[] =>
  (answer.errors ?? []).map(({ message }) => message)

onBothEngines('what is refused', (engine) => {
  test('is answered with a plain sentence, and never runs', async () => {
    const { run, queries } = await openExample(engine)
    const refused = async (query: string, variables: JsonObject = {}): Promise<string> => {
      const answer = await run(query, variables)
      expect(answer.data).toBeUndefined()
      expect(queries()).toBe(0)
      return messages(answer)[0] ?? ''
    }

    expect(await refused('{')).toContain('Syntax Error')
    expect(await refused('')).toContain('Syntax Error')
    expect(await refused('{ nothing }')).toContain('Cannot query field "nothing" on type "Query"')
    expect(await refused('mutation { apps { id } }')).toContain('mutation')
    expect(await refused('query ($n: Int!) { apps(first: $n) { id } }', { n: 'x' })).toContain('"$n" has invalid value')
    expect(await refused(`{ ${' '.repeat(40_000)} apps { id } }`)).toContain('32768')
    expect(await refused(`{ ${'a:app(id:1){id}'.repeat(500)} }`)).toContain('4000 tokens')
    const deep = `${'usages { app { '.repeat(6)}id${' } }'.repeat(6)}`
    expect(await refused(`{ apps { ${deep} } }`)).toBe('The query is nested 14 levels deep, and 12 are allowed.')
    const lists = Array.from({ length: 201 }, (_, n) => `a${n}: apps { id }`).join(' ')
    expect(await refused(`{ ${lists} }`)).toBe('The query is made of 201 objects and lists, and 200 are allowed.')
    const doubling = Array.from({ length: 9 }, (_, n) => {
      const [type, lead] = n % 2 === 0 ? ['App', 'usages'] : ['Deal', 'app']
      return `fragment f${n} on ${type} { ${[1, 2, 3, 4].map((m) => `a${m}: ${lead} { ...f${n + 1} }`).join(' ')} }`
    })
    expect(await refused(`{ apps { ...f0 } } ${doubling.join(' ')} fragment f9 on Deal { id }`)).toContain(
      'fields, and 2000 are allowed',
    )
    expect(await refused('{ apps { ...f } } fragment f on App { usages { app { ...f } } }')).toContain(
      'Cannot spread fragment "f" within itself',
    )
  })

  test('is a number that is no number, or longer than any of the chain', async () => {
    const { run } = await openExample(engine)
    const first = async (filter: string, number: string): Promise<string | undefined> =>
      messages(await run(`{ deals(where: { ${filter}: "${number}" }) { id } }`))[0]
    const [longest, longer] = ['9'.repeat(80), '9'.repeat(81)]

    expect(await first('trust', longest)).toBeUndefined()
    expect(await first('trust', longer)).toContain('BigInt may have 80 digits in a row, and this one has 81.')
    expect(await first('trust', '0x1f')).toContain('BigInt is written in decimal digits, such as "12".')
    expect(await first('appPrice', `-1.${longest}`)).toBeUndefined()
    expect(await first('appPrice', `1.${longer}`)).toContain(
      'BigDecimal may have 80 digits in a row, and this one has 81.',
    )
    expect(await first('appPrice', '1e3')).toContain('BigDecimal is written in decimal digits, such as "12".')
  })

  test('is an argument out of its range', async () => {
    const { run, ask } = await openExample(engine)
    const first = async (query: string, variables?: JsonObject): Promise<string | undefined> =>
      messages(await run(query, variables))[0]

    expect(await first('{ apps(first: 1001) { id } }')).toBe(
      'The value of the argument `first` must be between 0 and 1000, but is 1001.',
    )
    expect(await first('{ apps(first: -1) { id } }')).toBe(
      'The value of the argument `first` must be between 0 and 1000, but is -1.',
    )
    expect(await first('{ apps { usages(skip: 5001) { id } } }')).toBe(
      'The value of the argument `skip` must be between 0 and 5000, but is 5001.',
    )
    expect(await ask('{ apps(first: 0) { id } tasks(first: 1000, skip: 5000) { id } }')).toEqual({
      apps: [],
      tasks: [],
    })
    expect(await first('{ locks(where: { id_gt: "nonsense" }) { id } }')).toBe(
      '"nonsense" cannot be compared with the id of an event, which is <block>-<logIndex>.',
    )
    expect(await first('{ apps(where: { name: "a\\u0000" }) { id } }')).toBe(
      'A text in a filter must not contain the character U+0000.',
    )
    expect(await first('{ app(id: "\\u0000") { id } }')).toBe(
      'A text in a filter must not contain the character U+0000.',
    )
    expect(await first('{ apps(where: { owner_contains: "\\u0000" }) { id } }')).toBe(
      'A text in a filter must not contain the character U+0000.',
    )
    expect(await first('{ apps(where: { name_contains: null }) { id } }')).toBe(
      'A filter that looks into a text cannot be null.',
    )
    const where = 'query ($where: App_filter) { apps(where: $where) { id } }'
    expect(await first(where, { where: { id_in: Array.from({ length: 1001 }, () => '0x') } })).toBe(
      'A list in `where` may have 1000 values, and this one has 1001.',
    )
    let nested: JsonObject = {}
    for (let n = 0; n < 10; n += 1) nested = { and: [nested] }
    expect(await first(where, { where: nested })).toBe('`where` is nested deeper than 8 levels.')
    expect(await first(where, { where: { or: Array.from({ length: 201 }, () => ({ id: '0x' })) } })).toBe(
      '`where` has more than 200 conditions.',
    )
    const tooMany = 'The variables are made of more than 500 objects and lists.'
    expect(await first(where, { where: { or: Array.from({ length: 500 }, () => ({})) } })).toBe(tooMany)
    let endless: JsonObject = {}
    for (let n = 0; n < 20_000; n += 1) endless = { and: [endless] }
    expect(await first(where, { where: endless })).toBe(tooMany)
    expect(await first('{ apps(where: { and: [null, {}], name: "x" }) { id } }')).toBeUndefined()
  })

  test('is an answer of too many objects, before they are read', async () => {
    const { run, ask } = await openExample(engine, { limits: { maxObjects: 6 } })

    const tooMany = ['The query asks for more than 6 objects. Ask for fewer with `first`.']
    expect(await ask('{ deals { app { name } } }')).toBeDefined()
    expect(messages(await run('{ deals { app { name } workerpool { id } } }'))).toEqual(tooMany)
    expect(messages(await run('{ taskEvents { id } }'))).toEqual(tooMany)
    expect(
      messages(await run('{ apps(first: 2) { a: usages { id } } dealEvents { id } taskEvents(first: 1) { id } }')),
    ).toEqual(tooMany)
  })

  test('is told nothing of what went wrong inside', async () => {
    const heard: unknown[] = []
    const database = await openTestDatabase<Schema>(engine, { migrations: migrationsFor })
    const graphql = createGraphql({ onError: (cause) => heard.push(cause) })
    await database.write(async (writer) => sql`drop table asset`.execute(writer))

    const answer = await graphql({ query: '{ apps { id } }' }, { reader: database.read })

    expect(JSON.parse(JSON.stringify(answer))).toEqual({
      data: null,
      errors: [
        {
          message: 'Something went wrong, you should retry later.',
          path: ['apps'],
          locations: [{ line: 1, column: 3 }],
        },
      ],
    })
    expect(heard).toEqual([expect.any(Error)])
  })
})

onBothEngines('a client that leaves', (engine) => {
  test('ends the work on its request, and is no fault', async () => {
    const { database } = await openExample(engine)
    const heard: unknown[] = []
    const graphql = createGraphql({ onError: (cause) => heard.push(cause) })
    const leaving = new AbortController()

    const left = graphql({ query: '{ apps { owner { score } } }' }, { reader: database.read, signal: leaving.signal })
    leaving.abort()
    const before = graphql({ query: '{ apps { id } }' }, { reader: database.read, signal: AbortSignal.abort() })

    expect((await left).errors).toHaveLength(1)
    expect((await before).errors).toHaveLength(1)
    expect(heard).toEqual([])
  })
})

onBothEngines('several operations', (engine) => {
  test('are told apart by their name', async () => {
    const { database } = await openExample(engine)
    await database.write(async (writer) =>
      writer
        .insertInto('tx')
        .values(txRow({ block: 30 }))
        .execute(),
    )
    const graphql = createGraphql()
    const query = 'query One { apps(first: 1) { id } } query Two { transactions(first: 1) { blockNumber } }'
    const reader = database.read

    expect(await graphql({ query, operationName: 'Two' }, { reader })).toEqual({
      data: { transactions: [{ blockNumber: '20' }] },
    })
    expect((await graphql({ query }, { reader })).errors?.[0]?.message).toContain('Must provide operation name')
  })
})
