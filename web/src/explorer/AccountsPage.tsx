// All accounts of the hub, and those of them that are workers.
import { getAddress, type Address } from 'viem'
import { useMemo, type ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import { Amount } from '../show/Amount.tsx'
import { Id, type IdKind } from '../show/Id.tsx'
import { List } from '../show/List.tsx'
import { Page } from '../show/Page.tsx'
import { graphSource, mapSource, type Source } from '../show/source.ts'
import type { Column, Sorting } from '../show/Table.tsx'
import { useSearchOf } from '../site/search.ts'
import { momentColumn } from '../show/momentColumn.tsx'
import type { ExplorerWords } from './columns.tsx'
import { toNano } from './money.ts'
import { readAccountsSearch, type AccountsSearch } from './searches.ts'

type Account = {
  readonly id: Address
  readonly balance: string
  readonly frozen: string
  readonly score: string
  readonly contributions: readonly { readonly timestamp: number }[]
}

const FIELDS = { stake: 'balance', locked: 'frozen', score: 'score' } as const

/** All accounts, the richest first. */
export function AccountsPage(): ReactElement {
  const { t } = useTranslation('explorer')
  const search = useSearchOf(readAccountsSearch)
  const sorting = sortingOf(search, 'stake')
  const columns = useMemo(() => [accountColumn('address', t('account')), ...moneyColumns(t)], [t])
  return (
    <Page title={t('accounts')}>
      <List
        caption={t('accounts')}
        name="accounts"
        columns={columns}
        source={accountSource(sorting, {})}
        sorting={sorting}
        keyOf={({ id }) => id}
        page={search.page ?? 1}
      />
    </Page>
  )
}

/** All accounts that ever contributed, the most trusted first. */
export function WorkersPage(): ReactElement {
  const { t } = useTranslation('explorer')
  const search = useSearchOf(readAccountsSearch)
  const sorting = sortingOf(search, 'score')
  const columns = useMemo(
    () => [
      accountColumn('worker', t('worker')),
      scoreColumn(t),
      ...moneyColumns(t).slice(0, 2),
      momentColumn<Account>({ key: 'last_contribution', title: t('lastContribution') }, ({ contributions }) => {
        const [last] = contributions
        return last === undefined ? null : last.timestamp
      }),
    ],
    [t],
  )
  return (
    <Page title={t('workers')}>
      <List
        caption={t('workers')}
        name="workers"
        columns={columns}
        source={accountSource(sorting, { contributions_: { timestamp_gt: 0 } })}
        sorting={sorting}
        keyOf={({ id }) => id}
        page={search.page ?? 1}
      />
    </Page>
  )
}

function sortingOf({ sort, up }: AccountsSearch, usual: keyof typeof FIELDS): Sorting {
  return { by: sort ?? usual, isUp: up === true }
}

function accountSource({ by, isUp }: Sorting, where: object): Source<Account> {
  const source = graphSource<Account>({
    query: `query ($first: Int, $skip: Int, $where: Account_filter, $by: Account_orderBy, $direction: OrderDirection) {
  rows: accounts(first: $first, skip: $skip, where: $where, orderBy: $by, orderDirection: $direction) {
    id balance frozen score contributions(first: 1, orderBy: timestamp, orderDirection: desc) { timestamp }
  }
}`,
    variables: { where, by: FIELDS[by as keyof typeof FIELDS], direction: isUp ? 'asc' : 'desc' },
    news: 'blocks',
  })
  // What is saved has the checksum of addresses, too.
  return mapSource(source, (account) => ({ ...account, id: getAddress(account.id) }))
}

function accountColumn(kind: IdKind, title: string): Column<Account> {
  return { key: kind, title, cell: ({ id }) => <Id id={id} kind={kind} />, value: ({ id }) => id }
}

function moneyColumns(t: ExplorerWords): readonly Column<Account>[] {
  return [
    {
      key: 'stake_nRLC',
      title: t('stake'),
      cell: ({ balance }) => <Amount nRLC={toNano(balance)} />,
      value: ({ balance }) => String(toNano(balance)),
      isAmount: true,
      sort: 'stake',
    },
    {
      key: 'locked_nRLC',
      title: t('locked'),
      cell: ({ frozen }) => <Amount nRLC={toNano(frozen)} />,
      value: ({ frozen }) => String(toNano(frozen)),
      isAmount: true,
      sort: 'locked',
    },
    scoreColumn(t),
  ]
}

function scoreColumn(t: ExplorerWords): Column<Account> {
  return {
    key: 'score',
    title: t('score'),
    cell: ({ score }) => score,
    value: ({ score }) => Number(score),
    isAmount: true,
    sort: 'score',
  }
}
