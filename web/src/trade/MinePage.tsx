// One's own orders of all kinds, and one's own deals.
import type { DealItem, OrderItem } from '@iexec/wire'
import { Link } from '@tanstack/react-router'
import type { TFunction } from 'i18next'
import { useMemo, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { Address, Hex } from 'viem'
import { Amount } from '../show/Amount.tsx'
import { Count } from '../show/Count.tsx'
import { Id, shorten, type IdKind } from '../show/Id.tsx'
import { List } from '../show/List.tsx'
import { Moment } from '../show/Moment.tsx'
import { Page } from '../show/Page.tsx'
import { marketSource } from '../show/source.ts'
import { Empty } from '../show/states.tsx'
import type { Column } from '../show/Table.tsx'
import { Tabs } from '../show/Tabs.tsx'
import { useChain } from '../site/chain.tsx'
import { readListSearch, useSearchOf } from '../site/search.ts'
import { useWallet } from '../wallet/useWallet.ts'
import { MarketLinks } from './MarketLinks.tsx'
import { readTabSearch } from './search.ts'
import { ORDER_KINDS, type OrderKind } from './terms.ts'

/** Whose orders of a kind: how the market asks for them. */
const OWNER: { readonly [Kind in OrderKind]: string } = {
  request: 'requester',
  workerpool: 'workerpoolOwner',
  app: 'appOwner',
  dataset: 'datasetOwner',
}

/** Everything of the connected wallet on the market. */
export function MinePage(): ReactElement {
  const { t } = useTranslation('trade')
  const wallet = useWallet()
  const search = { ...useSearchOf(readListSearch), ...useSearchOf(readTabSearch) }
  const kind = ORDER_KINDS.find((one) => one === search.tab) ?? ORDER_KINDS[0]
  const isDeals = search.tab === 'deals'
  return (
    <Page title={t('mine')} beside={<MarketLinks />}>
      <Tabs
        label={t('mine')}
        chosen={isDeals ? 'deals' : kind}
        tabs={[
          ...ORDER_KINDS.map((one) => ({ key: one as string, title: t(`kinds.${one}`) })),
          { key: 'deals', title: t('deals') },
        ]}
      />
      {wallet === undefined && <Empty>{t('connectFirst')}</Empty>}
      {wallet !== undefined && isDeals && <MyDeals me={wallet.address} page={search.page ?? 1} />}
      {wallet !== undefined && !isDeals && (
        <MyOrders key={kind} kind={kind} me={wallet.address} page={search.page ?? 1} />
      )}
    </Page>
  )
}

type Mine = { readonly me: Address; readonly page: number }

function MyOrders({ kind, me, page }: Mine & { readonly kind: OrderKind }): ReactElement {
  const { t } = useTranslation('trade')
  const { slug } = useChain()
  const columns = useMemo(() => orderColumns(t, { kind, slug }), [t, kind, slug])
  const source = useMemo(
    () =>
      marketSource<OrderItem>({
        path: `/${kind}orders`,
        rows: 'orders',
        // Restrictions do not matter to the owner.
        query: { [OWNER[kind]]: me, ...anyOf(kind) },
        news: 'orders',
      }),
    [kind, me],
  )
  return (
    <List
      caption={t(`kinds.${kind}`)}
      name={`${kind}-orders`}
      columns={columns}
      source={source}
      keyOf={({ orderHash }) => orderHash}
      page={page}
    />
  )
}

function anyOf(kind: OrderKind): Readonly<Record<string, string>> {
  if (kind === 'request') return { workerpool: 'any' }
  const restrictions = (['app', 'dataset', 'workerpool', 'requester'] as const).filter((name) => name !== kind)
  return Object.fromEntries(restrictions.map((name) => [name, 'any']))
}

function MyDeals({ me, page }: Mine): ReactElement {
  const { t } = useTranslation('trade')
  const columns = useMemo(() => dealColumns(t), [t])
  const source = useMemo(
    () => marketSource<DealItem>({ path: '/deals', rows: 'deals', query: { requester: me }, news: 'deals' }),
    [me],
  )
  return (
    <List
      caption={t('deals')}
      name="my-deals"
      columns={columns}
      source={source}
      keyOf={({ dealid }) => dealid}
      page={page}
    />
  )
}

type T = TFunction<'trade'>

function orderColumns(
  t: T,
  { kind, slug }: { readonly kind: OrderKind; readonly slug: string },
): readonly Column<OrderItem>[] {
  const subject = kind === 'request' ? 'app' : kind
  const price = kind === 'request' ? 'workerpoolmaxprice' : (`${kind}price` as const)
  return [
    {
      key: 'order',
      title: t('order'),
      cell: ({ orderHash }) => (
        <Link to={`/${slug}/order/${kind}/${orderHash}`} className="link font-mono">
          {shorten(orderHash)}
        </Link>
      ),
      value: ({ orderHash }) => orderHash,
    },
    {
      key: subject,
      title: t(`field.${subject}`),
      cell: (row) => <Id id={read(row, subject) as Hex} kind={subject satisfies IdKind} />,
      value: (row) => read(row, subject),
    },
    {
      key: `${price}_nRLC`,
      title: t('price'),
      cell: (row) => <Amount nRLC={Number(read(row, price))} />,
      value: (row) => read(row, price),
      isAmount: true,
    },
    {
      key: 'remaining',
      title: t('remaining'),
      cell: ({ remaining }) => <Count of={remaining} />,
      value: ({ remaining }) => remaining,
      isAmount: true,
    },
    {
      key: 'published',
      title: t('publishedAt'),
      cell: ({ publicationTimestamp }) => <Moment at={publicationTimestamp} />,
      value: ({ publicationTimestamp }) => publicationTimestamp,
    },
  ]
}

/** A field of an order by its name; kinds have different ones. */
function read({ order }: OrderItem, name: string): string | number {
  return (order as unknown as Readonly<Record<string, string | number>>)[name] ?? ''
}

function dealColumns(t: T): readonly Column<DealItem>[] {
  return [
    {
      key: 'deal',
      title: t('deal'),
      cell: ({ dealid }) => <Id id={dealid} kind="deal" />,
      value: ({ dealid }) => dealid,
    },
    {
      key: 'app',
      title: t('field.app'),
      cell: ({ app }) => <Id id={app.pointer} kind="app" />,
      value: ({ app }) => app.pointer,
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
      title: t('time'),
      cell: ({ blockTimestamp }) => <Moment at={blockTimestamp} />,
      value: ({ blockTimestamp }) => blockTimestamp,
    },
  ]
}

/** What one task of a deal cost. */
function priceOf({ app, dataset, workerpool }: DealItem): number {
  return app.price + dataset.price + workerpool.price
}
