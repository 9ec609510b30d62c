// One side of a book: what workerpools ask, or what requesters pay; the best price first.
import type { OrderItem } from '@iexec/wire'
import type { UseQueryResult } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useMemo, type ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import type { Translate } from '../language/words.ts'
import type { Query } from '../read/ask.ts'
import { Amount } from '../show/Amount.tsx'
import { Export } from '../show/Export.tsx'
import { Count } from '../show/Count.tsx'
import { Id } from '../show/Id.tsx'
import { marketSource, type Source } from '../show/source.ts'
import { QueryTable, type Column } from '../show/Table.tsx'
import { useChain } from '../site/chain.tsx'

type Ask = OrderItem<'workerpoolorder'>
type Bid = OrderItem<'requestorder'>

type BookProps = {
  /** What the market is asked for; an export asks for all of it. */
  readonly asked: Query
} & (
  | { readonly side: 'asks'; readonly query: UseQueryResult<{ readonly orders: readonly Ask[] }> }
  | { readonly side: 'bids'; readonly query: UseQueryResult<{ readonly orders: readonly Bid[] }> }
)

/** A side of a book. */
export function Book(props: BookProps): ReactElement {
  const { t } = useTranslation('trade')
  const { slug } = useChain()
  const askColumns = useMemo(() => columnsOfAsks(t, slug), [t, slug])
  const bidColumns = useMemo(() => columnsOfBids(t, slug), [t, slug])
  const title = t(props.side)
  return (
    <div className="card min-w-0">
      <div className="flex flex-wrap items-center gap-2 border-b border-line px-4 py-2">
        <h2 className={`font-semibold ${props.side === 'asks' ? 'text-bad' : 'text-good'}`}>{title}</h2>
        <span className="text-muted">{t(`${props.side}About`)}</span>
        <span className="ms-auto flex flex-wrap items-center gap-2">
          {props.side === 'asks' ? (
            <Export
              name="workerpool-orders"
              columns={askColumns}
              source={sourceOf<Ask>('/workerpoolorders', props.asked)}
            />
          ) : (
            <Export name="requests" columns={bidColumns} source={sourceOf<Bid>('/requestorders', props.asked)} />
          )}
        </span>
      </div>
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

function sourceOf<Row>(path: string, query: Query): Source<Row> {
  return marketSource<Row>({ path, rows: 'orders', query, news: 'orders' })
}

type T = Translate<'trade'>

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
      cell: ({ remaining }) => <Count of={remaining} />,
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
