// The orders that a deal was made of.
import { NO_ADDRESS, isSameAddress } from '@iexec/protocol'
import type { DealItem } from '@iexec/wire'
import type { Translate } from '../../language/words.ts'
import { useMemo, type ReactElement } from 'react'
import { useTranslation } from '../../language/useTranslation.ts'
import type { Address, Hex } from 'viem'
import { Amount } from '../../show/Amount.tsx'
import { Export } from '../../show/Export.tsx'
import { Id } from '../../show/Id.tsx'
import { fixedSource } from '../../show/source.ts'
import { Table, type Column } from '../../show/Table.tsx'
import { Section } from '../task/Section.tsx'

type Order = {
  readonly kind: 'app' | 'dataset' | 'workerpool' | 'request'
  readonly hash: Hex
  readonly owner: Address
  readonly price: number | undefined
}

/** The three or four orders, with their hashes and prices. */
export function DealOrders({ deal }: { readonly deal: DealItem }): ReactElement {
  const { t } = useTranslation('task')
  const columns = useMemo(() => columnsOf(t), [t])
  const orders = useMemo(() => ordersOf(deal), [deal])
  const source = useMemo(() => fixedSource(orders), [orders])
  return (
    <Section
      title={t('orders.label')}
      beside={<Export name={`deal-${deal.dealid.slice(0, 10)}-orders`} columns={columns} source={source} />}
    >
      <Table caption={t('orders.label')} columns={columns} rows={orders} keyOf={({ kind }) => kind} />
    </Section>
  )
}

function columnsOf(t: Translate<'task'>): readonly Column<Order>[] {
  return [
    { key: 'order', title: t('orders.kind'), cell: ({ kind }) => t(`orders.${kind}`), value: ({ kind }) => kind },
    {
      key: 'hash',
      title: t('orders.hash'),
      cell: ({ hash }) => <Id id={hash} kind="order" />,
      value: ({ hash }) => hash,
    },
    {
      key: 'owner',
      title: t('orders.owner'),
      cell: ({ owner }) => <Id id={owner} kind="address" />,
      value: ({ owner }) => owner,
    },
    {
      key: 'price_nRLC',
      title: t('orders.price'),
      cell: ({ price }) => price !== undefined && <Amount nRLC={price} />,
      value: ({ price }) => price ?? null,
      isAmount: true,
    },
  ]
}

function ordersOf({ app, dataset, workerpool, requester, ...deal }: DealItem): readonly Order[] {
  const all: readonly Order[] = [
    { kind: 'app', hash: deal.appHash, owner: app.owner, price: app.price },
    { kind: 'dataset', hash: deal.datasetHash, owner: dataset.owner, price: dataset.price },
    { kind: 'workerpool', hash: deal.workerpoolHash, owner: workerpool.owner, price: workerpool.price },
    { kind: 'request', hash: deal.requestHash, owner: requester, price: undefined },
  ]
  return all.filter(({ kind }) => kind !== 'dataset' || !isSameAddress(dataset.pointer, NO_ADDRESS))
}
