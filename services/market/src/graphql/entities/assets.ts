// Apps, datasets and workerpools: the rows of the table `asset`.
import * as codec from '../codecs.ts'
import { define, many, one, value, type Entity } from '../entity.ts'
import { face } from './face.ts'

const ofAsset = { table: 'asset', key: { is: 'column', name: 'address', codec: codec.hexId } } as const
const usage = {
  usageCount: value(codec.count, 'usage_count'),
  lastUsageTimestamp: value(codec.count, 'last_usage'),
}
const content = {
  name: value(codec.text, 'name'),
  multiaddr: value(codec.bytes, 'multiaddr'),
  checksum: value(codec.bytes, 'checksum'),
}
const owned = { owner: one('Account', 'owner'), timestamp: value(codec.count, 'transferred_at') }
const assets: readonly [Entity, ...Entity[]] = [
  define({
    ...ofAsset,
    name: 'App',
    kinds: { app: 'App' },
    memberOf: 'Ressource',
    fields: {
      ...owned,
      ...content,
      type: value(codec.text, 'app_type'),
      mrenclave: value(codec.bytes, 'mrenclave'),
      ...usage,
      usages: many('Deal', 'app'),
      orders: many('AppOrder', 'app'),
      transfers: many('AppTransfer', 'app'),
    },
  }),
  define({
    ...ofAsset,
    name: 'Dataset',
    kinds: { dataset: 'Dataset' },
    memberOf: 'Ressource',
    fields: {
      ...owned,
      ...content,
      usages: many('Deal', 'dataset'),
      bulkUsages: many('BulkSlice', 'datasets'),
      orders: many('DatasetOrder', 'dataset'),
      transfers: many('DatasetTransfer', 'dataset'),
    },
  }),
  define({
    ...ofAsset,
    name: 'Workerpool',
    kinds: { workerpool: 'Workerpool' },
    memberOf: 'Ressource',
    fields: {
      ...owned,
      description: value(codec.text, 'name'),
      workerStakeRatio: value(codec.wideCount, 'worker_stake_ratio'),
      schedulerRewardRatio: value(codec.wideCount, 'scheduler_reward_ratio'),
      ...usage,
      usages: many('Deal', 'workerpool'),
      orders: many('WorkerpoolOrder', 'workerpool'),
      events: many('WorkerpoolEvent', 'workerpool'),
      transfers: many('WorkerpoolTransfer', 'workerpool'),
    },
  }),
]

/** App, Dataset, Workerpool, and their face (misspelt on the wire). */
export const assetEntities: readonly Entity[] = [...assets, face('Ressource', assets, ['owner'])]
