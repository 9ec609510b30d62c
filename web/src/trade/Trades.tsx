// What was traded last in a category.
import type { DealItem } from '@iexec/wire'
import type { Translate } from '../language/words.ts'
import { useMemo, type ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import { Amount } from '../show/Amount.tsx'
import { Id } from '../show/Id.tsx'
import { List } from '../show/List.tsx'
import { Moment } from '../show/Moment.tsx'
import { marketSource } from '../show/source.ts'
import type { Column } from '../show/Table.tsx'

/** The deals of a category, the newest first. */
export function Trades({ category, page }: { readonly category: string; readonly page: number }): ReactElement {
  const { t } = useTranslation('trade')
  const columns = useMemo(() => tradeColumns(t), [t])
  const source = useMemo(
    () => marketSource<DealItem>({ path: '/deals', rows: 'deals', query: { category }, news: 'deals' }),
    [category],
  )
  return (
    <section className="grid gap-2" aria-labelledby="trades">
      <h2 id="trades" className="font-semibold">
        {t('trades')}
      </h2>
      <List
        caption={t('tradesList')}
        name="deals"
        columns={columns}
        source={source}
        keyOf={({ dealid }) => dealid}
        page={page}
      />
    </section>
  )
}

function tradeColumns(t: Translate<'trade'>): readonly Column<DealItem>[] {
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
