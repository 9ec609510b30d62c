// A filter in a document means the same as one in a variable, and is compared with its type once.
import { onBothEngines } from '@iexec/service/test/database'
import { parse, print } from 'graphql'
import { expect, test } from 'vitest'
import { openExample } from './exampleMarket.ts'
import { app, dealId, requester } from './exampleRows.ts'
import { hoistFilters } from './hoist.ts'
import { createSchema } from './schema.ts'

const schema = createSchema()

test('filters become variables whose names nobody uses, those without any stay as they are', () => {
  const plain = parse('query ($where: App_filter) { apps(where: $where) { id } }')
  const literal = parse('query ($where0: Int) { apps(first: $where0, where: { id: "0x" }) { id } }')

  expect(hoistFilters(schema, plain).document).toBe(plain)
  expect(print(hoistFilters(schema, literal).document)).toBe(
    print(parse('query ($where0: Int, $where_0: App_filter) { apps(first: $where0, where: $where_0) { id } }')),
  )
})

test('numbers stay exact, and variables inside are filled in: given, by default, or not at all', () => {
  const { fill } = hoistFilters(
    schema,
    parse(`query Q($given: ID, $usual: BigInt = 5, $absent: String) {
      apps(where: { id: $given, usageCount_gt: $usual, name: $absent, and: [{ usageCount: 123456789012345678901 }, null] }) { id }
    }`),
  )

  expect(fill({ given: '0x1' }, 'Q')).toEqual({
    given: '0x1',
    where0: { id: '0x1', usageCount_gt: 5, and: [{ usageCount: '123456789012345678901' }, null] },
  })
})

onBothEngines('a filter in a document', (engine) => {
  test('finds what the same one in a variable finds', async () => {
    const { ask } = await openExample(engine)

    const answer = await ask(
      `query ($requester: String, $status: [TaskStatus!] = [COMPLETED], $deal: Deal_filter) {
        deals(where: { requester: $requester, trust_lt: "5", workerpoolPrice_lt: 1.5, id_in: "${dealId}" }) { id }
        apps(where: { usages_: $deal, lastUsageTimestamp_gt: 0 }) { id usages(where: { id: "${dealId}" }) { id ...tasks } }
      }
      fragment tasks on Deal { tasks(where: { status_in: $status, index: 0 }) { status } }`,
      { requester, deal: { id: dealId } },
    )

    expect(answer).toEqual({
      deals: [{ id: dealId }],
      apps: [{ id: app, usages: [{ id: dealId, tasks: [{ status: 'COMPLETED' }] }] }],
    })
  })

  test('with a variable that is wrong is refused for that variable', async () => {
    const { run } = await openExample(engine)

    const { errors } = await run('query ($n: Int) { contributions(where: { timestamp: $n }) { id } }', { n: 'x' })

    expect(errors?.[0]?.message).toContain('"$n" has invalid value')
  })

  test('cannot be written so that variables make it huge', async () => {
    const { run } = await openExample(engine)
    const filters = `{and: [${'$f '.repeat(60)}]}`

    const { errors } = await run(`query ($f: App_filter) { apps(where: ${filters}) { id } }`, {
      f: { and: Array.from({ length: 400 }, () => ({})) },
    })

    expect(errors?.[0]?.message).toBe('The variables are made of more than 4500 objects and lists.')
  })
})
