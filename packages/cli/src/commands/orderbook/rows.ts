// An order of a book as scripts know it, and as a row of a table.
import { formatRlc, unreachable, type Order, type OrderKind } from '@iexec/protocol'
import type { PublishedOrder } from '@iexec/sdk'
import type { Address } from 'viem'
import { onOneLine, restrictionText, tagText } from '../order/words.ts'
import type { Column } from './table.ts'

/** The key under which scripts find the orders of each kind. */
export const RAW_KEYS: { readonly [Kind in OrderKind]: string } = {
  app: 'appOrders',
  dataset: 'datasetOrders',
  workerpool: 'workerpoolOrders',
  request: 'requestOrders',
}

/** An order with the keys that scripts know. */
export function rawRow({ orderHash, order, remaining }: PublishedOrder): Readonly<Record<string, unknown>> {
  const { tag } = order
  const shared = { orderHash, price: Number(priceOf(order)), remaining: Number(remaining), tag }
  switch (order.kind) {
    case 'app': {
      const { app, datasetrestrict, workerpoolrestrict, requesterrestrict } = order
      return { ...shared, app, datasetrestrict, workerpoolrestrict, requesterrestrict }
    }
    case 'dataset': {
      const { dataset, apprestrict, workerpoolrestrict, requesterrestrict } = order
      return { ...shared, dataset, apprestrict, workerpoolrestrict, requesterrestrict }
    }
    case 'workerpool': {
      const { workerpool, apprestrict, datasetrestrict, requesterrestrict } = order
      return { ...shared, ...strengthOf(order), workerpool, apprestrict, datasetrestrict, requesterrestrict }
    }
    case 'request': {
      const { app, dataset, workerpool, requester, beneficiary } = order
      return { ...shared, ...strengthOf(order), app, dataset, workerpool, requester, beneficiary }
    }
    default:
      return unreachable(order)
  }
}

function strengthOf({ category, trust }: Order<'workerpool' | 'request'>): {
  readonly category: number
  readonly trust: number
} {
  return { category: Number(category), trust: Number(trust) }
}

/** What a book is sorted by: the price of a seller, and what a requester pays a workerpool at most. */
function priceOf(order: Order): bigint {
  switch (order.kind) {
    case 'app':
      return order.appprice
    case 'dataset':
      return order.datasetprice
    case 'workerpool':
      return order.workerpoolprice
    case 'request':
      return order.workerpoolmaxprice
    default:
      return unreachable(order)
  }
}

/** What assets are called, by their addresses. */
export type Names = ReadonlyMap<Address, string>

/** The asset that an order sells; `undefined` for what is wanted. */
export function assetOf(order: Order): Address | undefined {
  switch (order.kind) {
    case 'app':
      return order.app
    case 'dataset':
      return order.dataset
    case 'workerpool':
      return order.workerpool
    case 'request':
      return undefined
    default:
      return unreachable(order)
  }
}

/** The columns of each book. What was asked for by its address is not told again in every row. */
export function columnsOf(kind: OrderKind, isOfOne: boolean, names: Names): readonly Column<PublishedOrder>[] {
  const isMarket = kind === 'workerpool' || kind === 'request'
  return [
    {
      title: kind === 'request' ? 'pays pool' : 'price',
      isNumber: true,
      cell: ({ order }) => formatRlc(priceOf(order)),
    },
    { title: 'left', isNumber: true, cell: ({ remaining }) => String(remaining) },
    ...(isMarket ? strengthColumns() : []),
    ...(isMarket || isOfOne ? [] : [nameColumn(names)]),
    { title: 'tag', cell: ({ order }) => tagText(order.tag) ?? '' },
    { title: 'order', isLong: true, cell: ({ orderHash }) => orderHash },
    ...(kind === 'request' || isOfOne ? [] : [assetColumn(kind)]),
    ...(kind === 'request' ? requestColumns(isOfOne) : []),
    { title: 'only for', isLong: true, cell: ({ order }) => restrictionText(order) ?? '' },
  ]
}

function strengthColumns(): readonly Column<PublishedOrder>[] {
  return [
    { title: 'category', isNumber: true, cell: ({ order }) => ('category' in order ? String(order.category) : '') },
    { title: 'trust', isNumber: true, cell: ({ order }) => ('trust' in order ? String(order.trust) : '') },
  ]
}

function nameColumn(names: Names): Column<PublishedOrder> {
  return {
    title: 'name',
    cell: ({ order }) => {
      const address = assetOf(order)
      return address === undefined ? '' : onOneLine(names.get(address) ?? '')
    },
  }
}

function assetColumn(kind: OrderKind): Column<PublishedOrder> {
  return { title: kind, isLong: true, cell: ({ order }) => assetOf(order) ?? '' }
}

function requestColumns(isOfOne: boolean): readonly Column<PublishedOrder>[] {
  return [
    { title: 'app', isLong: true, cell: ({ order }) => (order.kind === 'request' ? order.app : '') },
    ...(isOfOne
      ? []
      : [
          {
            title: 'requester',
            cell: ({ order }: PublishedOrder) => (order.kind === 'request' ? order.requester : ''),
          },
        ]),
  ]
}
