// All apps, all datasets, or all workerpools.
import type { WireAssetKind } from '@iexec/wire'
import { useMemo, type ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import { Filters, type Filter } from '../show/Filters.tsx'
import { Page } from '../show/Page.tsx'
import { useSearchOf } from '../site/search.ts'
import { partyFilter } from './DealsPage.tsx'
import { AssetList } from './lists.tsx'
import { readAssetsSearch } from './searches.ts'

/** All apps, the most used first. */
export function AppsPage(): ReactElement {
  return <AssetsPage kind="app" />
}

/** All datasets, the newest first. */
export function DatasetsPage(): ReactElement {
  return <AssetsPage kind="dataset" />
}

/** All workerpools, the most used first. */
export function WorkerpoolsPage(): ReactElement {
  return <AssetsPage kind="workerpool" />
}

function AssetsPage({ kind }: { readonly kind: WireAssetKind }): ReactElement {
  const { t } = useTranslation('explorer')
  const { page = 1, sort = 'usage', up, ...wish } = useSearchOf(readAssetsSearch)
  const filters = useMemo<readonly Filter[]>(() => [{ key: 'name', label: t('name') }, partyFilter('owner', t)], [t])
  return (
    <Page title={t(`${kind}s`)}>
      <AssetList
        kind={kind}
        wish={wish}
        sorting={{ by: sort, isUp: up === true }}
        page={page}
        filters={<Filters filters={filters} />}
        isFiltered={Object.keys(wish).length > 0}
      />
    </Page>
  )
}
