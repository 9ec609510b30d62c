// What blocks did that the order book has to hear of.
import type { Address, Hex } from 'viem'
import type { OrderKindName } from '../db/schema.ts'

/** An order that the chain told everybody of, its signature already verified. */
export type BroadcastOrder = {
  readonly kind: OrderKindName
  /** The signed order as JSON of the wire. */
  readonly body: string
  readonly hash: Hex
  readonly signer: Address
  /** Of its block, in seconds. */
  readonly timestamp: number
}

/**
 * Which orders are judged: all, or, while the tables are read anew, only those that blocks broadcast, whose story is told again
 * block by block. What people published is judged when the tables are complete: before that, they are at a time when an order
 * that was published later may not have been covered yet.
 */
export type Judged = 'all' | 'broadcast'

/** What blocks touched, done or undone. The tables of the chain already say what is true now. Lower case. */
export type Touched = {
  /** Consumed or closed. */
  readonly orders: ReadonlySet<Hex>
  /** Their free stake went down; after an undo, it changed at all. */
  readonly accounts: ReadonlySet<Address>
  /** Their owner changed. */
  readonly assets: ReadonlySet<Address>
  readonly broadcasts: readonly BroadcastOrder[]
  /** The tables were read anew: what is left of orders may also have grown. Not yet while they only went back. */
  readonly undone: boolean
}

/** Nothing. */
export const UNTOUCHED_BOOK: Touched = {
  orders: new Set(),
  accounts: new Set(),
  assets: new Set(),
  broadcasts: [],
  undone: false,
}

/** What either touched. */
export function uniteTouched(one: Touched, other: Touched): Touched {
  return {
    orders: new Set([...one.orders, ...other.orders]),
    accounts: new Set([...one.accounts, ...other.accounts]),
    assets: new Set([...one.assets, ...other.assets]),
    broadcasts: [...one.broadcasts, ...other.broadcasts],
    undone: one.undone || other.undone,
  }
}
