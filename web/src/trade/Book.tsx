// One side of a book: what workerpools ask, or what requesters pay; the best price first.
import type { OrderItem } from '@iexec/wire'
import type { UseQueryResult } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useMemo, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { TFunction } from 'i18next'
import { Amount } from '../show/Amount.tsx'
import { Id } from '../show/Id.tsx'
import { QueryTable, type Column } from '../show/Table.tsx'
import { useChain } from '../site/chain.tsx'

type Ask = OrderItem<'workerpoolorder'>
type Bid = OrderItem<'requestorder'>

type BookProps =
  | { readonly side: 'asks'; readonly query: UseQueryResult<{ readonly orders: readonly Ask[] }> }
  | { readonly side: 'bids'; readonly query: UseQueryResult<{ readonly orders: readonly Bid[] }> }

/** A side of a book. */
export function Book(props: BookProps): ReactElement {
  const { t } = useTranslation('trade')
  const { slug } = useChain()
  const askColumns = useMemo(() => columnsOfAsks(t, slug), [t, slug])
  const bidColumns = useMemo(() => columnsOfBids(t, slug), [t, slug])
  const title = t(props.side)
  return (
    <div className="card min-w-0">
      <h2 className="flex items-baseline justify-between gap-2 border-b border-line px-4 py-2 font-semibold">
        <span className={props.side === 'asks' ? 'text-bad' : 'text-good'}>{title}</span>
        <span className="text-sm font-normal text-muted">{t(`${props.side}About`)}</span>
      </h2>
      <div className="max-h-96 overflow-y-auto">
        {props.side === 'asks' ? (
          <QueryTable
            caption={title}
            columns={askColumns}
            query={props.query}
            rowsOf={({ orders }) => orders}
            keyOf={({ orderHash }) => orderHash}
            empty={t('noAsks')}
          />
        ) : (
          <QueryTable
            caption={title}
            columns={bidColumns}
            query={props.query}
            rowsOf={({ orders }) => orders}
            keyOf={({ orderHash }) => orderHash}
            empty={t('noBids')}
          />
        )}
      </div>
    </div>
  )
}

type T = TFunction<'trade'>

function columnsOfAsks(t: T, slug: string): readonly Column<Ask>[] {
  return [
    {
      key: 'price_nRLC',
      title: t('price'),
      cell: ({ order }) => <Amount nRLC={order.workerpoolprice} />,
      value: ({ order }) => order.workerpoolprice,
      isAmount: true,
    },
    ...shared<Ask>(t),
    {
      key: 'workerpool',
      title: t('field.workerpool'),
      cell: ({ order }) => <Id id={order.workerpool} kind="workerpool" />,
      value: ({ order }) => order.workerpool,
    },
    {
      key: 'order',
      title: t('order'),
      cell: ({ orderHash }) => (
        <Link to={`/${slug}/order/workerpool/${orderHash}`} className="link">
          {t('buy')}
        </Link>
      ),
      value: ({ orderHash }) => orderHash,
    },
  ]
}

function columnsOfBids(t: T, slug: string): readonly Column<Bid>[] {
  return [
    {
      key: 'price_nRLC',
      title: t('price'),
      cell: ({ order }) => <Amount nRLC={order.workerpoolmaxprice} />,
      value: ({ order }) => order.workerpoolmaxprice,
      isAmount: true,
    },
    ...shared<Bid>(t),
    {
      key: 'app',
      title: t('field.app'),
      cell: ({ order }) => <Id id={order.app} kind="app" />,
      value: ({ order }) => order.app,
    },
    {
      key: 'order',
      title: t('order'),
      cell: ({ orderHash }) => (
        <Link to={`/${slug}/order/request/${orderHash}`} className="link">
          {t('sell')}
        </Link>
      ),
      value: ({ orderHash }) => orderHash,
    },
  ]
}

function shared<Row extends Ask | Bid>(t: T): readonly Column<Row>[] {
  return [
    {
      key: 'tasks',
      title: t('tasks'),
      cell: ({ remaining }) => remaining.toLocaleString(),
      value: ({ remaining }) => remaining,
      isAmount: true,
    },
    {
      key: 'trust',
      title: t('field.trust'),
      cell: ({ order }) => order.trust,
      value: ({ order }) => order.trust,
      isAmount: true,
    },
  ]
}
