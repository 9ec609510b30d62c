// All deals, newest first, or those of somebody or something.
import { useMemo, type ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import { ADDRESS_FIELD, Filters, type Filter } from '../show/Filters.tsx'
import { Page } from '../show/Page.tsx'
import { useSearchOf } from '../site/search.ts'
import type { ExplorerWords } from './columns.tsx'
import { DealList } from './lists.tsx'
import { readDealsSearch } from './searches.ts'
import { useCategories } from './useCategories.ts'

/** All deals. */
export function DealsPage(): ReactElement {
  const { t } = useTranslation('explorer')
  const { page = 1, ...query } = useSearchOf(readDealsSearch)
  const categories = useCategories()
  const filters = useMemo(
    () => [categoryFilter(categories, t), ...PARTIES.map((key) => partyFilter(key, t))],
    [categories, t],
  )
  return (
    <Page title={t('deals')}>
      <DealList
        query={query}
        page={page}
        filters={<Filters filters={filters} />}
        isFiltered={Object.keys(query).length > 0}
      />
    </Page>
  )
}

const PARTIES = ['app', 'dataset', 'workerpool', 'requester', 'beneficiary'] as const

/** A field for an address. */
export function partyFilter(
  key: 'app' | 'dataset' | 'workerpool' | 'requester' | 'beneficiary' | 'worker' | 'owner' | 'from',
  t: ExplorerWords,
): Filter {
  return { key, label: t(key), ...ADDRESS_FIELD }
}

function categoryFilter(categories: ReadonlyMap<number, string>, t: ExplorerWords): Filter {
  const options = [...categories].map(([catid, name]) => ({ value: String(catid), label: name }))
  return { key: 'category', label: t('category'), options }
}
