// Four orders become a deal: the deal itself, what it consumes, and what it counts for.
import { NO_ADDRESS } from '@iexec/protocol'
import { toWide } from '@iexec/service'
import type { Hex } from 'viem'
import type { DealTable } from '../db/schema.ts'
import type { MarketEvent } from './events.ts'
import type { DealTerms } from './facts.ts'
import { consume } from './reduceOrder.ts'
import { factOf, type Reduction } from './reduction.ts'
import { asCount } from './sanitise.ts'
import { countDeal } from './statistics.ts'

const NO_HASH: Hex = `0x${'0'.repeat(64)}`

/** Makes the deal. */
export function matchOrders(reduction: Reduction, event: MarketEvent<'OrdersMatched'>): void {
  const { ledger, block, deals } = reduction
  const terms = factOf(block.facts.deals, event.deal)
  const deal = dealRow(reduction, event, terms)
  ledger.put('deal', deal)
  consumeOrders(reduction, event, terms)
  useAssets(reduction, deal)
  countDeal(reduction, deal)
  deals.push(event.deal)
}

function dealRow({ block }: Reduction, event: MarketEvent<'OrdersMatched'>, terms: DealTerms): DealTable {
  const { app, dataset, workerpool } = terms
  const { appHash, datasetHash, workerpoolHash, requestHash } = event.detail
  const hasDataset = dataset.pointer !== NO_ADDRESS
  return {
    id: event.deal,
    app: app.pointer,
    app_owner: app.owner,
    app_price: toWide(app.price),
    dataset: hasDataset ? dataset.pointer : null,
    dataset_owner: hasDataset ? dataset.owner : null,
    dataset_price: toWide(dataset.price),
    workerpool: workerpool.pointer,
    workerpool_owner: workerpool.owner,
    workerpool_price: toWide(workerpool.price),
    app_hash: appHash,
    dataset_hash: datasetHash === NO_HASH ? null : datasetHash,
    workerpool_hash: workerpoolHash,
    request_hash: requestHash,
    requester: terms.requester,
    beneficiary: terms.beneficiary,
    callback: terms.callback,
    params: terms.params,
    category: asCount(terms.category),
    tag: terms.tag,
    trust: toWide(terms.trust),
    start_time: asCount(terms.startTime),
    bot_first: asCount(terms.botFirst),
    bot_size: asCount(terms.botSize),
    worker_stake: toWide(terms.workerStake),
    scheduler_reward_ratio: asCount(terms.schedulerRewardRatio),
    sponsor: terms.sponsor,
    completed_count: 0,
    claimed_count: 0,
    block: block.number,
    log_index: event.logIndex,
    timestamp: block.timestamp,
    tx: event.tx,
  }
}

function consumeOrders(reduction: Reduction, event: MarketEvent<'OrdersMatched'>, terms: DealTerms): void {
  const { appHash, datasetHash, workerpoolHash, requestHash } = event.detail
  const volume = BigInt(event.detail.volume)
  const { app, dataset, workerpool } = terms
  consume(reduction, { hash: appHash, kind: 'app', asset: app.pointer, price: app.price, volume })
  if (datasetHash !== NO_HASH) {
    consume(reduction, { hash: datasetHash, kind: 'dataset', asset: dataset.pointer, price: dataset.price, volume })
  }
  const { pointer, price } = workerpool
  consume(reduction, { hash: workerpoolHash, kind: 'workerpool', asset: pointer, price, volume })
  consume(reduction, { hash: requestHash, kind: 'request', asset: app.pointer, price: undefined, volume })
}

function useAssets({ ledger, block }: Reduction, { app, dataset, workerpool, bot_size }: DealTable): void {
  for (const address of [app, dataset, workerpool]) {
    const row = address === null ? undefined : ledger.get('asset', address)
    if (row === undefined) continue
    ledger.put('asset', { ...row, usage_count: asCount(row.usage_count + bot_size), last_usage: block.timestamp })
  }
}
