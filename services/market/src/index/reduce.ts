// Events → rows: what each event of a block does to the tables. Pure over the ledger: no chain, no clock.
import type { OrderDomain } from '@iexec/protocol'
import type { Hash } from 'viem'
import { toEventRow, type MarketEvent } from './events.ts'
import type { EventTable } from '../db/schema.ts'
import type { KnownBlock } from './facts.ts'
import type { Ledger } from './ledger.ts'
import { loadRows } from './loadRows.ts'
import { createCategory, transferAsset, updatePolicy } from './reduceAsset.ts'
import { matchOrders } from './reduceDeal.ts'
import { changeLocked, judge, transfer } from './reduceMoney.ts'
import { approveOrder, assetOf, broadcastOrder, closeOrder } from './reduceOrder.ts'
import { contribute, failTask, finalizeTask, initializeTask, reachConsensus, reopenTask, reveal } from './reduceTask.ts'
import { closeReduction, openReduction, type Reduced, type Reduction } from './reduction.ts'

/**
 * Carries out a block on the ledger, which still has to be flushed.
 *
 * @returns what the order book and the listeners have to hear of
 * @throws Error when a row is missing that an earlier block must have made
 * @example
 * const { touched, messages } = await reduceBlock(ledger, block, domain)
 */
export async function reduceBlock(ledger: Ledger, block: KnownBlock, domain: OrderDomain): Promise<Reduced> {
  await loadRows(ledger, block, domain)
  const reduction = openReduction(ledger, block, domain)
  const txs = new Set<Hash>()
  for (const event of block.events) {
    const more = reduceEvent(reduction, event)
    if (more === 'foreign') continue
    ledger.appendEvent(more === undefined ? toEventRow(event, block) : { ...toEventRow(event, block), ...more })
    txs.add(event.tx)
  }
  ledger.appendTxs(block.txs.filter(({ hash }) => txs.has(hash)))
  return closeReduction(reduction)
}

/** Columns of the event's row that only the tables know; `foreign` when it is none of the market. */
type More = Partial<EventTable> | 'foreign' | undefined

function reduceEvent(reduction: Reduction, event: MarketEvent): More {
  switch (event.kind) {
    case 'Transfer':
      transfer(reduction, event)
      return undefined
    case 'Lock':
      changeLocked(reduction, event.account, event.amount)
      return undefined
    case 'Unlock':
    case 'Seize':
      changeLocked(reduction, event.account, -event.amount)
      return undefined
    case 'AccurateContribution':
      return withScore(judge(reduction, event.account, 'accurate'))
    case 'FaultyContribution':
      return withScore(judge(reduction, event.account, 'faulty'))
    case 'AppTransfer':
    case 'DatasetTransfer':
    case 'WorkerpoolTransfer':
      transferAsset(reduction, event)
      return undefined
    case 'PolicyUpdate':
      return updatePolicy(reduction, event) ? undefined : 'foreign'
    case 'CreateCategory':
      createCategory(reduction, event)
      return undefined
    default:
      return reduceOrderEvent(reduction, event)
  }
}

function withScore(score: bigint): Partial<EventTable> {
  return { detail: JSON.stringify({ score: String(score) }) }
}

function reduceOrderEvent(reduction: Reduction, event: MarketEvent): More {
  switch (event.kind) {
    case 'SignedAppOrder':
      approveOrder(reduction, 'app', event.orderHash)
      return undefined
    case 'SignedDatasetOrder':
      approveOrder(reduction, 'dataset', event.orderHash)
      return undefined
    case 'SignedWorkerpoolOrder':
      approveOrder(reduction, 'workerpool', event.orderHash)
      return undefined
    case 'SignedRequestOrder':
      approveOrder(reduction, 'request', event.orderHash)
      return undefined
    case 'ClosedAppOrder':
      closeOrder(reduction, 'app', event.orderHash)
      return undefined
    case 'ClosedDatasetOrder':
      closeOrder(reduction, 'dataset', event.orderHash)
      return undefined
    case 'ClosedWorkerpoolOrder':
      closeOrder(reduction, 'workerpool', event.orderHash)
      return undefined
    case 'ClosedRequestOrder':
      closeOrder(reduction, 'request', event.orderHash)
      return undefined
    case 'BroadcastAppOrder':
    case 'BroadcastDatasetOrder':
    case 'BroadcastWorkerpoolOrder':
    case 'BroadcastRequestOrder': {
      const { order } = event
      const account = order.kind === 'request' ? order.requester : null
      return { account, asset: assetOf(order), order_hash: broadcastOrder(reduction, event) }
    }
    default:
      return reduceDealEvent(reduction, event)
  }
}

function reduceDealEvent(reduction: Reduction, event: MarketEvent): More {
  switch (event.kind) {
    case 'OrdersMatched':
      matchOrders(reduction, event)
      return undefined
    case 'TaskInitialize':
      initializeTask(reduction, event)
      return undefined
    case 'TaskContribute':
      contribute(reduction, event)
      return undefined
    case 'TaskConsensus':
      reachConsensus(reduction, event)
      return undefined
    case 'TaskReveal':
      reveal(reduction, event)
      return undefined
    case 'TaskReopen':
      reopenTask(reduction, event)
      return undefined
    case 'TaskFinalize':
      finalizeTask(reduction, event)
      return undefined
    case 'TaskClaimed':
      failTask(reduction, event)
      return undefined
    default:
      // Approval, Reward, SchedulerNotice and DealSponsored change no row: other events or the deal say the same.
      return undefined
  }
}
