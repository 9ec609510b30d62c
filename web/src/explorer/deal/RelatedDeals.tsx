// All deals of the same request: a request for many tasks may be filled by several workerpools.
import type { DealItem } from '@iexec/wire'
import { useMemo, type ReactElement } from 'react'
import { useTranslation } from '../../language/useTranslation.ts'
import { Export } from '../../show/Export.tsx'
import { marketSource, useSource } from '../../show/source.ts'
import { Table } from '../../show/Table.tsx'
import { dealColumnsOf } from '../columns.tsx'
import { Section } from '../task/Section.tsx'

/** Nobody looks through more of them here; the file that is saved has all. */
const MOST = 50

/** The deals of a request, this one among them; nothing when there are no others. */
export function RelatedDeals({ deal: { dealid, requestHash } }: { readonly deal: DealItem }): ReactElement | null {
  const { t } = useTranslation('task')
  const { t: tExplorer } = useTranslation('explorer')
  const source = useMemo(
    () =>
      marketSource<DealItem>({
        path: '/deals',
        rows: 'deals',
        query: { requestorderHash: requestHash },
        news: 'deals',
      }),
    [requestHash],
  )
  const { data } = useSource(source, { page: 1, size: MOST })
  const columns = useMemo(() => dealColumnsOf(tExplorer), [tExplorer])
  const { rows = [], count = 0, hasMore = false } = data ?? {}
  if (rows.every((row) => row.dealid === dealid)) return null
  return (
    <Section
      title={t('related')}
      beside={<Export name={`request-${requestHash.slice(0, 10)}-deals`} columns={columns} source={source} />}
    >
      {hasMore && <p className="px-4 py-2 text-muted">{t('relatedFirst', { shown: rows.length, count })}</p>}
      <Table caption={t('related')} columns={columns} rows={rows} keyOf={(row) => row.dealid} />
    </Section>
  )
}
