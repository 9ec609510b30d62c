// Reads all rows that the events of a block are about, table by table, before the first event is reduced.
import { hashOrder, type OrderDomain } from '@iexec/protocol'
import type { Hex } from 'viem'
import type { MarketEvent } from './events.ts'
import type { KnownBlock } from './facts.ts'
import type { Ledger } from './ledger.ts'
import { assetOf } from './reduceOrder.ts'
import { asCount } from './sanitise.ts'
import { TOTAL, statKeys } from './statistics.ts'
import type { Key, LedgerTable } from './tables.ts'

type Wanted = { readonly [Table in LedgerTable]: Set<Key> } & {
  /** Tasks whose contributions are needed. */
  readonly reopened: Set<string>
}

/** Loads them. Rows that the block itself creates need no loading. */
export async function loadRows(ledger: Ledger, block: KnownBlock, domain: OrderDomain): Promise<void> {
  const wanted = emptyWanted()
  for (const event of block.events) want(wanted, event, { block, domain })
  if (block.events.length > 0) wanted.total.add(TOTAL)
  for (const table of ['account', 'asset', 'chain_order', 'contribution', 'task', 'total'] as const) {
    await ledger.load(table, wanted[table])
  }
  await ledger.loadContributions([...wanted.reopened])

  // What the deals of the tasks lead to is known only now.
  for (const key of wanted.task) {
    const task = ledger.get('task', key)
    if (task !== undefined) wanted.deal.add(task.deal)
  }
  await ledger.load('deal', wanted.deal)
  for (const key of wanted.deal) {
    const deal = ledger.get('deal', key)
    if (deal === undefined) continue
    wanted.category.add(deal.category)
    for (const id of statKeys(block.timestamp, deal.app, deal.workerpool)) wanted.stat.add(id)
  }
  await ledger.load('category', wanted.category)
  await ledger.load('stat', wanted.stat)
}

function emptyWanted(): Wanted {
  return {
    account: new Set(),
    asset: new Set(),
    category: new Set(),
    deal: new Set(),
    task: new Set(),
    contribution: new Set(),
    chain_order: new Set(),
    stat: new Set(),
    total: new Set(),
    reopened: new Set(),
  }
}

type Source = { readonly block: KnownBlock; readonly domain: OrderDomain }

function want(wanted: Wanted, event: MarketEvent, { block, domain }: Source): void {
  if ('order' in event) {
    wanted.chain_order.add(hashOrder(event.order, domain))
    wanted.asset.add(assetOf(event.order))
    return
  }
  if ('orderHash' in event) {
    wanted.chain_order.add(event.orderHash)
    return
  }
  switch (event.kind) {
    case 'Transfer':
      wanted.account.add(event.account).add(event.counterparty)
      return
    case 'Lock':
    case 'Unlock':
    case 'Seize':
    case 'AccurateContribution':
    case 'FaultyContribution':
      wanted.account.add(event.account)
      return
    case 'AppTransfer':
    case 'DatasetTransfer':
    case 'WorkerpoolTransfer':
    case 'PolicyUpdate':
      wanted.asset.add(event.asset)
      return
    case 'CreateCategory':
      wanted.category.add(asCount(BigInt(event.detail.catid)))
      return
    case 'OrdersMatched':
      wantDeal(wanted, event, block)
      return
    case 'TaskInitialize':
      wantDealOfTask(wanted, event.task, block)
      return
    default:
      if ('task' in event && event.kind !== 'Reward') wantTask(wanted, event)
  }
}

function wantDeal(
  wanted: Wanted,
  { deal, detail }: MarketEvent<'OrdersMatched'>,
  { facts, timestamp }: KnownBlock,
): void {
  const { appHash, datasetHash, workerpoolHash, requestHash } = detail
  wanted.chain_order.add(appHash).add(datasetHash).add(workerpoolHash).add(requestHash)
  const terms = facts.deals.get(deal)
  if (terms === undefined) return
  const { app, dataset, workerpool, category } = terms
  wanted.asset.add(app.pointer).add(dataset.pointer).add(workerpool.pointer)
  wanted.category.add(asCount(category))
  for (const id of statKeys(timestamp, app.pointer, workerpool.pointer)) wanted.stat.add(id)
}

function wantDealOfTask(wanted: Wanted, task: Hex, { facts }: KnownBlock): void {
  const deal = facts.tasks.get(task)?.deal
  if (deal !== undefined) wanted.deal.add(deal)
}

type TaskEvent = Extract<MarketEvent, { readonly kind: `Task${string}` }>

function wantTask(wanted: Wanted, event: TaskEvent): void {
  const { task, kind } = event
  wanted.task.add(task)
  if (kind === 'TaskReveal') wanted.contribution.add(`${task}-${event.account}`)
  if (kind === 'TaskReopen') wanted.reopened.add(task)
}
