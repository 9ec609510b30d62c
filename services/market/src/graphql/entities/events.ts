// What happened, and in which transaction: one entity per event of the chain. All are rows of the table `event`.
import * as codec from '../codecs.ts'
import { column, dashed, integer, json } from '../columns.ts'
import { blockTime, define, one, value, type Entity, type EntityFields, type Value } from '../entity.ts'
import { face } from './face.ts'

/** Fields of everything that is an event: the id is `<block>-<log index>`. */
function event(kind: string, fields: EntityFields, memberOf?: string): Entity {
  return define({
    name: kind,
    table: 'event',
    kinds: { [kind]: kind },
    key: { is: 'place' },
    fields: { transaction: one('Transaction', 'tx'), timestamp: blockTime, ...fields },
    ...(memberOf === undefined ? {} : { memberOf }),
  })
}

const account = one('Account', 'account')
const task = one('Task', 'task')
const amount = value(codec.rlc, 'amount')
const ofContribution = {
  account,
  contribution: one('Contribution', dashed(column('task'), column('account'))),
  score: value(codec.count, integer(json('detail', 'score'))),
}

const accountEvents: readonly [Entity, ...Entity[]] = [
  event('Reward', { account, value: amount, task }, 'AccountEvent'),
  event('Seize', { account, value: amount, task }, 'AccountEvent'),
  event('Lock', { account, value: amount }, 'AccountEvent'),
  event('Unlock', { account, value: amount }, 'AccountEvent'),
  event('AccurateContribution', ofContribution, 'AccountEvent'),
  event('FaultyContribution', ofContribution, 'AccountEvent'),
]

const moved = { from: account, to: one('Account', 'counterparty') }
const transferEvents: readonly [Entity, ...Entity[]] = [
  event('AppTransfer', { ...moved, app: one('App', 'asset') }, 'RessourceTransferEvent'),
  event('DatasetTransfer', { ...moved, dataset: one('Dataset', 'asset') }, 'RessourceTransferEvent'),
  event('WorkerpoolTransfer', { ...moved, workerpool: one('Workerpool', 'asset') }, 'RessourceTransferEvent'),
]

const workerpool = one('Workerpool', 'asset')
const ratio = (key: string): Value => value(codec.count, integer(json('detail', key)))
const workerpoolEvents: readonly [Entity, ...Entity[]] = [
  event('SchedulerNotice', { workerpool, deal: one('Deal', 'deal') }, 'WorkerpoolEvent'),
  event(
    'PolicyUpdate',
    {
      workerpool,
      oldWorkerStakeRatio: ratio('oldWorkerStakeRatio'),
      newWorkerStakeRatio: ratio('newWorkerStakeRatio'),
      oldSchedulerRewardRatio: ratio('oldSchedulerRewardRatio'),
      newSchedulerRewardRatio: ratio('newSchedulerRewardRatio'),
    },
    'WorkerpoolEvent',
  ),
]

const dealEvents: readonly [Entity, ...Entity[]] = [event('OrdersMatched', { deal: one('Deal', 'deal') }, 'DealEvent')]

const told = (key: string): Value => value(codec.bytes, json('detail', key))
const worker = one('Account', 'account')
const taskEvents: readonly [Entity, ...Entity[]] = [
  event('TaskInitialize', { task, workerpool }, 'TaskEvent'),
  event('TaskContribute', { task, worker, hash: told('hash') }, 'TaskEvent'),
  {
    ...event('TaskConsensus', { task, consensus: told('consensus') }, 'TaskEvent'),
    plural: 'taskConsensuses',
  },
  event('TaskReveal', { task, worker, digest: told('digest') }, 'TaskEvent'),
  event('TaskReopen', { task }, 'TaskEvent'),
  event('TaskFinalize', { task, results: told('results') }, 'TaskEvent'),
  event('TaskClaimed', { task }, 'TaskEvent'),
]

/** Transfer, and every event with its face. */
export const eventEntities: readonly Entity[] = [
  event('Transfer', { ...moved, value: amount }),
  ...accountEvents,
  ...transferEvents,
  ...workerpoolEvents,
  ...dealEvents,
  ...taskEvents,
  face('AccountEvent', accountEvents, ['transaction', 'timestamp', 'account']),
  face('RessourceTransferEvent', transferEvents, ['transaction', 'timestamp', 'from', 'to']),
  face('WorkerpoolEvent', workerpoolEvents, ['transaction', 'timestamp', 'workerpool']),
  face('DealEvent', dealEvents, ['transaction', 'timestamp', 'deal']),
  face('TaskEvent', taskEvents, ['transaction', 'timestamp', 'task']),
]
