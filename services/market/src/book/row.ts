// An order of the wire as a row of the book, and back: the columns are what the book compares, the body is what it shows.
import { unreachable } from '@iexec/protocol'
import { BULK_VOLUME, kindOfWire, type OrderItem, type WireKind, type WireOrder } from '@iexec/wire'
import type { Address, Hex } from 'viem'
import { getAddress } from 'viem/utils'
import type { BookOrderTable } from '../db/schema.ts'
import { splitTag } from './tag.ts'

/** Stands for "nobody in particular" where an order restricts nothing. */
export const NOBODY: Address = '0x0000000000000000000000000000000000000000'

/** An order of the wire with its kind. */
export type WireEntry = { readonly [K in WireKind]: { readonly kind: K; readonly order: WireOrder<K> } }[WireKind]

/** What an order says, in the columns of the book: all of a row that the order alone decides. */
export type OrderTerms = Omit<
  BookOrderTable,
  'hash' | 'signer' | 'remaining' | 'status' | 'status_block' | 'published_at' | 'broadcast_block'
>

type KindTerms = Pick<BookOrderTable, 'app' | 'dataset' | 'workerpool' | 'requester' | 'price'> &
  Partial<Pick<BookOrderTable, 'beneficiary' | 'app_max_price' | 'dataset_max_price' | 'category' | 'trust'>>

/**
 * The columns of an order. Addresses and bytes are in lower case there.
 *
 * @example
 * termsOf({ kind: 'apporder', order }).price // order.appprice
 */
export function termsOf(entry: WireEntry): OrderTerms {
  const { tag, volume } = entry.order
  return {
    kind: kindOfWire(entry.kind),
    beneficiary: null,
    app_max_price: null,
    dataset_max_price: null,
    category: null,
    trust: null,
    ...termsOfKind(entry),
    volume,
    tag: lowerCase(tag),
    ...splitTag(tag),
    body: JSON.stringify(entry.order),
  }
}

function termsOfKind(entry: WireEntry): KindTerms {
  switch (entry.kind) {
    case 'apporder':
      return { ...allowed(entry.order), app: lowerCase(entry.order.app), price: entry.order.appprice }
    case 'datasetorder':
      return { ...allowed(entry.order), dataset: lowerCase(entry.order.dataset), price: entry.order.datasetprice }
    case 'workerpoolorder': {
      const { workerpool, workerpoolprice, category, trust } = entry.order
      return { ...allowed(entry.order), workerpool: lowerCase(workerpool), price: workerpoolprice, category, trust }
    }
    case 'requestorder':
      return requestTerms(entry.order)
    default:
      return unreachable(entry)
  }
}

function requestTerms(order: WireOrder<'requestorder'>): KindTerms {
  return {
    app: lowerCase(order.app),
    dataset: lowerCase(order.dataset),
    workerpool: lowerCase(order.workerpool),
    requester: lowerCase(order.requester),
    beneficiary: lowerCase(order.beneficiary),
    price: order.workerpoolmaxprice,
    app_max_price: order.appmaxprice,
    dataset_max_price: order.datasetmaxprice,
    category: order.category,
    trust: order.trust,
  }
}

/** Whom an order lets in, for each side that its kind can restrict. */
type RestrictFields = {
  readonly [Side in 'app' | 'dataset' | 'workerpool' | 'requester' as `${Side}restrict`]?: Address
}

function allowed(order: RestrictFields): Pick<BookOrderTable, 'app' | 'dataset' | 'workerpool' | 'requester'> {
  return {
    app: lowerCase(order.apprestrict ?? NOBODY),
    dataset: lowerCase(order.datasetrestrict ?? NOBODY),
    workerpool: lowerCase(order.workerpoolrestrict ?? NOBODY),
    requester: lowerCase(order.requesterrestrict ?? NOBODY),
  }
}

/**
 * A row as the wire shows it.
 *
 * @example
 * toItem(row, 134) // { orderHash: '0x…', order: { … }, chainId: 134, remaining: 3, status: 'open', … }
 */
export function toItem<K extends WireKind>(row: BookOrderTable, chainId: number): OrderItem<K> {
  return {
    orderHash: row.hash,
    order: JSON.parse(row.body) as WireOrder<K>,
    chainId,
    remaining: row.remaining,
    status: row.status,
    publicationTimestamp: new Date(row.published_at).toISOString(),
    signer: getAddress(row.signer),
  }
}

/** A row as lists show it: of dataset orders they also tell whether they serve in bulk. */
export function toListItem<K extends WireKind>(row: BookOrderTable, chainId: number): OrderItem<K> {
  const item = toItem<K>(row, chainId)
  return row.kind === 'dataset' ? { ...item, bulk: row.price === 0 && row.volume >= BULK_VOLUME } : item
}

/** An address or bytes as the database keeps them. */
export function lowerCase<Value extends Hex>(value: Value): Value {
  return value.toLowerCase() as Value
}
