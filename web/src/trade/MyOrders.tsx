// One's own orders of a kind: open ones, or also those that are over; and those that were taken from the book without being closed.
import type { OrderItem } from '@iexec/wire'
import { Link, useNavigate } from '@tanstack/react-router'
import type { Translate } from '../language/words.ts'
import { useMemo, type ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import { isAddressEqual, type Address, type Hex } from 'viem'
import { Amount } from '../show/Amount.tsx'
import { Count } from '../show/Count.tsx'
import { Id, shorten, type IdKind } from '../show/Id.tsx'
import { List } from '../show/List.tsx'
import { Moment } from '../show/Moment.tsx'
import { marketSource } from '../show/source.ts'
import type { Column } from '../show/Table.tsx'
import { useChain } from '../site/chain.tsx'
import type { OrderKind } from './terms.ts'
import { readWithdrawn } from './withdrawn.ts'

/** Whose orders of a kind: how the market asks for them. */
const OWNER: { readonly [Kind in OrderKind]: string } = {
  request: 'requester',
  workerpool: 'workerpoolOwner',
  app: 'appOwner',
  dataset: 'datasetOwner',
}

/** Whose orders, and which of them. */
export type MyOrdersProps = {
  readonly kind: OrderKind
  readonly me: Address
  readonly page: number
  /** Also those that were filled or closed, or do not hold any more. */
  readonly areAll: boolean
}

/** The orders of a kind of the connected wallet. */
export function MyOrders({ kind, me, page, areAll }: MyOrdersProps): ReactElement {
  const { t } = useTranslation('trade')
  const { slug } = useChain()
  const columns = useMemo(() => orderColumns(t, { kind, slug }), [t, kind, slug])
  const source = useMemo(
    () =>
      marketSource<OrderItem>({
        path: `/${kind}orders`,
        rows: 'orders',
        // Restrictions do not matter to the owner.
        query: { [OWNER[kind]]: me, ...anyOf(kind), ...(areAll ? { status: 'any' } : {}) },
        news: 'orders',
      }),
    [kind, me, areAll],
  )
  return (
    <>
      <List
        caption={t(`kinds.${kind}`)}
        name={`${kind}-orders`}
        columns={columns}
        source={source}
        keyOf={({ orderHash }) => orderHash}
        page={page}
        filters={<Which areAll={areAll} />}
      />
      <Withdrawn kind={kind} me={me} />
    </>
  )
}

function Which({ areAll }: { readonly areAll: boolean }): ReactElement {
  const { t } = useTranslation('trade')
  const navigate = useNavigate()
  return (
    <select
      className="field"
      aria-label={t('which')}
      value={areAll ? 'all' : 'open'}
      onChange={({ target }) => {
        const search = { all: target.value === 'all' ? true : undefined, page: undefined }
        void navigate({ to: '.', search: (before: object) => ({ ...before, ...search }), resetScroll: false })
      }}
    >
      <option value="open">{t('onlyOpen')}</option>
      <option value="all">{t('allStates')}</option>
    </select>
  )
}

/** The market forgot them; whoever has seen one can still use it. */
function Withdrawn({ kind, me }: { readonly kind: OrderKind; readonly me: Address }): ReactElement | null {
  const { t } = useTranslation('trade')
  const { slug } = useChain()
  const mine = readWithdrawn().filter(
    (one) => one.kind === kind && one.chain === slug && isAddressEqual(one.item.signer, me),
  )
  if (mine.length === 0) return null
  return (
    <section className="card grid gap-2 p-4" aria-label={t('withdrawnOrders')}>
      <h2 className="font-semibold">{t('withdrawnOrders')}</h2>
      <ul className="flex flex-wrap gap-3">
        {mine.map(({ item: { orderHash } }) => (
          <li key={orderHash}>
            <Link to={`/${slug}/order/${kind}/${orderHash}`} className="link font-mono">
              {shorten(orderHash)}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}

function anyOf(kind: OrderKind): Readonly<Record<string, string>> {
  if (kind === 'request') return { workerpool: 'any' }
  const restrictions = (['app', 'dataset', 'workerpool', 'requester'] as const).filter((name) => name !== kind)
  return Object.fromEntries(restrictions.map((name) => [name, 'any']))
}

type T = Translate<'trade'>

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
    { key: 'state', title: t('state'), cell: ({ status }) => t(`status.${status}`), value: ({ status }) => status },
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
