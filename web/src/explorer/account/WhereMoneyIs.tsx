// Where the locked money of an account is: each amount with its cause, and how and when it comes free.
import { formatRlc } from '@iexec/protocol'
import type { AccountItem } from '@iexec/wire'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useMemo, type ReactElement } from 'react'
import { useTranslation } from '../../language/useTranslation.ts'
import { Amount } from '../../show/Amount.tsx'
import { FixedList } from '../../show/FixedList.tsx'
import { Id } from '../../show/Id.tsx'
import { Moment, useNow } from '../../show/Moment.tsx'
import { Failure, Skeleton } from '../../show/states.tsx'
import type { Column } from '../../show/Table.tsx'
import { useChain } from '../../site/chain.tsx'
import type { ExplorerWords } from '../columns.tsx'
import { findLocks, type Lock } from './locks.ts'

/** A table of all that is locked. */
export function WhereMoneyIs({ account }: { readonly account: AccountItem }): ReactElement {
  const { address, stake, locked, deals, contributions } = account
  const lockedInNano = BigInt(locked)
  const { t } = useTranslation('explorer')
  const chain = useChain()
  const { data, error, refetch } = useQuery({
    // Thousands of deals are read again when something of this account moved, not with each block.
    queryKey: [chain.slug, 'never', 'locks', address, stake, locked, deals, contributions],
    queryFn: async ({ signal }) => findLocks(chain, { account: address, lockedInNano, signal }),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    enabled: lockedInNano > 0n,
  })
  const columns = useMemo(() => lockColumns(t), [t])
  if (lockedInNano > 0n && data === undefined) {
    return error === null ? <Skeleton lines={4} /> : <Failure error={error} retry={() => void refetch()} />
  }
  const { locks, restInNano } = lockedInNano > 0n && data !== undefined ? data : { locks: [], restInNano: 0n }
  const note = restInNano > 0n ? t('where.rest', { amount: formatRlc(restInNano) }) : t('where.all')
  return (
    <FixedList
      title={t('where.title')}
      name={`locked-${address}`}
      columns={columns}
      rows={locks}
      keyOf={({ role, id }) => `${role} ${id}`}
      note={lockedInNano > 0n ? note : undefined}
      empty={t('where.nothing')}
    />
  )
}

const RELEASE = {
  requester: 'where.releaseRequester',
  scheduler: 'where.releaseScheduler',
  worker: 'where.releaseWorker',
} as const

function lockColumns(t: ExplorerWords): readonly Column<Lock>[] {
  return [
    {
      key: 'locked_nRLC',
      title: t('locked'),
      cell: ({ nRLC }) => <Amount nRLC={nRLC} />,
      value: ({ nRLC }) => String(nRLC),
      isAmount: true,
    },
    { key: 'as', title: t('where.role'), cell: ({ role }) => t(`where.${role}`), value: ({ role }) => role },
    {
      key: 'for',
      title: t('where.cause'),
      cell: (lock) => <Cause lock={lock} />,
      value: ({ id }) => id,
    },
    {
      key: 'until',
      title: t('where.until'),
      cell: ({ until }) => <Moment at={until} />,
      value: ({ until }) => new Date(until * 1_000).toISOString(),
    },
    {
      key: 'release',
      title: t('where.release'),
      cell: (lock) => <Release lock={lock} />,
      value: ({ role }) => t(RELEASE[role]),
    },
  ]
}

function Cause({ lock: { role, id, openTasks } }: { readonly lock: Lock }): ReactElement {
  const { t } = useTranslation('explorer')
  if (role === 'worker') return <Id id={id} kind="task" />
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2">
      <Id id={id} kind="deal" />
      <span className="text-muted">{t('where.open', { count: openTasks })}</span>
    </span>
  )
}

function Release({ lock: { role, until } }: { readonly lock: Lock }): ReactElement {
  const { t } = useTranslation('explorer')
  const isOverdue = useNow() / 1_000 >= until
  return (
    <span className="block max-w-md">
      {isOverdue ? <span className="font-medium text-warn">{t('where.overdue')}</span> : t(RELEASE[role])}
    </span>
  )
}
