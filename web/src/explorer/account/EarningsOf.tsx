// What an account earned, by app, by workerpool and by day.
import type { AccountItem } from '@iexec/wire'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { getAddress, type Hex } from 'viem'
import type { ReactElement } from 'react'
import { useTranslation } from '../../language/useTranslation.ts'
import { Amount } from '../../show/Amount.tsx'
import { FixedList } from '../../show/FixedList.tsx'
import { Id } from '../../show/Id.tsx'
import { Empty, Failure, Skeleton } from '../../show/states.tsx'
import type { Column } from '../../show/Table.tsx'
import { useChain } from '../../site/chain.tsx'
import type { ExplorerWords } from '../columns.tsx'
import { readEarnings, type Earning } from './earnings.ts'

/** Three tables of rewards. */
export function EarningsOf({
  account: { address, earned },
}: {
  readonly account: Pick<AccountItem, 'address' | 'earned'>
}): ReactElement {
  const { t } = useTranslation('explorer')
  const chain = useChain()
  const { data, error, refetch } = useQuery({
    // Thousands of rewards are read again when this account got one, not whenever anybody did.
    queryKey: [chain.slug, 'never', 'earnings', address, earned],
    queryFn: async ({ signal }) => readEarnings(chain, address, signal),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (data === undefined) {
    return error === null ? <Skeleton lines={4} /> : <Failure error={error} retry={() => void refetch()} />
  }
  if (data.rewards === 0) {
    return (
      <section className="card" aria-label={t('earnings.title')}>
        <h2 className="border-b border-line p-3 font-semibold">{t('earnings.title')}</h2>
        <Empty>{t('earnings.nothing')}</Empty>
      </section>
    )
  }
  const note = data.isCut ? t('earnings.cut', { count: data.rewards }) : undefined
  const shared = { note, keyOf: ({ key }: Earning) => key }
  return (
    <div className="grid items-start gap-4 lg:grid-cols-3">
      <FixedList
        {...shared}
        title={t('earnings.byApp')}
        name={`earnings-by-app-${address}`}
        columns={earningColumns('app', t)}
        rows={data.byApp}
      />
      <FixedList
        {...shared}
        title={t('earnings.byPool')}
        name={`earnings-by-workerpool-${address}`}
        columns={earningColumns('workerpool', t)}
        rows={data.byPool}
      />
      <FixedList
        {...shared}
        title={t('earnings.byDay')}
        name={`earnings-by-day-${address}`}
        columns={earningColumns('day', t)}
        rows={data.byDay}
      />
    </div>
  )
}

function earningColumns(by: 'app' | 'workerpool' | 'day', t: ExplorerWords): readonly Column<Earning>[] {
  return [
    {
      key: by,
      title: by === 'day' ? t('chart.day') : t(by),
      cell: ({ key, name }) => (by === 'day' ? key : <Id id={key as Hex} kind={by} name={name} />),
      value: ({ key }) => (by === 'day' ? key : getAddress(key)),
    },
    {
      key: 'rewards',
      title: t('earnings.rewards'),
      cell: ({ rewards }) => rewards,
      value: ({ rewards }) => rewards,
      isAmount: true,
    },
    {
      key: 'earned_nRLC',
      title: t('amount'),
      cell: ({ nRLC }) => <Amount nRLC={nRLC} />,
      value: ({ nRLC }) => String(nRLC),
      isAmount: true,
    },
  ]
}
