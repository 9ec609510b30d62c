// What a buyer says beside an order of the book: which fields he fills in, and what is bought by them.
import { parseParams } from '@iexec/protocol'
import type { OrderItem } from '@iexec/wire'
import { zeroAddress, type Address } from 'viem'
import type { PriceWish } from '../wallet/price.ts'
import { readFields, type Fault, type Faults, type Field, type FieldName, type OrderKind, type Typed } from './terms.ts'

/** What is sold in the book. */
export type SaleKind = Exclude<OrderKind, 'request'>

/** An order of something that is sold. */
export type SaleItem = OrderItem<`${SaleKind}order`>

const APP: Field = { name: 'app', type: 'address', isNeeded: true }
const DATASET: Field = { name: 'dataset', type: 'address', isRare: true }
const POOL: Field = { name: 'workerpool', type: 'address', isRare: true }
const TEE: Field = { name: 'tag', type: 'tee', isRare: true }
const RUN: readonly Field[] = [
  { name: 'params', type: 'text' },
  { name: 'volume', type: 'whole', isNeeded: true },
]
const SURE: readonly Field[] = [
  { name: 'category', type: 'whole', isNeeded: true },
  { name: 'trust', type: 'whole', isNeeded: true },
]

/** What is filled in to buy by an order of each kind: what it does not say itself. */
export const BUY_FIELDS: { readonly [Kind in SaleKind]: readonly Field[] } = {
  workerpool: [APP, ...RUN, DATASET, TEE],
  app: [...RUN, ...SURE, DATASET, POOL, TEE],
  dataset: [APP, ...RUN, ...SURE, POOL, TEE],
}

/**
 * What stands in the form at first: what is usual, and whom the order is only for.
 *
 * @example
 * beginBuying('app', item) // { volume: '1', category: '0', trust: '0', dataset: '0x…' }
 */
export function beginBuying(kind: SaleKind, { order }: SaleItem): Typed {
  const values = order as unknown as Readonly<Record<string, string>>
  const only = (['app', 'dataset', 'workerpool'] as const).flatMap(
    (name): readonly (readonly [FieldName, string])[] => {
      const address = values[`${name}restrict`]
      return address === undefined || address === zeroAddress ? [] : [[name, address]]
    },
  )
  const own: Typed = kind === 'workerpool' ? {} : { category: '0', trust: '0' }
  return { volume: '1', ...own, ...(isBare(order.tag) ? {} : { tag: 'tee' }), ...Object.fromEntries(only) }
}

/** What is bought, or what is wrong with the form. */
export type Buying = { readonly ok: true; readonly wanted: PriceWish } | { readonly ok: false; readonly faults: Faults }

/**
 * What is bought by an order: a run of its app, with its dataset, or on its workerpool; at no higher price than it asks.
 *
 * @param item how many tasks are left is respected, too
 * @example
 * readBuying('app', item, { volume: '2', category: '0', trust: '0' })
 */
export function readBuying(kind: SaleKind, item: SaleItem, typed: Typed): Buying {
  const read = readFields(BUY_FIELDS[kind], typed)
  if (!read.ok) return read
  const { fields } = read
  const { params } = fields
  const parsed = params === undefined ? undefined : parseParams(String(params))
  const volume = BigInt(fields['volume'] ?? 1n)
  const faults: readonly (readonly [FieldName, Fault])[] = [
    ...(parsed?.ok === false ? [['params', 'noParams'] as const] : []),
    ...(volume > BigInt(item.remaining) ? [['volume', 'tooMany'] as const] : []),
  ]
  if (faults.length > 0) return { ok: false, faults: Object.fromEntries(faults) }
  const { order } = item
  const tag = fields['tag'] === 'tee' && !isBare(order.tag) ? order.tag : String(fields['tag'] ?? '')
  const said = {
    volume,
    tag,
    ...(parsed?.ok === true ? { params: parsed.params } : {}),
    ...addressesOf(fields),
    ...('trust' in order ? {} : { category: BigInt(fields['category'] ?? 0n), trust: BigInt(fields['trust'] ?? 0n) }),
  }
  return { ok: true, wanted: bySale(order, said, fields['app'] as Address) }
}

type Said = Omit<PriceWish['wish'], 'app'>

/** The order itself, by its asset and price. */
function bySale(order: SaleItem['order'], said: Said, app: Address): PriceWish {
  if ('workerpoolprice' in order) {
    const { workerpool, category, trust, workerpoolprice } = order
    const wish = { ...said, workerpool, category: BigInt(category), trust: BigInt(trust) }
    return { app, wish, limits: { workerpoolmaxprice: BigInt(workerpoolprice) } }
  }
  if ('appprice' in order) return { app: order.app, wish: said, limits: { appmaxprice: BigInt(order.appprice) } }
  return { app, wish: { ...said, dataset: order.dataset }, limits: { datasetmaxprice: BigInt(order.datasetprice) } }
}

function addressesOf(fields: Readonly<Record<string, string | bigint>>): Said {
  const { dataset, workerpool } = fields
  return {
    ...(dataset === undefined ? {} : { dataset: dataset as Address }),
    ...(workerpool === undefined ? {} : { workerpool: workerpool as Address }),
  }
}

/** No bit of it is set. */
function isBare(tag: string): boolean {
  return /^0x0*$/u.test(tag)
}
