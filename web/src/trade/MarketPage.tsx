// The market: each category with the best price on both sides.
import type { CategoryItem, OrderItem } from '@iexec/wire'
import type { UseQueryResult } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import { useMarket } from '../read/useMarket.ts'
import { Amount } from '../show/Amount.tsx'
import { FailureWords } from '../show/failure/FailureWords.tsx'
import { Page } from '../show/Page.tsx'
import { Empty, Failure, Outdated, Skeleton } from '../show/states.tsx'
import { useChain } from '../site/chain.tsx'
import { MarketLinks } from './MarketLinks.tsx'

/** All categories, each a card that leads to its book. */
export function MarketPage(): ReactElement {
  const { t } = useTranslation('trade')
  const query = useMarket<{ readonly categories: readonly CategoryItem[] }>({
    path: '/categories',
    query: { pageSize: 100 },
    news: 'blocks',
  })
  const { data, error, refetch } = query
  return (
    <Page title={t('market')} beside={<MarketLinks />}>
      <p className="max-w-prose text-muted">{t('about')}</p>
      {data === undefined && error === null && <Skeleton lines={6} />}
      {data === undefined && error !== null && <Failure error={error} retry={() => void refetch()} />}
      <Outdated query={query} />
      {data?.categories.length === 0 && <Empty />}
      <ul className="grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
        {data?.categories.map((category) => (
          <li key={category.catid}>
            <CategoryCard category={category} />
          </li>
        ))}
      </ul>
    </Page>
  )
}

function CategoryCard({ category }: { readonly category: CategoryItem }): ReactElement {
  const { t } = useTranslation('trade')
  const { slug } = useChain()
  const { catid, name, workClockTimeRef } = category
  const query = { category: catid, pageSize: 10 }
  const asks = useMarket<Side<'workerpoolorder'>>({
    path: '/workerpoolorders',
    query: { ...query, app: 'any', dataset: 'any', requester: 'any' },
    news: 'orders',
  })
  const bids = useMarket<Side<'requestorder'>>({
    path: '/requestorders',
    query: { ...query, workerpool: 'any' },
    news: 'orders',
  })
  const error = asks.error ?? bids.error
  return (
    <Link to={`/${slug}/market/${catid}`} className="card grid gap-2 p-4 hover:bg-raised">
      <span className="flex items-baseline justify-between gap-2">
        <bdi className="text-lg font-semibold">{name}</bdi>
        <span className="text-muted">{t('upTo', { minutes: Math.ceil(workClockTimeRef / 60) })}</span>
      </span>
      <span className="flex justify-between gap-2">
        <span>{t('bestAsk')}</span>
        <Best side={asks} priceOf={({ workerpoolprice }) => workerpoolprice} />
      </span>
      <span className="flex justify-between gap-2">
        <span>{t('bestBid')}</span>
        <Best side={bids} priceOf={({ workerpoolmaxprice }) => workerpoolmaxprice} />
      </span>
      <span className="text-muted">
        {asks.data !== undefined && bids.data !== undefined
          ? t('openOrders', { count: asks.data.count + bids.data.count })
          : t('ordersUnknown')}
      </span>
      {error !== null && <FailureWords error={error} />}
    </Link>
  )
}

type Side<Kind extends 'workerpoolorder' | 'requestorder'> = {
  readonly orders: readonly OrderItem<Kind>[]
  readonly count: number
}

/** The best price of a side; that there is none is only said when the market said so. */
function Best<Kind extends 'workerpoolorder' | 'requestorder'>({
  side: { data },
  priceOf,
}: {
  readonly side: UseQueryResult<Side<Kind>>
  readonly priceOf: (order: OrderItem<Kind>['order']) => number
}): ReactElement {
  const { t } = useTranslation('trade')
  if (data === undefined) return <span className="text-muted">{t('notKnown')}</span>
  const [best] = data.orders
  return best === undefined ? <span className="text-muted">{t('noOrder')}</span> : <Amount nRLC={priceOf(best.order)} />
}
