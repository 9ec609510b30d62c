// Apps, datasets, workerpools and categories: registered, handed over, and with new policies.
import { NO_ADDRESS } from '@iexec/protocol'
import { toWide } from '@iexec/service'
import type { AssetKind } from '../db/schema.ts'
import type { MarketEvent } from './events.ts'
import { REGISTRY_EVENTS } from './facts.ts'
import { factOf, rowOf, type Reduction } from './reduction.ts'
import { asCount, asText } from './sanitise.ts'
import { addToTotal } from './statistics.ts'

type AssetTransfer = MarketEvent<'AppTransfer' | 'DatasetTransfer' | 'WorkerpoolTransfer'>

/** What every workerpool begins with, in percent. Read from the chain, it might be of a later block. */
const FIRST_POLICY = { worker_stake_ratio: toWide(30n), scheduler_reward_ratio: toWide(1n) }
const NO_POLICY = { worker_stake_ratio: null, scheduler_reward_ratio: null }

const COUNTED = { app: 'apps', dataset: 'datasets', workerpool: 'workerpools' } as const

/** An asset has another owner; or its first one, which registers it. */
export function transferAsset(reduction: Reduction, event: AssetTransfer): void {
  const { ledger, block, assets } = reduction
  const { asset, account, counterparty } = event
  if (account === NO_ADDRESS) {
    register(reduction, REGISTRY_EVENTS[event.kind], event)
    return
  }
  const row = rowOf(reduction, 'asset', asset)
  ledger.put('asset', { ...row, owner: counterparty, transferred_at: block.timestamp })
  if (account !== counterparty) assets.add(asset)
}

function register(reduction: Reduction, kind: AssetKind, { asset, counterparty, tx }: AssetTransfer): void {
  const { ledger, block } = reduction
  ledger.put('asset', {
    address: asset,
    kind,
    owner: counterparty,
    ...factOf(block.facts.assets, asset),
    ...(kind === 'workerpool' ? FIRST_POLICY : NO_POLICY),
    usage_count: 0,
    last_usage: 0,
    created_at: block.timestamp,
    transferred_at: block.timestamp,
    block: block.number,
    tx,
  })
  addToTotal(reduction, COUNTED[kind])
}

/**
 * A workerpool changes its policy.
 *
 * @returns whether it is one: any contract can say so
 */
export function updatePolicy({ ledger }: Reduction, { asset, policy }: MarketEvent<'PolicyUpdate'>): boolean {
  const row = ledger.get('asset', asset)
  if (row?.kind !== 'workerpool') return false
  ledger.put('asset', {
    ...row,
    worker_stake_ratio: toWide(policy.workerStakeRatio),
    scheduler_reward_ratio: toWide(policy.schedulerRewardRatio),
  })
  return true
}

/** A category of deals. An older hub may have changed one that was there. */
export function createCategory(reduction: Reduction, { detail, tx }: MarketEvent<'CreateCategory'>): void {
  const { ledger, block } = reduction
  const id = asCount(BigInt(detail.catid))
  if (ledger.get('category', id) === undefined) addToTotal(reduction, 'categories')
  ledger.put('category', {
    id,
    name: asText(detail.name),
    description: asText(detail.description),
    work_clock_time_ref: asCount(BigInt(detail.workClockTimeRef)),
    block: block.number,
    timestamp: block.timestamp,
    tx,
  })
}
