import { buildClientSchema, getIntrospectionQuery, printSchema, type IntrospectionQuery } from 'graphql'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { onBothEngines } from '../../test/database.ts'
import { START, address, assetRow, dealRow, eventRow, hash, txRow } from '../../test/rows.ts'
import { toWide } from '../db/wide.ts'
import { openExample, type JsonObject } from './exampleMarket.ts'
import { BLOCK, app, dataset, dealId, requester, stranger, taskId, worker, workerpool } from './exampleRows.ts'
import { createGraphql } from './graphql.ts'

const tx = hash(BLOCK, 'f')
/** Messages of a request that was refused. */
const messages = (answer: { readonly errors?: readonly { readonly message: string }[] }): readonly string[] =>
  (answer.errors ?? []).map(({ message }) => message)

/** A deal of the example as the list of the explorer asks for it. */
const shownDeal = (n: number, timestamp: number, catid: string): JsonObject => ({
  dealid: hash(n, 'd'),
  timestamp: String(START + timestamp),
  app: { address: app, name: 'Hello_World%' },
  category: { catid },
  workerpoolPrice: '0.00000001',
})

onBothEngines('the query dialect', (engine) => {
  test('pages with two probes for what comes next, in one query each', async () => {
    const { ask, queries } = await openExample(engine)

    const answer = await ask(
      `query Deals($length: Int = 20, $skip: Int = 0, $nextSkip: Int = 20, $nextNextSkip: Int = 40) {
        deals(first: $length, skip: $skip, orderBy: timestamp, orderDirection: desc) {
          dealid: id timestamp app { address: id name } category { catid: id } workerpoolPrice
        }
        dealsHasNext: deals(first: 1, skip: $nextSkip, orderBy: timestamp, orderDirection: desc) { dealid: id }
        dealsHasNextNext: deals(first: 1, skip: $nextNextSkip, orderBy: timestamp, orderDirection: desc) { dealid: id }
      }`,
      { length: 2, skip: 0, nextSkip: 2, nextNextSkip: 4 },
    )

    expect(answer).toEqual({
      deals: [shownDeal(1, 30, '0'), shownDeal(2, 20, '10')],
      dealsHasNext: [{ dealid: hash(3, 'd') }],
      dealsHasNextNext: [],
    })
    // Three pages, and the apps of one.
    expect(queries()).toBe(4)
  })

  test('sorts by fields of what a field leads to', async () => {
    const { ask, queries } = await openExample(engine)

    const { tasks } = await ask('{ tasks(orderBy: deal__timestamp, orderDirection: asc) { id } }')

    expect(tasks).toEqual([{ id: hash(2, '7') }, { id: taskId }, { id: hash(3, '7') }])
    expect(queries()).toBe(1)
  })

  test('filters by relations, by what they say, and by what leads here', async () => {
    const { ask, queries } = await openExample(engine)

    const answer = await ask(
      `query ($tx: String!, $dataset: ID!) {
        byTransaction: rewards(where: { transaction: $tx }) { id }
        capitals: deals(where: { app: "${app.replace('a', 'A')}", id_not: "${dealId}" }) { id }
        nested: deals(where: { dataset_: { id: $dataset } }) { id }
        said: tasks(where: { deal_: { category_: { workClockTimeRef: "300", id_gt: "0" } } }) { id }
        led: apps(where: { usages_: { trust_gt: "5" }, lastUsageTimestamp_gte: ${START} }) { id }
        some: apps(where: { or: [{ id: "${address(11)}" }, { and: [{ usageCount_gt: 2 }, { name_contains: "_" }] }] }) { id }
        none: apps(where: { or: [] , id_in: [] }) { id }
        stranger: deals(where: { requester_: { id: "${stranger}" } }) { id }
        without: deals(where: { dataset: null }) { id }
        failed: tasks(where: { status_in: [FAILLED, UNSET] }) { id status }
        trusted: deals(where: { trust_gt: "1000000000000000000000000000000" }) { id }
        categories(where: { id_not: "0" }) { id }
      }`,
      { tx, dataset },
    )

    expect(answer).toEqual({
      byTransaction: [{ id: '20-6' }],
      capitals: [{ id: hash(2, 'd') }, { id: hash(3, 'd') }],
      nested: [{ id: dealId }],
      said: [{ id: hash(2, '7') }],
      led: [{ id: app }],
      some: [{ id: app }, { id: address(11) }],
      none: [],
      stranger: [],
      without: [{ id: hash(2, 'd') }, { id: hash(3, 'd') }],
      failed: [{ id: hash(2, '7'), status: 'FAILLED' }],
      trusted: [{ id: hash(3, 'd') }],
      // By number, not as texts.
      categories: [{ id: '2' }, { id: '10' }],
    })
    expect(queries()).toBe(12)
  })

  test('shows the own fields of the members of an interface', async () => {
    const { ask, queries } = await openExample(engine)

    const answer = await ask(
      `query ($account: ID!, $tx: ID!) {
        account(id: $account) {
          events(first: 2, orderBy: timestamp, orderDirection: desc) {
            __typename id transaction { id from { id } }
            ... on FaultyContribution { score contribution { hash } }
            ... on AccurateContribution { score }
            ...reward
          }
        }
        transaction(id: $tx) {
          taskEvents { ... on TaskContribute { worker { id } hash } ... on TaskFinalize { results } }
          workerpoolEvents(where: { workerpool: "${workerpool}" }) { ... on PolicyUpdate { oldWorkerStakeRatio newWorkerStakeRatio } }
          ressourceTransferEvent { type: __typename from { id } }
        }
        ressources(first: 2, orderBy: id, orderDirection: desc) { __typename owner { id } ... on Workerpool { description } }
      }
      fragment reward on Reward { value }`,
      { account: worker, tx },
    )

    expect(answer).toEqual({
      account: {
        events: [
          {
            __typename: 'FaultyContribution',
            id: '20-9',
            transaction: { id: tx, from: { id: requester } },
            score: '11',
            contribution: { hash: hash(1, '1') },
          },
          {
            __typename: 'AccurateContribution',
            id: '20-8',
            transaction: { id: tx, from: { id: requester } },
            score: '12',
          },
        ],
      },
      transaction: {
        taskEvents: [{}, { worker: { id: worker }, hash: '0xaa' }, {}, {}, {}, { results: '0xdd' }, {}],
        workerpoolEvents: [{}, { oldWorkerStakeRatio: '30', newWorkerStakeRatio: '35' }],
        ressourceTransferEvent: ['App', 'Dataset', 'Workerpool'].map((name) => ({
          type: `${name}Transfer`,
          from: { id: address(1, 'e') },
        })),
      },
      ressources: [
        { __typename: 'App', owner: { id: address(1, 'e') } },
        { __typename: 'Workerpool', owner: { id: address(1, 'e') }, description: 'a workerpool' },
      ],
    })
    // Account, its events, transactions and contribution; transaction and its three lists; ressources.
    expect(queries()).toBe(9)
  })

  test('takes names of orders and directions as variables', async () => {
    const { ask } = await openExample(engine)

    const { apps } = await ask(
      `query Apps($orderBy: App_orderBy, $orderDirection: OrderDirection, $recent: BigInt!) {
        apps(orderBy: $orderBy, orderDirection: $orderDirection, where: { lastUsageTimestamp_gte: $recent }) { id }
      }`,
      { orderBy: 'usageCount', orderDirection: 'asc', recent: '0' },
    )

    expect(apps).toEqual([{ id: address(11) }, { id: app }])
  })

  test('costs one query per list and level, however many parents there are', async () => {
    const { database, ask, queries } = await openExample(engine, { empty: true })
    await database.write(async (writer) => {
      for (let n = 1; n <= 50; n += 1) {
        await writer
          .insertInto('asset')
          .values(assetRow({ address: address(n), kind: 'app', owner: address(n, 'e') }))
          .execute()
        for (let m = 0; m < 4; m += 1) {
          await writer
            .insertInto('deal')
            .values(
              dealRow({ id: hash(n * 10 + m, 'd'), app: address(n), timestamp: START + m, block: 10 + m, category: m }),
            )
            .execute()
        }
      }
    })

    const { apps } = await ask(`{ apps {
      owner { id balance }
      usages(first: 2, skip: 1, orderBy: timestamp, orderDirection: desc) { id app { name } requester { id } }
      rare: usages(first: 5, where: { category_in: ["3", "0"] }) { id }
      same: usages(where: { category_in: ["3", "0"] }, first: 5) { id }
    } }`)

    expect(apps).toHaveLength(50)
    expect((apps as readonly JsonObject[])[6]).toEqual({
      owner: { id: address(7, 'e'), balance: '0' },
      usages: [
        { id: hash(72, 'd'), app: { name: 'a app' }, requester: { id: requester } },
        { id: hash(71, 'd'), app: { name: 'a app' }, requester: { id: requester } },
      ],
      rare: [{ id: hash(70, 'd') }, { id: hash(73, 'd') }],
      same: [{ id: hash(70, 'd') }, { id: hash(73, 'd') }],
    })
    expect(queries()).toBe(5)
  })

  test('sorts and pages events by block and log index, not by their text', async () => {
    const { database, ask } = await openExample(engine, { empty: true })
    const places = [
      [9, 10],
      [9, 9],
      [10, 0],
      [100, 2],
    ] as const
    await database.write(async (writer) => {
      for (const [block, log_index] of places) {
        await writer
          .insertInto('event')
          .values(eventRow({ kind: 'Lock', block, log_index, account: worker, amount: toWide(1n) }))
          .execute()
      }
    })

    const answer = await ask(`{
      locks { id }
      newest: locks(first: 1, orderDirection: desc) { id }
      after: locks(where: { id_gt: "9-9" }, first: 2) { id }
      first: locks(where: { id_gt: "" }, first: 1) { id }
      listed: locks(where: { id_in: ["100-2", "9-10", "nonsense"], id_not: "9-10", account_starts_with: "0xE0" }) { id }
      others: locks(where: { id_not_in: ["100-2", "9-10"] }) { id }
    }`)

    expect(answer).toEqual({
      locks: [{ id: '9-9' }, { id: '9-10' }, { id: '10-0' }, { id: '100-2' }],
      newest: [{ id: '100-2' }],
      after: [{ id: '9-10' }, { id: '10-0' }],
      first: [{ id: '9-9' }],
      listed: [{ id: '100-2' }],
      others: [{ id: '9-9' }, { id: '10-0' }],
    })
  })

  test('has every address that anything mentions as an account, and no other', async () => {
    const { database, ask } = await openExample(engine)
    await database.write(async (writer) => writer.deleteFrom('account').execute())

    const answer = await ask(`{
      known: account(id: "${requester.toUpperCase().replace('X', 'x')}") { id balance frozen score dealRequester(first: 1) { id } }
      unknown: account(id: "${stranger}") { id }
      deal(id: "${dealId}") { requester { id score } callback { balance } }
    }`)

    expect(answer).toEqual({
      known: { id: requester, balance: '0', frozen: '0', score: '0', dealRequester: [{ id: dealId }] },
      unknown: null,
      deal: { requester: { id: requester, score: '0' }, callback: { balance: '0' } },
    })
  })

  test('tells how far the index is, and refuses to answer as of another block', async () => {
    const { database, ask, run } = await openExample(engine)

    const meta = {
      block: { number: BLOCK, hash: hash(BLOCK), timestamp: START + BLOCK },
      deployment: 'iexec',
      hasIndexingErrors: false,
    }
    const asked = '_meta { block { number hash timestamp } deployment hasIndexingErrors }'
    expect(await ask(`{ ${asked} locks(block: { number_gte: 7 }) { id } }`)).toEqual({
      _meta: meta,
      locks: [{ id: '20-4' }],
    })
    expect(await ask(`{ deal(id: "0x", block: { number: 20, hash: "${hash(BLOCK)}" }) { id } }`)).toEqual({
      deal: null,
    })
    expect(messages(await run('{ locks(block: { number: 19 }) { id } }'))).toEqual([
      'Only the youngest indexed block can be asked; block 19 was, and the youngest indexed block is 20.',
    ])
    expect(messages(await run('{ lock(id: "1-1", block: { hash: "0x12" }) { id } }'))).toEqual([
      'Only the youngest indexed block can be asked; block 0x12 was, and the youngest indexed block is 20.',
    ])
    await database.write(async (writer) => writer.deleteFrom('block').execute())
    expect(await ask(`{ ${asked} }`)).toEqual({ _meta: null })
    expect(messages(await run('{ locks(block: { number_gte: 1 }) { id } }'))).toEqual([
      'Block 1 or a later one was asked for, and no block is indexed yet.',
    ])
  })

  test('describes itself', async () => {
    const { ask } = await openExample(engine)

    const introspection = await ask(getIntrospectionQuery())
    const printed = printSchema(buildClientSchema(introspection as unknown as IntrospectionQuery))

    expect(printed).toContain('type Reward implements AccountEvent')
    expect(printed).toContain(
      'deals(first: Int = 100, skip: Int = 0, orderBy: Deal_orderBy, orderDirection: OrderDirection, where: Deal_filter, block: Block_height)',
    )
    expect(printed).toContain('\n  name_not_starts_with_nocase: String\n')
    expect(printed).toContain('\n  deal__timestamp\n')
    expect(printed).toContain('enum TaskStatus {\n  UNSET\n  ACTIVE\n  REVEALING\n  COMPLETED\n  FAILLED\n}')
  })

  test('reads what a stranger broadcast, however strange', async () => {
    const { database, ask } = await openExample(engine)
    const broadcast = {
      requester,
      params: 'a\0b "\\u0000" \u{1F600}',
      category: '9'.repeat(77),
      volume: '1'.padEnd(78, '0'),
      trust: 'x',
      appmaxprice: -5,
    }
    await database.write(async (writer) =>
      writer
        .updateTable('chain_order')
        .set({ broadcast: JSON.stringify(broadcast) })
        .where('kind', '=', 'request')
        .execute(),
    )

    const { requestOrders } = await ask(
      '{ requestOrders { requester { id } volume trust appmaxprice category { id } params } }',
    )

    expect(requestOrders).toEqual([
      {
        requester: { id: requester },
        volume: `1${'0'.repeat(77)}`,
        trust: null,
        appmaxprice: null,
        category: { id: '2' },
        params: expect.stringContaining('a') as string,
      },
    ])
  })
})

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
    expect(await refused(`{ apps { ${deep} } }`)).toBe('The query is nested of 14 levels, and 12 are allowed.')
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
    const { database } = await openExample(engine)
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
