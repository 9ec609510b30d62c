// All deals, newest first.
import type { DealItem } from '@iexec/wire'
import type { TFunction } from 'i18next'
import { useMemo, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearch } from '@tanstack/react-router'
import { useMarket } from '../read/useMarket.ts'
import { Amount } from '../show/Amount.tsx'
import { Id } from '../show/Id.tsx'
import { Moment } from '../show/Moment.tsx'
import { Page } from '../show/Page.tsx'
import { PAGE_SIZE, Pager } from '../show/Pager.tsx'
import { QueryTable, type Column } from '../show/Table.tsx'

type Deals = { readonly deals: readonly DealItem[]; readonly count: number }

/** All deals, newest first. */
export function DealsPage(): ReactElement {
  const { t } = useTranslation('explorer')
  const { page = 1 } = useSearch({ strict: false })
  const query = useMarket<Deals>({
    path: '/deals',
    query: { pageIndex: page - 1, pageSize: PAGE_SIZE },
    news: 'deals',
  })
  const columns = useMemo(() => dealColumns(t), [t])
  return (
    <Page title={t('deals')}>
      <div className="card">
        <QueryTable
          caption={t('deals')}
          columns={columns}
          query={query}
          rowsOf={({ deals }) => deals}
          keyOf={({ dealid }) => dealid}
        />
        <Pager page={page} count={query.data?.count ?? 0} />
      </div>
    </Page>
  )
}

/** What lists tell of deals. */
export function dealColumns(t: TFunction<'explorer'>): readonly Column<DealItem>[] {
  return [
    {
      key: 'deal',
      title: t('deal'),
      cell: ({ dealid }) => <Id id={dealid} kind="deal" />,
      value: ({ dealid }) => dealid,
    },
    {
      key: 'app',
      title: t('app'),
      cell: ({ app }) => <Id id={app.pointer} kind="app" />,
      value: ({ app }) => app.pointer,
    },
    {
      key: 'workerpool',
      title: t('workerpool'),
      cell: ({ workerpool }) => <Id id={workerpool.pointer} kind="workerpool" />,
      value: ({ workerpool }) => workerpool.pointer,
    },
    {
      key: 'requester',
      title: t('requester'),
      cell: ({ requester }) => <Id id={requester} kind="address" />,
      value: ({ requester }) => requester,
    },
    { key: 'tasks', title: t('tasks'), cell: ({ volume }) => volume, value: ({ volume }) => volume, isAmount: true },
    {
      key: 'price_nRLC',
      title: t('price'),
      cell: (deal) => <Amount nRLC={priceOf(deal)} />,
      value: priceOf,
      isAmount: true,
    },
    {
      key: 'time',
      title: t('age'),
      cell: ({ blockTimestamp }) => <Moment at={blockTimestamp} />,
      value: ({ blockTimestamp }) => blockTimestamp,
    },
  ]
}

/** What one task of a deal costs, in nRLC. */
function priceOf({ app, dataset, workerpool }: DealItem): number {
  return app.price + dataset.price + workerpool.price
}
