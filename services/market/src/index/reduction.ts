// What the reducing of one block has at hand: its ledger, its facts, and what it will tell when it is done.
import type { OrderDomain } from '@iexec/protocol'
import type { Address, Hex } from 'viem'
import type { BroadcastOrder, Touched } from '../book/touched.ts'
import type { Schema } from '../db/schema.ts'
import type { MarketMessage } from '../live/bus.ts'
import type { KnownBlock } from './facts.ts'
import type { Ledger } from './ledger.ts'
import type { Key, LedgerTable } from './tables.ts'

/** What a block did that others have to hear of. */
export type Reduced = { readonly touched: Touched; readonly messages: readonly MarketMessage[] }

/** One block while it is being reduced. */
export type Reduction = {
  readonly ledger: Ledger
  readonly block: KnownBlock
  readonly domain: OrderDomain
  /** Lower case. */
  readonly hub: Address
  readonly orders: Set<Hex>
  readonly accounts: Set<Address>
  readonly assets: Set<Address>
  readonly broadcasts: BroadcastOrder[]
  readonly deals: Hex[]
  /** Deal and last status of each task that changed. */
  readonly tasks: Map<Hex, { readonly deal: Hex; readonly status: string }>
}

/** A block that nothing was taken from yet. */
export function openReduction(ledger: Ledger, block: KnownBlock, domain: OrderDomain): Reduction {
  return {
    ledger,
    block,
    domain,
    hub: domain.verifyingContract.toLowerCase() as Address,
    orders: new Set(),
    accounts: new Set(),
    assets: new Set(),
    broadcasts: [],
    deals: [],
    tasks: new Map(),
  }
}

/** What there is to tell after the last event. */
export function closeReduction({ orders, accounts, assets, broadcasts, deals, tasks }: Reduction): Reduced {
  return {
    touched: { orders, accounts, assets, broadcasts, undone: false },
    messages: [
      ...deals.map((deal) => ({ type: 'deal_created', deal }) as const),
      ...[...tasks].map(([task, { deal, status }]) => ({ type: 'task_updated', task, deal, status }) as const),
    ],
  }
}

/**
 * A row that must be there.
 *
 * @throws Error when it is not: the index did not begin before the first event of the market
 */
export function rowOf<Table extends LedgerTable>({ ledger }: Reduction, table: Table, key: Key): Schema[Table] {
  const row = ledger.get(table, key)
  if (row === undefined) {
    throw new Error(`The ${table} ${key} is not in the tables: the first block of the index must be an earlier one.`)
  }
  return row
}

/** A fact that must have been read. */
export function factOf<Fact>(facts: ReadonlyMap<string, Fact>, key: string): Fact {
  const fact = facts.get(key)
  if (fact === undefined) throw new Error(`Nothing was read about ${key}.`)
  return fact
}
