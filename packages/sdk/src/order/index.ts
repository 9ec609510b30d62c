// The verbs of orders, by the short names under which `createIexec` has them.
import type { Order, OrderKind, Signed } from '@iexec/protocol'
import type { Hex } from 'viem'
import { bind, type Bound } from '../bind.ts'
import type { Context } from '../context.ts'
import type { PublishedOrder } from '../service/parseOrder.ts'
import type { ShownOrder } from './showOrder.ts'
import * as verbs from './verbs.ts'

/** The verbs of orders. Those that take any kind keep the kind. */
export type Orders = Omit<Bound<typeof verbs>, 'sign' | 'publish' | 'show' | 'fetch'> & {
  readonly sign: <Kind extends OrderKind>(order: Order<Kind> & Order) => Promise<Signed<Kind>>
  readonly publish: <Kind extends OrderKind>(order: Signed<Kind> & Signed) => Promise<PublishedOrder<Kind>>
  readonly show: <Kind extends OrderKind>(kind: Kind, orderHash: Hex) => Promise<ShownOrder<Kind>>
  readonly fetch: <Kind extends OrderKind>(kind: Kind, orderHash: Hex) => Promise<PublishedOrder<Kind>>
}

/** The verbs of orders, bound to a market. */
export function bindOrders(context: Context): Orders {
  // TypeScript forgets that a verb is generic when it takes its parameters apart.
  return bind(context, verbs) as unknown as Orders
}
