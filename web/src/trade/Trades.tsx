// What was traded last in a category.
import type { DealItem } from '@iexec/wire'
import { useMemo, type ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import { dealColumns } from '../show/dealColumns.tsx'
import { List } from '../show/List.tsx'
import { marketSource } from '../show/source.ts'

/** The deals of a category, the newest first. */
export function Trades({ category, page }: { readonly category: string; readonly page: number }): ReactElement {
  const { t } = useTranslation('trade')
  const columns = useMemo(
    () =>
      dealColumns([
        ['time', t('time')],
        ['deal', t('deal')],
        ['poolPrice', t('price')],
        ['tasks', t('tasks')],
        ['trust', t('field.trust')],
        ['workerpool', t('field.workerpool')],
      ]),
    [t],
  )
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
