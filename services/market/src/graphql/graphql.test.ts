// The dialect of the subgraph: pages, orders, filters and interfaces, as clients ask for them.
import { toWide } from '@iexec/service'
import { onBothEngines } from '@iexec/service/test/database'
import { buildClientSchema, getIntrospectionQuery, printSchema, type IntrospectionQuery } from 'graphql'
import { expect, test } from 'vitest'
import { START, address, assetRow, dealRow, eventRow, hash } from '../../test/rows.ts'
import { openExample, type JsonObject } from './exampleMarket.ts'
import { BLOCK, app, dataset, dealId, requester, stranger, taskId, worker, workerpool } from './exampleRows.ts'

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
