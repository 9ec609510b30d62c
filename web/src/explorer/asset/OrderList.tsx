// What an app, a dataset or a workerpool is offered for at this moment, the cheapest first.
import { decodeTag } from '@iexec/protocol'
import type { OrderItem, WireAssetKind } from '@iexec/wire'
import { Link } from '@tanstack/react-router'
import type { Address, Hex } from 'viem'
import { useMemo, type ReactElement } from 'react'
import { useTranslation } from '../../language/useTranslation.ts'
import { Amount } from '../../show/Amount.tsx'
import { CategoryLink } from '../../show/CategoryLink.tsx'
import { Copy } from '../../show/Copy.tsx'
import { shorten } from '../../show/Id.tsx'
import { useChoice } from '../../show/kept.ts'
import { List } from '../../show/List.tsx'
import { Mark } from '../../show/Mark.tsx'
import { momentColumn } from '../../show/momentColumn.tsx'
import { marketSource } from '../../show/source.ts'
import type { Column } from '../../show/Table.tsx'
import { useChain } from '../../site/chain.tsx'
import type { ExplorerWords } from '../columns.tsx'

type Offer = OrderItem<'apporder' | 'datasetorder' | 'workerpoolorder'>

/** Offers of one asset, whomever they are for. */
export type OrderListProps = { readonly kind: WireAssetKind; readonly address: Address; readonly page: number }

const ANYBODY = { app: 'any', dataset: 'any', workerpool: 'any', requester: 'any' } as const

/** The open orders of an asset. */
export function OrderList({ kind, address, page }: OrderListProps): ReactElement {
  const { t, language } = useTranslation('explorer')
  const columns = useMemo(() => orderColumns(kind, t, language), [kind, t, language])
  const query = { ...ANYBODY, [kind]: address }
  return (
    <List<Offer>
      caption={t('openOrders')}
      name={`${kind}orders-${address}`}
      columns={columns}
      source={marketSource<Offer>({ path: `/${kind}orders`, rows: 'orders', query, news: 'orders' })}
      keyOf={({ orderHash }) => orderHash}
      page={page}
    />
  )
}

function orderColumns(kind: WireAssetKind, t: ExplorerWords, language: string): readonly Column<Offer>[] {
  return [
    {
      key: 'order',
      title: t('order'),
      cell: ({ orderHash }) => <OrderId kind={kind} hash={orderHash} />,
      value: ({ orderHash }) => orderHash,
    },
    {
      key: 'price_nRLC',
      title: t('price'),
      cell: (offer) => {
        const price = priceOf(offer)
        return price === 0 ? t('free') : <Amount nRLC={price} />
      },
      value: priceOf,
      isAmount: true,
    },
    ...(kind === 'workerpool' ? workColumns(t) : []),
    {
      key: 'tag',
      title: t('tag'),
      cell: ({ order }) => decodeTag(order.tag).names.join(', '),
      value: ({ order }) => order.tag,
    },
    {
      key: 'remaining',
      title: t('remaining'),
      cell: ({ remaining }) => remaining.toLocaleString(language),
      value: ({ remaining }) => remaining,
      isAmount: true,
    },
    momentColumn({ key: 'published', title: t('published') }, ({ publicationTimestamp }) => publicationTimestamp),
  ]
}

function workColumns(t: ExplorerWords): readonly Column<Offer>[] {
  return [
    {
      key: 'category',
      title: t('category'),
      cell: ({ order }) => 'category' in order && <CategoryLink category={order.category} />,
      value: ({ order }) => ('category' in order ? order.category : null),
      isAmount: true,
    },
    {
      key: 'trust',
      title: t('trust'),
      cell: ({ order }) => ('trust' in order ? order.trust : null),
      value: ({ order }) => ('trust' in order ? order.trust : null),
      isAmount: true,
    },
  ]
}

function priceOf({ order }: Offer): number {
  if ('appprice' in order) return order.appprice
  return 'datasetprice' in order ? order.datasetprice : order.workerpoolprice
}

function OrderId({ kind, hash }: { readonly kind: WireAssetKind; readonly hash: Hex }): ReactElement {
  const { slug } = useChain()
  const [isLong] = useChoice('long-ids')
  return (
    <span className="inline-flex items-center gap-1.5">
      <Mark id={hash} />
      <Link to={`/${slug}/order/${kind}/${hash}`} className="link digits font-mono break-all" title={hash}>
        {isLong ? hash : shorten(hash)}
      </Link>
      <Copy text={hash} what={shorten(hash)} />
    </span>
  )
}
