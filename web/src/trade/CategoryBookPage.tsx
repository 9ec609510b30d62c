// The market of one category: both sides of its book, its depth, its prices and what was traded.
import type { CategoryItem, OrderItem, PriceItem } from '@iexec/wire'
import { Link, useParams } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { isMissing } from '../explorer/missing.ts'
import { useTranslation } from '../language/useTranslation.ts'
import { useMarket } from '../read/useMarket.ts'
import { Page } from '../show/Page.tsx'
import { Empty } from '../show/states.tsx'
import { useChain } from '../site/chain.tsx'
import { readListSearch, useSearchOf, wholeField } from '../site/search.ts'
import { NotFound } from '../site/NotFound.tsx'
import { Book } from './Book.tsx'
import { BookFilters } from './BookFilters.tsx'
import { Depth } from './Depth.tsx'
import { MarketLinks } from './MarketLinks.tsx'
import { PriceHistory } from './PriceHistory.tsx'
import { readBookSearch } from './search.ts'
import { Trades } from './Trades.tsx'

/** Orders of a side that are read: more than anybody looks through. */
const DEPTH = 100

type Asks = { readonly orders: readonly OrderItem<'workerpoolorder'>[]; readonly count: number }
type Bids = { readonly orders: readonly OrderItem<'requestorder'>[]; readonly count: number }

/** The tag of an order that offers or wants an enclave. */
const TEE = `0x${'0'.repeat(63)}1`

/** The market of one category, where the address names one. */
export function CategoryBookPage(): ReactElement {
  const { category }: { readonly category?: string } = useParams({ strict: false })
  return wholeField(category) === undefined ? <NotFound /> : <CategoryBook category={String(wholeField(category))} />
}

function CategoryBook({ category }: { readonly category: string }): ReactElement {
  const { t } = useTranslation('trade')
  const { data, error } = useMarket<CategoryItem>({ path: `/categories/${category}`, news: 'never' })
  const isGone = data === undefined && error !== null && isMissing(error)
  return (
    <Page title={t('category', { name: data?.name ?? category })} beside={<MarketLinks />}>
      {isGone ? (
        <div className="card">
          <Empty>{t('missing.category')}</Empty>
        </div>
      ) : (
        <Market category={category} />
      )}
    </Page>
  )
}

/** All that is asked, wanted and traded; it does not wait for the name of the category. */
function Market({ category }: { readonly category: string }): ReactElement {
  const search = useSearchOf(readBookSearch)
  const { page = 1 } = useSearchOf(readListSearch)
  const of = { category, ...(search.tee === true ? { minTag: TEE } : {}) }
  const asked = { ...of, minTrust: search.trust, app: 'any', dataset: 'any', requester: 'any' }
  const wanted = { ...of, workerpool: 'any' }
  const asks = useMarket<Asks>({ path: '/workerpoolorders', query: { ...asked, pageSize: DEPTH }, news: 'orders' })
  const bids = useMarket<Bids>({ path: '/requestorders', query: { ...wanted, pageSize: DEPTH }, news: 'orders' })
  const prices = useMarket<{ readonly prices: readonly PriceItem[] }>({
    path: '/prices',
    query: { category },
    news: 'deals',
  })
  return (
    <>
      <Categories chosen={category} />
      <BookFilters search={search} />
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <Book side="asks" query={asks} asked={asked} />
        <Book side="bids" query={bids} asked={wanted} />
        {asks.data !== undefined && bids.data !== undefined && (
          <Depth asks={asks.data.orders} bids={bids.data.orders} />
        )}
        <PriceHistory query={prices} />
      </div>
      <Trades category={category} page={page} />
    </>
  )
}

/** The way to the books of the other categories. */
function Categories({ chosen }: { readonly chosen: string }): ReactElement {
  const { t } = useTranslation('trade')
  const { slug } = useChain()
  const { data } = useMarket<{ readonly categories: readonly CategoryItem[] }>({
    path: '/categories',
    query: { pageSize: 100 },
    news: 'blocks',
  })
  return (
    <nav aria-label={t('categories')} className="flex flex-wrap gap-1">
      {data?.categories.map(({ catid, name }) => (
        <Link
          key={catid}
          to={`/${slug}/market/${catid}`}
          aria-current={String(catid) === chosen ? 'page' : undefined}
          className="button aria-[current=page]:border-link aria-[current=page]:bg-raised"
          activeProps={{}}
        >
          <bdi>{name}</bdi>
        </Link>
      ))}
    </nav>
  )
}
