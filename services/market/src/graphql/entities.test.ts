import { onBothEngines } from '@iexec/service/test/database'
import {
  GraphQLEnumType,
  GraphQLInputObjectType,
  GraphQLInterfaceType,
  GraphQLObjectType,
  getNamedType,
  isCompositeType,
  isListType,
  type GraphQLInputType,
} from 'graphql'
import { expect, test } from 'vitest'
import { NOBODY, START, address, hash } from '../../test/rows.ts'
import { entities } from './entities.ts'
import { openExample, type Json, type JsonObject } from './exampleMarket.ts'
import {
  app,
  BLOCK,
  dataset,
  dealId,
  events,
  orderHashes,
  owner,
  requester,
  taskId,
  worker,
  workerpool,
} from './exampleRows.ts'
import { createSchema } from './schema.ts'

const schema = createSchema()
const withoutRows = new Set(['Bulk', 'BulkSlice'])

/** All fields of a type; of what they lead to, only the id. */
function everyField(name: string): string {
  const type = schema.getType(name)
  if (!(type instanceof GraphQLObjectType || type instanceof GraphQLInterfaceType)) throw new Error(`No type ${name}.`)
  const fields = Object.values(type.getFields()).map((field) =>
    isCompositeType(getNamedType(field.type)) ? `${field.name} { id }` : field.name,
  )
  return `__typename ${fields.join(' ')}`
}

/** A value that a filter may be given. */
function sample(type: GraphQLInputType): Json {
  const named = getNamedType(type)
  const samples: JsonObject = { ID: '20-1', String: app, Bytes: '0x12', BigInt: '5', BigDecimal: '0.5', Int: 5 }
  if (named instanceof GraphQLInputObjectType) return isListType(type) ? [{ id: app }] : { id_not: '0x01' }
  const one = named instanceof GraphQLEnumType ? (named.getValues()[1]?.name ?? null) : (samples[named.name] ?? null)
  return type.toString().startsWith('[') ? [one] : one
}

const id = (of: Json): JsonObject => ({ id: of })
const ids = (...of: readonly Json[]): Json => of.map(id)
const place = (kind: string): string => `${BLOCK}-${events.findIndex((event) => event.kind === kind)}`
const event = (kind: string, fields: JsonObject): JsonObject => ({
  __typename: kind,
  id: place(kind),
  transaction: id(hash(BLOCK, 'f')),
  timestamp: String(START + BLOCK),
  ...fields,
})
const moved = { from: id(owner), to: id(requester) }
const ofWorker = { account: id(worker), task: id(taskId) }
const ofContribution = { account: id(worker), contribution: id(`${taskId}-${worker}`) }

/** The first row of each plural by its entity. */
const expected: Readonly<Record<string, JsonObject>> = {
  Protocol: {
    __typename: 'Protocol',
    id: 'iExec',
    categoriesCount: '3',
    appsCount: '2',
    datasetsCount: '1',
    workerpoolsCount: '1',
    dealsCount: '3',
    tasksCount: '3',
    completedTasksCount: '1',
    claimedTasksCount: '1',
    tvl: '12.3456789',
  },
  Transaction: {
    __typename: 'Transaction',
    id: hash(BLOCK, 'f'),
    from: id(requester),
    to: id(address(9, 'e')),
    value: '0',
    gasLimit: '300000',
    gasUsed: '200000',
    gasPrice: '1000000000',
    timestamp: String(START + BLOCK),
    blockNumber: String(BLOCK),
    accountEvents: ids('20-4', '20-5', '20-6', '20-7', '20-8', '20-9'),
    taskEvents: ids('20-13', '20-14', '20-15', '20-16', '20-17', '20-18', '20-19'),
    workerpoolEvents: ids('20-10', '20-11'),
    ressourceTransferEvent: ids('20-1', '20-2', '20-3'),
  },
  Account: {
    __typename: 'Account',
    id: owner,
    balance: '1.000000001',
    frozen: '0.000000005',
    score: '3',
    transfersFrom: ids('20-0'),
    transfersTo: [],
    events: [],
    contributions: [],
    apps: ids(app, address(11)),
    datasets: ids(dataset),
    workerpools: ids(workerpool),
    dealRequester: [],
    dealBeneficiary: [],
    dealCallback: [],
    taskRequester: [],
    orderRequester: [],
    orderBeneficiary: [],
    orderCallback: [],
    transactions: [],
  },
  App: {
    __typename: 'App',
    id: app,
    owner: id(owner),
    timestamp: String(START),
    name: 'Hello_World%',
    multiaddr: '0x1234',
    checksum: hash(1, 'c'),
    type: 'DOCKER',
    mrenclave: '0x',
    usageCount: '3',
    lastUsageTimestamp: String(START + 5),
    usages: ids(dealId, hash(2, 'd'), hash(3, 'd')),
    orders: ids(orderHashes.app),
    transfers: ids('20-1'),
  },
  Dataset: {
    __typename: 'Dataset',
    id: dataset,
    owner: id(owner),
    timestamp: String(START),
    name: 'a dataset',
    multiaddr: '0x1234',
    checksum: hash(1, 'c'),
    usages: ids(dealId),
    bulkUsages: [],
    orders: ids(orderHashes.dataset),
    transfers: ids('20-2'),
  },
  Workerpool: {
    __typename: 'Workerpool',
    id: workerpool,
    owner: id(owner),
    timestamp: String(START),
    description: 'a workerpool',
    workerStakeRatio: '30',
    schedulerRewardRatio: '1',
    usageCount: '3',
    lastUsageTimestamp: '0',
    usages: ids(dealId, hash(2, 'd'), hash(3, 'd')),
    orders: ids(orderHashes.workerpool),
    events: ids('20-10', '20-11'),
    transfers: ids('20-3'),
  },
  DatasetOrder: {
    __typename: 'DatasetOrder',
    id: orderHashes.dataset,
    dataset: id(dataset),
    datasetprice: '2',
    volume: '9',
    tag: hash(3, '0'),
    apprestrict: app,
    workerpoolrestrict: NOBODY,
    requesterrestrict: NOBODY,
    salt: hash(9, '5'),
    sign: '0xabcd',
    deals: ids(dealId),
  },
  RequestOrder: {
    __typename: 'RequestOrder',
    id: orderHashes.request,
    app: id(app),
    appmaxprice: null,
    dataset: null,
    datasetmaxprice: null,
    workerpool: null,
    workerpoolmaxprice: null,
    requester: id(requester),
    volume: null,
    tag: null,
    salt: null,
    sign: null,
    category: id('2'),
    trust: null,
    beneficiary: id(requester),
    callback: id(NOBODY),
    params: '{"iexec_args":"hello"}',
    deals: ids(dealId, hash(2, 'd'), hash(3, 'd')),
  },
  Category: {
    __typename: 'Category',
    id: '0',
    name: 'category 0',
    description: 'category 0',
    workClockTimeRef: '300',
    timestamp: String(START),
    deals: ids(dealId),
  },
  Deal: {
    __typename: 'Deal',
    id: dealId,
    app: id(app),
    appOwner: id(owner),
    appPrice: '0.000000001',
    dataset: id(dataset),
    datasetOwner: id(owner),
    datasetPrice: '2',
    workerpool: id(workerpool),
    workerpoolOwner: id(address(3, 'e')),
    workerpoolPrice: '0.00000001',
    trust: '1',
    category: id('0'),
    tag: `0x${'0'.repeat(64)}`,
    requester: id(requester),
    beneficiary: id(requester),
    callback: id(NOBODY),
    params: '{"iexec_args":"hello"}',
    startTime: String(START),
    botFirst: '0',
    botSize: '1',
    completedTasksCount: '0',
    claimedTasksCount: '0',
    workerStake: '3',
    schedulerRewardRatio: '1',
    sponsor: id(requester),
    timestamp: String(START + 30),
    apporder: id(orderHashes.app),
    datasetorder: id(orderHashes.dataset),
    workerpoolorder: id(orderHashes.workerpool),
    requestorder: id(orderHashes.request),
    bulk: null,
    tasks: ids(taskId, hash(3, '7')),
    events: ids(place('OrdersMatched')),
  },
  Task: {
    __typename: 'Task',
    id: taskId,
    status: 'COMPLETED',
    deal: id(dealId),
    index: '0',
    requester: id(requester),
    consensus: '0xbb',
    resultDigest: null,
    results: '0xdd',
    resultsCallback: null,
    failure: 'APP_EXITED',
    contributionDeadline: String(START + 2100),
    revealDeadline: null,
    finalDeadline: String(START + 3000),
    timestamp: String(START + 1),
    contributions: ids(`${taskId}-${worker}`),
    rewards: ids('20-6'),
    seizes: ids('20-7'),
    events: ids('20-13', '20-14', '20-15', '20-16', '20-17', '20-18', '20-19'),
    bulkSlice: null,
  },
  Contribution: {
    __typename: 'Contribution',
    id: `${taskId}-${worker}`,
    status: 'PROVED',
    timestamp: START + 2,
    task: id(taskId),
    worker: id(worker),
    hash: hash(1, '1'),
    seal: hash(1, '2'),
    challenge: NOBODY,
  },
  Transfer: event('Transfer', { ...moved, value: '1.5' }),
  AppTransfer: event('AppTransfer', { ...moved, app: id(app) }),
  DatasetTransfer: event('DatasetTransfer', { ...moved, dataset: id(dataset) }),
  WorkerpoolTransfer: event('WorkerpoolTransfer', { ...moved, workerpool: id(workerpool) }),
  Lock: event('Lock', { account: id(requester), value: '0.000000007' }),
  Unlock: event('Unlock', { account: id(requester), value: '0.000000006' }),
  Reward: event('Reward', { ...ofWorker, value: '0.000000005' }),
  Seize: event('Seize', { ...ofWorker, value: '0.000000004' }),
  AccurateContribution: event('AccurateContribution', { ...ofContribution, score: '12' }),
  FaultyContribution: event('FaultyContribution', { ...ofContribution, score: '11' }),
  SchedulerNotice: event('SchedulerNotice', { workerpool: id(workerpool), deal: id(dealId) }),
  PolicyUpdate: event('PolicyUpdate', {
    workerpool: id(workerpool),
    oldWorkerStakeRatio: '30',
    newWorkerStakeRatio: '35',
    oldSchedulerRewardRatio: '1',
    newSchedulerRewardRatio: '100',
  }),
  OrdersMatched: event('OrdersMatched', { deal: id(dealId) }),
  TaskInitialize: event('TaskInitialize', { task: id(taskId), workerpool: id(workerpool) }),
  TaskContribute: event('TaskContribute', { task: id(taskId), worker: id(worker), hash: '0xaa' }),
  TaskConsensus: event('TaskConsensus', { task: id(taskId), consensus: '0xbb' }),
  TaskReveal: event('TaskReveal', { task: id(taskId), worker: id(worker), digest: '0xcc' }),
  TaskReopen: event('TaskReopen', { task: id(taskId) }),
  TaskFinalize: event('TaskFinalize', { task: id(taskId), results: '0xdd' }),
  TaskClaimed: event('TaskClaimed', { task: id(taskId) }),
}

test('every name of the specification is at the root', () => {
  const roots = Object.keys(schema.getQueryType()?.getFields() ?? {})

  expect(roots).toEqual(
    expect.arrayContaining(
      `apps datasets workerpools deals tasks appTransfers datasetTransfers workerpoolTransfers rewards seizes locks unlocks
      accurateContributions faultyContributions policyUpdates schedulerNotices ordersMatcheds taskInitializes
      taskContributes taskConsensuses taskReveals taskReopens taskFinalizes taskClaimeds bulkSliceice
      app dataset workerpool deal task account transaction category categories _meta`.split(/\s+/u),
    ),
  )
})

onBothEngines('the entities', (engine) => {
  test('say what their rows say, in every field', async () => {
    const { ask } = await openExample(engine)

    for (const [name, first] of Object.entries(expected)) {
      const plural = entities.find((entity) => entity.name === name)?.plural ?? ''
      const { [plural]: found } = await ask(`{ ${plural} { ${everyField(name)} } }`)

      expect({ [plural]: found }).toEqual({ [plural]: expect.arrayContaining([first]) })
    }
  })

  test('are each found alone by their id, as in their list', async () => {
    const { ask } = await openExample(engine)

    for (const { name, single, plural } of entities.filter((entity) => !withoutRows.has(entity.name))) {
      const { [plural]: found } = await ask(`{ ${plural}(first: 1) { ${everyField(name)} } }`)
      const [first] = found as readonly JsonObject[]
      const query = `query ($id: ID!) { ${single}(id: $id) { ${everyField(name)} } }`
      const { [single]: alone } = await ask(query, { id: first?.['id'] ?? null })

      expect({ [single]: first }).not.toEqual({ [single]: undefined })
      expect({ [single]: alone }).toEqual({ [single]: first })
    }
  })

  test('are null for an id that nothing has, and have empty lists where there are no rows yet', async () => {
    const { ask } = await openExample(engine)

    for (const { single } of entities) {
      for (const unknown of ['0x99', '', 'x', '1-1', '999999999999999999999', '\'"', '20-999']) {
        expect(await ask(`query ($id: ID!) { ${single}(id: $id) { id } }`, { id: unknown })).toEqual({ [single]: null })
      }
    }
    expect(
      await ask('{ bulks { id deal { id } } bulkSliceice(where: { datasets_: { id: "0x1" } }) { datasets { id } } }'),
    ).toEqual({
      bulks: [],
      bulkSliceice: [],
    })
  })

  test('are sorted by every field that they can be sorted by, and filtered by every filter', async () => {
    const { ask } = await openExample(engine)

    for (const { name, plural } of entities) {
      const orders = schema.getType(`${name}_orderBy`) as GraphQLEnumType
      const sorted = `query ($by: ${name}_orderBy) { up: ${plural}(orderBy: $by) { id } down: ${plural}(orderBy: $by, orderDirection: desc) { id } }`
      for (const order of orders.getValues()) {
        const { up, down } = await ask(sorted, { by: order.name })

        expect({ [order.name]: (down as readonly Json[]).toReversed() }).toEqual({ [order.name]: up })
      }
      const filters = schema.getType(`${name}_filter`) as GraphQLInputObjectType
      const filtered = `query ($where: ${name}_filter) { ${plural}(where: $where) { id } }`
      for (const filter of Object.values(filters.getFields())) {
        const answer = await ask(filtered, { where: { [filter.name]: sample(filter.type) } })

        expect({ [filter.name]: answer }).toEqual({ [filter.name]: { [plural]: expect.any(Array) as Json } })
      }
    }
  })
})
