// One order: what it says, what is left of it, and what can be done with it.
import type { OrderItem } from '@iexec/wire'
import { useParams } from '@tanstack/react-router'
import { useState, type ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import { isAddress, zeroAddress, type Address, type Hex } from 'viem'
import { isMissing } from '../explorer/missing.ts'
import { useMarket } from '../read/useMarket.ts'
import { Amount } from '../show/Amount.tsx'
import { Facts, type Fact } from '../show/Facts.tsx'
import { Id, shorten, type IdKind } from '../show/Id.tsx'
import { Moment } from '../show/Moment.tsx'
import { Page } from '../show/Page.tsx'
import { Empty, Failure, Outdated, Skeleton } from '../show/states.tsx'
import { NotFound } from '../site/NotFound.tsx'
import { useChain } from '../site/chain.tsx'
import { useWallet } from '../wallet/useWallet.ts'
import { BuyForm } from './BuyForm.tsx'
import type { SaleItem } from './buying.ts'
import { Deals } from './Deals.tsx'
import { MarketLinks } from './MarketLinks.tsx'
import { OwnOrder } from './OwnOrder.tsx'
import { SellForm } from './SellForm.tsx'
import { FIELDS, ORDER_KINDS, type Field, type OrderKind } from './terms.ts'
import { useDeals } from './useDealing.ts'
import { readWithdrawn } from './withdrawn.ts'

/** One order of the book, by its kind and hash. */
export function OrderPage(): ReactElement {
  const { kind, hash = '' }: { readonly kind?: string; readonly hash?: string } = useParams({ strict: false })
  const known = ORDER_KINDS.find((one) => one === kind)
  if (known === undefined || !/^0x[0-9a-fA-F]{64}$/u.test(hash)) return <NotFound />
  return <OneOrder kind={known} hash={hash.toLowerCase() as Hex} />
}

/** What was begun with one order is never shown of another one. */
function OneOrder({ kind, hash }: { readonly kind: OrderKind; readonly hash: Hex }): ReactElement {
  const { slug } = useChain()
  return <KnownOrder key={`${slug} ${kind} ${hash}`} kind={kind} hash={hash} />
}

function KnownOrder({ kind, hash }: { readonly kind: OrderKind; readonly hash: Hex }): ReactElement {
  const { t } = useTranslation('trade')
  const { slug } = useChain()
  const query = useMarket<OrderItem>({ path: `/${kind}orders/${hash}`, news: 'orders' })
  const { data, error, refetch } = query
  // The market forgets what was taken back; its owner can still close it, and sees this page until he leaves.
  const kept = readWithdrawn().find(({ chain, item: { orderHash } }) => chain === slug && orderHash === hash)
  const [keptAtFirst] = useState(kept)
  const item = data ?? kept?.item ?? keptAtFirst?.item
  const isWithdrawn = data === undefined ? item !== undefined : kept !== undefined && error !== null
  return (
    <Page title={`${t(`kind.${kind}`)} ${shorten(hash)}`} beside={<MarketLinks />}>
      {item === undefined && error === null && <Skeleton lines={8} />}
      {item === undefined && error !== null && isMissing(error) && (
        <div className="card">
          <Empty>{t('missing.order')}</Empty>
        </div>
      )}
      {item === undefined && error !== null && !isMissing(error) && (
        <Failure error={error} retry={() => void refetch()} />
      )}
      {!isWithdrawn && <Outdated query={query} />}
      {item !== undefined && <Order kind={kind} item={item} isWithdrawn={isWithdrawn} />}
    </Page>
  )
}

type OrderProps = { readonly kind: OrderKind; readonly item: OrderItem; readonly isWithdrawn: boolean }

function Order({ kind, item, isWithdrawn }: OrderProps): ReactElement {
  const { t } = useTranslation('trade')
  const wallet = useWallet()
  const values = item.order as unknown as Readonly<Record<string, string | number>>
  // What was begun is told to its end, also when the order is filled by it.
  const [wasOpen] = useState(item.status === 'open')
  const [deals] = useDeals()
  const isOffered = !isWithdrawn && (wasOpen || item.status === 'open')
  const isOwn = wallet?.address.toLowerCase() === item.signer.toLowerCase()
  const facts: readonly Fact[] = [
    [t('hash'), <Id key="hash" id={item.orderHash} kind="hash" isWhole />],
    [t('state'), isWithdrawn ? t('status.withdrawn') : t(`status.${item.status}`)],
    [t('remaining'), t('remainingOf', { remaining: item.remaining, volume: item.order.volume })],
    [t('signer'), <Id key="signer" id={item.signer} kind="address" />],
    [t('publishedAt'), <Moment key="at" at={item.publicationTimestamp} />],
    ...FIELDS[kind].map((field): Fact => [t(`field.${field.name}`), showValue(field, values[field.name])]),
  ]
  return (
    <div className="grid items-start gap-4 lg:grid-cols-2">
      <section className="card p-4" aria-label={t('terms')}>
        <Facts facts={facts} />
      </section>
      <div className="grid gap-4">
        {deals.length > 0 && <Deals />}
        {isOffered && kind === 'request' && <SellForm item={item as OrderItem<'requestorder'>} />}
        {isOffered && kind !== 'request' && <BuyForm kind={kind} item={item as SaleItem} />}
        {isOwn && <OwnOrder kind={kind} item={item} isWithdrawn={isWithdrawn} />}
      </div>
    </div>
  )
}

const PAGES: { readonly [name: string]: IdKind } = { app: 'app', dataset: 'dataset', workerpool: 'workerpool' }

/** What stands in a field, as people read it; nothing where it says nothing. */
function showValue({ name, type }: Field, value: string | number | undefined): Fact[1] {
  if (value === undefined || value === '' || value === zeroAddress) return undefined
  if (type === 'price') return <Amount nRLC={Number(value)} />
  if (type === 'tee') return /[1-9a-f]/u.test(String(value).slice(2)) ? <code>{value}</code> : undefined
  if (type !== 'address' || !isAddress(String(value), { strict: false })) {
    return <code className="break-all whitespace-pre-wrap">{value}</code>
  }
  return <Id id={String(value) as Address} kind={PAGES[name.replace('restrict', '')] ?? 'address'} />
}
