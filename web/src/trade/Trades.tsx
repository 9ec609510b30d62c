// What was traded last in a category.
import type { DealItem } from '@iexec/wire'
import type { UseQueryResult } from '@tanstack/react-query'
import type { TFunction } from 'i18next'
import { useMemo, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { Amount } from '../show/Amount.tsx'
import { Id } from '../show/Id.tsx'
import { Moment } from '../show/Moment.tsx'
import { QueryTable, type Column } from '../show/Table.tsx'

/** The last deals of a category. */
export function Trades({
  query,
}: {
  readonly query: UseQueryResult<{ readonly deals: readonly DealItem[] }>
}): ReactElement {
  const { t } = useTranslation('trade')
  const columns = useMemo(() => tradeColumns(t), [t])
  return (
    <div className="card min-w-0">
      <h2 className="border-b border-line px-4 py-2 font-semibold">{t('trades')}</h2>
      <QueryTable
        caption={t('trades')}
        columns={columns}
        query={query}
        rowsOf={({ deals }) => deals}
        keyOf={({ dealid }) => dealid}
      />
    </div>
  )
}

function tradeColumns(t: TFunction<'trade'>): readonly Column<DealItem>[] {
  return [
    {
      key: 'time',
      title: t('time'),
      cell: ({ blockTimestamp }) => <Moment at={blockTimestamp} />,
      value: ({ blockTimestamp }) => blockTimestamp,
    },
    {
      key: 'deal',
      title: t('deal'),
      cell: ({ dealid }) => <Id id={dealid} kind="deal" />,
      value: ({ dealid }) => dealid,
    },
    {
      key: 'price_nRLC',
      title: t('price'),
      cell: ({ workerpool }) => <Amount nRLC={workerpool.price} />,
      value: ({ workerpool }) => workerpool.price,
      isAmount: true,
    },
    { key: 'tasks', title: t('tasks'), cell: ({ volume }) => volume, value: ({ volume }) => volume, isAmount: true },
    {
      key: 'trust',
      title: t('field.trust'),
      cell: ({ trust }) => trust,
      value: ({ trust }) => trust,
      isAmount: true,
    },
    {
      key: 'workerpool',
      title: t('field.workerpool'),
      cell: ({ workerpool }) => <Id id={workerpool.pointer} kind="workerpool" />,
      value: ({ workerpool }) => workerpool.pointer,
    },
  ]
}
