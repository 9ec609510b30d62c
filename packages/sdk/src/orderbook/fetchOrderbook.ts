// The open orders of a market, kind by kind, filtered and page by page.
import { encodeTag, isSameAddress, type OrderKind } from '@iexec/protocol'
import type { OrderQuery } from '@iexec/wire'
import { isAddress, type Address } from 'viem'
import type { Context } from '../context.ts'
import { IexecError, asIexecError } from '../error/iexecError.ts'
import type { TagInput } from '../order/createOrder.ts'
import { eachItem, fetchPage, type Page, type PageOptions } from '../service/page.ts'
import { wrongPiece } from '../service/parse.ts'
import { parsePublishedOrder, type PublishedOrder } from '../service/parseOrder.ts'

type Filter<Name, Value> = Name extends 'minTag' | 'maxTag'
  ? TagInput | undefined
  : Value extends number | undefined
    ? bigint | undefined
    : Value

/**
 * What orders of a kind are sought by.
 *
 * An address of the kind itself (`app` of app orders) says whose orders; `any` takes all. The other addresses are restrictions:
 * without one, only orders that are open to everybody are found; with one, also those that let it in; with `is…Strict`, only
 * those; with `any`, all. `minTag` has to be in the order's tag, nothing outside `maxTag` may be. Only open orders are found.
 */
export type OrderFilters<Kind extends OrderKind = OrderKind> = {
  readonly [K in Kind]: {
    readonly [Name in keyof OrderQuery<`${K}order`> as Exclude<Name, 'status'>]: Filter<
      Name,
      OrderQuery<`${K}order`>[Name]
    >
  } & PageOptions
}[Kind]

/** A page of a book. */
export type Orderbook<Kind extends OrderKind = OrderKind> = Page<PublishedOrder<Kind>>

/** The restrictions of each kind that can be asked for strictly: markets want to be told whether they are. */
const STRICT: { readonly [Kind in OrderKind]: readonly string[] } = {
  app: ['isDatasetStrict', 'isWorkerpoolStrict', 'isRequesterStrict'],
  dataset: ['isAppStrict', 'isWorkerpoolStrict', 'isRequesterStrict'],
  workerpool: ['isAppStrict', 'isDatasetStrict', 'isRequesterStrict'],
  request: ['isWorkerpoolStrict'],
}

const ADDRESSES: readonly string[] = ['app', 'dataset', 'workerpool', 'requester']
const OWN_ADDRESSES: readonly string[] = ['beneficiary', 'appOwner', 'datasetOwner', 'workerpoolOwner']

/** The addresses that each kind must have when they are sought: a market that answers others lies. */
const SUBJECTS = {
  app: ['app'],
  dataset: ['dataset'],
  workerpool: ['workerpool'],
  request: ['app', 'dataset', 'requester', 'beneficiary'],
} as const satisfies { readonly [Kind in OrderKind]: readonly string[] }

/**
 * Open orders of a kind: the cheapest first, of requests the dearest. Each order's hash is computed here.
 *
 * @throws IexecError `InvalidInput`, `NotConfigured`, `ServiceUnreachable`, `ServiceRefused`, `BadAnswer`
 * @example
 * const { items, count, more } = await fetchOrderbook(context, 'workerpool', { category: 0n })
 */
export async function fetchOrderbook<Kind extends OrderKind>(
  context: Context,
  kind: Kind,
  filters: OrderFilters<Kind>,
): Promise<Orderbook<Kind>> {
  const { page, pageSize, signal, ...sought } = filters as PageOptions & Readonly<Record<string, unknown>>
  requireSubject(kind, sought)
  return fetchPage(context, 'market', {
    page,
    pageSize,
    signal,
    path: `/${kind}orders`,
    field: 'orders',
    query: queryOf(kind, sought),
    parse: (given) => requireSought(parsePublishedOrder(context, kind, given), kind, sought),
  })
}

/**
 * All open orders of a kind, fetched page by page while they are taken.
 *
 * @throws IexecError as `fetchOrderbook` does, with the first order or a later one
 * @example
 * for await (const { order } of eachOrder(context, 'workerpool', { category: 0n })) console.log(order.workerpoolprice)
 */
export function eachOrder<Kind extends OrderKind>(
  context: Context,
  kind: Kind,
  filters: OrderFilters<Kind>,
): AsyncGenerator<PublishedOrder<Kind>, void, void> {
  return eachItem(async () => fetchOrderbook(context, kind, filters))
}

/** Open app orders, the cheapest first; `app` or `appOwner` is needed. See `fetchOrderbook`. */
export async function fetchAppOrderbook(context: Context, filters: OrderFilters<'app'>): Promise<Orderbook<'app'>> {
  return fetchOrderbook(context, 'app', filters)
}

/** Open dataset orders, the cheapest first; `dataset` or `datasetOwner` is needed. See `fetchOrderbook`. */
export async function fetchDatasetOrderbook(
  context: Context,
  filters: OrderFilters<'dataset'>,
): Promise<Orderbook<'dataset'>> {
  return fetchOrderbook(context, 'dataset', filters)
}

/** Open workerpool orders, the cheapest first. See `fetchOrderbook`. */
export async function fetchWorkerpoolOrderbook(
  context: Context,
  filters: OrderFilters<'workerpool'> = {},
): Promise<Orderbook<'workerpool'>> {
  return fetchOrderbook(context, 'workerpool', filters)
}

/** Open requests, the dearest first. See `fetchOrderbook`. */
export async function fetchRequestOrderbook(
  context: Context,
  filters: OrderFilters<'request'> = {},
): Promise<Orderbook<'request'>> {
  return fetchOrderbook(context, 'request', filters)
}

type Sought = Readonly<Record<string, unknown>>
type Query = Record<string, string | number | bigint | boolean>

function requireSubject(kind: OrderKind, sought: Sought): void {
  if (kind !== 'app' && kind !== 'dataset') return
  if (sought[kind] !== undefined || sought[`${kind}Owner`] !== undefined) return
  throw new IexecError('InvalidInput', `Orders of which ${kind}? Neither ${kind} nor ${kind}Owner is given.`, {
    hints: [`Give ${kind}: its address, or "any".`],
    details: { code: 'MissingField', field: kind },
  })
}

function queryOf(kind: OrderKind, sought: Sought): Query {
  const query: Query = Object.fromEntries(STRICT[kind].map((name) => [name, false]))
  for (const [name, value] of Object.entries(sought)) {
    if (value !== undefined) query[name] = asFilter(name, value)
  }
  return query
}

function asFilter(name: string, value: unknown): string | number | bigint | boolean {
  if (name === 'minTag' || name === 'maxTag') return tagOf(value as TagInput)
  const isAny = value === 'any' && ADDRESSES.includes(name)
  if (ADDRESSES.includes(name) || OWN_ADDRESSES.includes(name)) {
    if (isAny || (typeof value === 'string' && isAddress(value, { strict: false }))) return value
  } else if (typeof value === 'boolean' || (typeof value === 'bigint' && value >= 0n)) return value
  throw new IexecError('InvalidInput', `The filter ${name} cannot be ${String(value)}.`, {
    details: { code: 'InvalidFilter', field: name, given: value },
  })
}

function tagOf(tag: TagInput): string {
  try {
    return encodeTag(tag)
  } catch (error) {
    throw asIexecError(error)
  }
}

function requireSought<Kind extends OrderKind>(
  item: PublishedOrder<Kind>,
  kind: Kind,
  sought: Sought,
): PublishedOrder<Kind> {
  const order = item.order as Readonly<Record<string, unknown>>
  for (const name of SUBJECTS[kind]) {
    const [wanted, actual] = [sought[name], order[name]]
    if (typeof wanted !== 'string' || wanted === 'any') continue
    if (!isSameAddress(wanted as Address, actual as Address)) throw wrongPiece(`${name} of an order`, wanted, actual)
  }
  return item
}
