// All transactions that made something happen on the market, newest first.
import { getAddress, type Address, type Hex } from 'viem'
import { useMemo, type ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import { Filters, type Filter } from '../show/Filters.tsx'
import { Id } from '../show/Id.tsx'
import { List } from '../show/List.tsx'
import { Page } from '../show/Page.tsx'
import { graphSource } from '../show/source.ts'
import type { Column } from '../show/Table.tsx'
import { useSearchOf } from '../site/search.ts'
import { momentColumn } from '../show/momentColumn.tsx'
import type { ExplorerWords } from './columns.tsx'
import { partyFilter } from './DealsPage.tsx'
import { eventName, nameOfEvent } from './eventName.ts'
import { readTransactionsSearch } from './searches.ts'

type Named = { readonly __typename: string; readonly from?: { readonly id: Address } }

type Transaction = {
  readonly id: Hex
  readonly from: { readonly id: Address } | null
  readonly gasUsed: string
  readonly blockNumber: string
  readonly timestamp: string
  readonly workerpoolEvents: readonly Named[]
  readonly taskEvents: readonly Named[]
  readonly ressourceTransferEvent: readonly Named[]
  readonly accountEvents: readonly Named[]
}

const QUERY = `query ($first: Int, $skip: Int, $where: Transaction_filter) {
  rows: transactions(first: $first, skip: $skip, where: $where, orderBy: blockNumber, orderDirection: desc) {
    id from { id } gasUsed blockNumber timestamp
    workerpoolEvents(first: 2) { __typename }
    taskEvents(first: 3) { __typename }
    ressourceTransferEvent(first: 2) { __typename from { id } }
    accountEvents(first: 2) { __typename }
  }
}`

/** All transactions. */
export function TransactionsPage(): ReactElement {
  const { t, language } = useTranslation('explorer')
  const { page = 1, from } = useSearchOf(readTransactionsSearch)
  const columns = useMemo(() => transactionColumns(t, language), [t, language])
  const filters = useMemo<readonly Filter[]>(() => [partyFilter('from', t)], [t])
  const where = from === undefined ? {} : { from }
  return (
    <Page title={t('transactions')}>
      <List
        caption={t('transactions')}
        name="transactions"
        columns={columns}
        source={graphSource<Transaction>({ query: QUERY, variables: { where }, news: 'blocks' })}
        keyOf={({ id }) => id}
        page={page}
        filters={<Filters filters={filters} />}
        isFiltered={from !== undefined}
      />
    </Page>
  )
}

function transactionColumns(t: ExplorerWords, language: string): readonly Column<Transaction>[] {
  return [
    {
      key: 'transaction',
      title: t('transaction'),
      cell: ({ id }) => <Id id={id} kind="tx" />,
      value: ({ id }) => id,
    },
    {
      key: 'events',
      title: t('events'),
      cell: (transaction) =>
        namesOf(transaction)
          .map((name) => eventName(name, t))
          .join(', '),
      value: (transaction) => namesOf(transaction).join(' '),
    },
    {
      key: 'from',
      title: t('from'),
      cell: ({ from }) => from !== null && <Id id={from.id} kind="address" />,
      value: ({ from }) => (from === null ? null : getAddress(from.id)),
    },
    {
      key: 'gas',
      title: t('gas'),
      cell: ({ gasUsed }) => Number(gasUsed).toLocaleString(language),
      value: ({ gasUsed }) => Number(gasUsed),
      isAmount: true,
    },
    {
      key: 'block',
      title: t('block'),
      cell: ({ blockNumber }) => Number(blockNumber).toLocaleString(language),
      value: ({ blockNumber }) => Number(blockNumber),
      isAmount: true,
    },
    momentColumn({ key: 'time', title: t('age') }, ({ timestamp }) => Number(timestamp)),
  ]
}

/** What happened, what matters most first; what money does because of it is left away where there is more to say. */
function namesOf(transaction: Transaction): readonly string[] {
  const { workerpoolEvents, taskEvents, ressourceTransferEvent, accountEvents } = transaction
  const causes = [...workerpoolEvents, ...taskEvents, ...ressourceTransferEvent]
  return [...new Set((causes.length > 0 ? causes : accountEvents).map(nameOf))]
}

function nameOf({ __typename, from }: Named): string {
  // The pool is told of each deal, which is what matters to people.
  if (__typename === 'SchedulerNotice') return 'OrdersMatched'
  return nameOfEvent(__typename, from?.id)
}
