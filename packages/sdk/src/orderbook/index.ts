// The verbs of order books, by the short names under which `createIexec` has them.
import type { OrderKind } from '@iexec/protocol'
import { bind, type Bound } from '../bind.ts'
import type { Context } from '../context.ts'
import type { PublishedOrder } from '../service/parseOrder.ts'
import type { OrderFilters, Orderbook } from './fetchOrderbook.ts'
import * as verbs from './verbs.ts'

/** The verbs of order books. Those that take any kind keep the kind. */
export type Orderbooks = Omit<Bound<typeof verbs>, 'fetch' | 'each'> & {
  readonly fetch: <Kind extends OrderKind>(kind: Kind, filters: OrderFilters<Kind>) => Promise<Orderbook<Kind>>
  readonly each: <Kind extends OrderKind>(
    kind: Kind,
    filters: OrderFilters<Kind>,
  ) => AsyncGenerator<PublishedOrder<Kind>, void, void>
}

/** The verbs of order books, bound to a market. */
export function bindOrderbooks(context: Context): Orderbooks {
  // TypeScript forgets that a verb is generic when it takes its parameters apart.
  return bind(context, verbs) as unknown as Orderbooks
}
