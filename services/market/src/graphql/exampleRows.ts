// A small market for the tests of this room: every kind of row at least once, with everything that leads to something else.
import { toWide, WIDE_ZERO } from '@iexec/service'
import type { Hex } from 'viem'
import {
  START,
  accountRow,
  address,
  assetRow,
  categoryRow,
  contributionRow,
  dealRow,
  eventRow,
  hash,
  taskRow,
  txRow,
} from '../../test/rows.ts'
import type { Database } from '../db/database.ts'
import type { ChainOrderTable, EventTable, OrderKindName, Schema } from '../db/schema.ts'

/** Who and what there is. */
export const app: Hex = address(1)
export const dataset: Hex = address(2)
export const workerpool: Hex = address(3)
export const owner: Hex = address(1, 'e')
export const requester: Hex = address(4, 'e')
export const worker: Hex = address(5, 'e')
export const stranger: Hex = address(99, 'd')
export const orderHashes: Readonly<Record<OrderKindName, Hex>> = {
  app: hash(1, 'a'),
  dataset: hash(2, 'a'),
  workerpool: hash(3, 'a'),
  request: hash(4, 'a'),
}

/** The deal with a dataset, and the first task of it. */
export const dealId: Hex = hash(1, 'd')
export const taskId: Hex = hash(1, '7')
/** Block of the transaction that caused all events. */
export const BLOCK: number = 20

const about = { account: worker, task: taskId }
const event = (kind: string, log_index: number, row: Partial<EventTable>): EventTable =>
  eventRow({ kind, block: BLOCK, log_index, ...row })
const detail = (values: Readonly<Record<string, string>>): Partial<EventTable> => ({ detail: JSON.stringify(values) })

/** One event of each kind, in the order of their log indices. */
export const events: readonly EventTable[] = [
  event('Transfer', 0, { account: owner, counterparty: requester, amount: toWide(1_500_000_000n) }),
  event('AppTransfer', 1, { account: owner, counterparty: requester, asset: app }),
  event('DatasetTransfer', 2, { account: owner, counterparty: requester, asset: dataset }),
  event('WorkerpoolTransfer', 3, { account: owner, counterparty: requester, asset: workerpool }),
  event('Lock', 4, { account: requester, amount: toWide(7n) }),
  event('Unlock', 5, { account: requester, amount: toWide(6n) }),
  event('Reward', 6, { ...about, amount: toWide(5n) }),
  event('Seize', 7, { ...about, amount: toWide(4n) }),
  event('AccurateContribution', 8, { ...about, ...detail({ score: '12' }) }),
  event('FaultyContribution', 9, { ...about, ...detail({ score: '11' }) }),
  event('SchedulerNotice', 10, { asset: workerpool, deal: dealId }),
  event('PolicyUpdate', 11, {
    asset: workerpool,
    ...detail({
      oldWorkerStakeRatio: '30',
      newWorkerStakeRatio: '35',
      oldSchedulerRewardRatio: '1',
      newSchedulerRewardRatio: '100',
    }),
  }),
  event('OrdersMatched', 12, { deal: dealId }),
  event('TaskInitialize', 13, { task: taskId, asset: workerpool }),
  event('TaskContribute', 14, { ...about, ...detail({ hash: '0xaa' }) }),
  event('TaskConsensus', 15, { task: taskId, ...detail({ consensus: '0xbb' }) }),
  event('TaskReveal', 16, { ...about, ...detail({ digest: '0xcc' }) }),
  event('TaskReopen', 17, { task: taskId }),
  event('TaskFinalize', 18, { task: taskId, ...detail({ results: '0xdd' }) }),
  event('TaskClaimed', 19, { task: taskId }),
]

const order = (kind: ChainOrderTable['kind'], row: Partial<ChainOrderTable>): ChainOrderTable => ({
  hash: orderHashes[kind],
  kind,
  asset: null,
  consumed: toWide(1n),
  closed: 0,
  presigned: 0,
  broadcast: null,
  price: null,
  block: 10,
  ...row,
})

/** As it stands on the wire: addresses with capitals, numbers as numbers. */
const broadcastOrder = {
  dataset: dataset.replace('a', 'A'),
  datasetprice: 2_000_000_000,
  volume: 9,
  tag: hash(3, '0'),
  apprestrict: app.replace('a', 'A'),
  workerpoolrestrict: address(0, '0'),
  requesterrestrict: address(0, '0'),
  salt: hash(9, '5'),
  sign: '0xABCD',
}

const rows: { readonly [Table in keyof Schema]?: readonly Schema[Table][] } = {
  block: [{ number: BLOCK, hash: hash(BLOCK), timestamp: START + BLOCK }],
  tx: [txRow({ block: BLOCK }), txRow({ block: 21, receiver: null, value: toWide(2n ** 70n) })],
  event: events,
  account: [
    accountRow({ address: owner, stake: toWide(1_000_000_001n), locked: toWide(5n), score: toWide(3n) }),
    accountRow({ address: requester, stake: toWide(2n ** 80n) }),
    accountRow({ address: worker }),
  ],
  asset: [
    assetRow({ address: app, kind: 'app', usage_count: 3, last_usage: START + 5, name: 'Hello_World%' }),
    assetRow({ address: address(11), kind: 'app', name: 'hello moon', created_at: START + 1 }),
    assetRow({ address: dataset, kind: 'dataset' }),
    assetRow({ address: workerpool, kind: 'workerpool', usage_count: 3 }),
  ],
  category: [categoryRow({ id: 0 }), categoryRow({ id: 2 }), categoryRow({ id: 10 })],
  deal: [
    dealRow({
      id: dealId,
      dataset,
      dataset_owner: owner,
      dataset_price: toWide(2_000_000_000n),
      dataset_hash: orderHashes.dataset,
      timestamp: START + 30,
      block: 30,
      tx: hash(BLOCK, 'f'),
    }),
    dealRow({ id: hash(2, 'd'), category: 10, timestamp: START + 20, block: 20 }),
    dealRow({ id: hash(3, 'd'), category: 2, timestamp: START + 10, trust: toWide(2n ** 200n) }),
  ],
  task: [
    taskRow({
      id: taskId,
      deal: dealId,
      idx: 0,
      status: 'completed',
      consensus: '0xbb',
      results: '0xdd',
      failure: 'APP_EXITED',
    }),
    taskRow({ id: hash(2, '7'), deal: hash(2, 'd'), idx: 0, status: 'failed', updated_at: START + 50 }),
    taskRow({ id: hash(3, '7'), deal: dealId, idx: 1, reveal_deadline: START + 9 }),
  ],
  contribution: [contributionRow({ task: taskId, worker, status: 'proved' })],
  chain_order: [
    order('app', { asset: app, price: toWide(1n) }),
    order('dataset', { asset: dataset, consumed: WIDE_ZERO, broadcast: JSON.stringify(broadcastOrder) }),
    order('workerpool', { asset: workerpool, price: toWide(10n) }),
    order('request', { asset: app }),
    // Closed before it was ever used: nothing can be shown of it.
    { ...order('app', {}), hash: hash(9, 'a'), consumed: WIDE_ZERO, closed: 1 },
  ],
  total: [
    {
      id: 'iExec',
      categories: 3,
      apps: 2,
      datasets: 1,
      workerpools: 1,
      deals: 3,
      tasks: 3,
      completed: 1,
      claimed: 1,
      tvl: toWide(12_345_678_900n),
    },
  ],
}

/** Puts the example into an empty database. */
export async function insertExample(database: Database): Promise<void> {
  await database.write(async (writer) => {
    for (const [table, of] of Object.entries(rows))
      await writer
        .insertInto(table as 'event')
        .values(of as EventTable[])
        .execute()
  })
}
