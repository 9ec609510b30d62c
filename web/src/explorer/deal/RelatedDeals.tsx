// Other deals of the same request: a request for many tasks may be filled by several workerpools.
import type { DealItem } from '@iexec/wire'
import { useMemo, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { useMarket } from '../../read/useMarket.ts'
import { Table } from '../../show/Table.tsx'
import { dealColumns } from '../columns.tsx'
import { Section } from '../task/Section.tsx'

/** Nobody looks through more of them here. */
const MOST = 50

/** The other deals; nothing when there are none. */
export function RelatedDeals({ deal }: { readonly deal: DealItem }): ReactElement | null {
  const { t } = useTranslation('task')
  const { t: tExplorer } = useTranslation('explorer')
  const { data } = useMarket<{ readonly deals: readonly DealItem[] }>({
    path: '/deals',
    query: { requestorderHash: deal.requestHash, pageSize: MOST },
    news: 'deals',
  })
  const columns = useMemo(() => dealColumns(tExplorer), [tExplorer])
  const others = (data?.deals ?? []).filter(({ dealid }) => dealid !== deal.dealid)
  if (others.length === 0) return null
  return (
    <Section title={t('related')}>
      <Table caption={t('related')} columns={columns} rows={others} keyOf={({ dealid }) => dealid} />
    </Section>
  )
}
