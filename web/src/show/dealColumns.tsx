// What lists tell of deals, in all parts of the site: each part chooses columns, and has its own words for them.
import type { DealItem } from '@iexec/wire'
import { Amount } from './Amount.tsx'
import { CategoryLink } from './CategoryLink.tsx'
import { Id } from './Id.tsx'
import { momentCell } from './momentColumn.tsx'
import type { Column } from './Table.tsx'

/** What one task of a deal costs, in nRLC. */
export function priceOf({ app, dataset, workerpool }: Pick<DealItem, 'app' | 'dataset' | 'workerpool'>): number {
  return app.price + dataset.price + workerpool.price
}

/** What can be told of a deal; `poolPrice` is what the workerpool alone gets for a task. */
export type DealColumn =
  | 'deal'
  | 'app'
  | 'workerpool'
  | 'requester'
  | 'category'
  | 'tasks'
  | 'trust'
  | 'price'
  | 'poolPrice'
  | 'time'

const COLUMNS: { readonly [Name in DealColumn]: Omit<Column<DealItem>, 'title'> } = {
  deal: { key: 'deal', cell: ({ dealid }) => <Id id={dealid} kind="deal" />, value: ({ dealid }) => dealid },
  app: { key: 'app', cell: ({ app }) => <Id id={app.pointer} kind="app" />, value: ({ app }) => app.pointer },
  workerpool: {
    key: 'workerpool',
    cell: ({ workerpool }) => <Id id={workerpool.pointer} kind="workerpool" />,
    value: ({ workerpool }) => workerpool.pointer,
  },
  requester: {
    key: 'requester',
    cell: ({ requester }) => <Id id={requester} kind="address" />,
    value: ({ requester }) => requester,
  },
  category: {
    key: 'category',
    cell: ({ category }) => <CategoryLink category={category} />,
    value: ({ category }) => category,
    isAmount: true,
  },
  tasks: { key: 'tasks', cell: ({ volume }) => volume, value: ({ volume }) => volume, isAmount: true },
  trust: { key: 'trust', cell: ({ trust }) => trust, value: ({ trust }) => trust, isAmount: true },
  price: { key: 'price_nRLC', cell: (deal) => <Amount nRLC={priceOf(deal)} />, value: priceOf, isAmount: true },
  poolPrice: {
    key: 'price_nRLC',
    cell: ({ workerpool }) => <Amount nRLC={workerpool.price} />,
    value: ({ workerpool }) => workerpool.price,
    isAmount: true,
  },
  time: { key: 'time', ...momentCell(({ blockTimestamp }) => blockTimestamp) },
}

/**
 * Columns of a list of deals, in this order.
 *
 * @param titled each with its title in the language of the page
 * @example
 * dealColumns([['deal', t('deal')], ['price', t('price')]])
 */
export function dealColumns(titled: readonly (readonly [DealColumn, string])[]): readonly Column<DealItem>[] {
  return titled.map(([name, title]) => ({ ...COLUMNS[name], title }))
}
