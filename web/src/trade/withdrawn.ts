// Orders that were taken from the book: the market forgets them, but whoever saw one can still use it until its owner closes it on
// chain. So this browser keeps them for their owner.
import type { OrderItem } from '@iexec/wire'
import type { Hex } from 'viem'
import type { OrderKind } from './terms.ts'

/** An order that was taken back, of a kind, on a chain. */
export type Withdrawn = { readonly chain: string; readonly kind: OrderKind; readonly item: OrderItem }

const NAME = 'withdrawn-orders'
/** The oldest are forgotten. */
const MOST = 200

/** All that are kept; none where nothing can be kept. */
export function readWithdrawn(): readonly Withdrawn[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(NAME) ?? '[]')
    return Array.isArray(kept) ? kept.filter(isWithdrawn) : []
  } catch {
    return []
  }
}

/** Keeps an order that is taken back. */
export function keepWithdrawn(order: Withdrawn): void {
  const others = readWithdrawn().filter(({ item }) => item.orderHash !== order.item.orderHash)
  write([...others, order].slice(-MOST))
}

/** Forgets one that is closed. */
export function forgetWithdrawn(orderHash: Hex): void {
  write(readWithdrawn().filter(({ item }) => item.orderHash !== orderHash))
}

function write(orders: readonly Withdrawn[]): void {
  try {
    localStorage.setItem(NAME, JSON.stringify(orders))
  } catch {
    // Nothing can be kept here: the page of the order has it until it is left.
  }
}

function isWithdrawn(given: unknown): given is Withdrawn {
  if (typeof given !== 'object' || given === null || !('chain' in given && 'kind' in given && 'item' in given))
    return false
  const { item } = given
  return typeof item === 'object' && item !== null && 'order' in item && 'orderHash' in item && 'signer' in item
}
