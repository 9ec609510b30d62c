// All categories: how long tasks may take.
import type { CategoryItem } from '@iexec/wire'
import { useMemo, type ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import { List } from '../show/List.tsx'
import { Page } from '../show/Page.tsx'
import { marketSource } from '../show/source.ts'
import type { Column } from '../show/Table.tsx'
import { readListSearch, useSearchOf } from '../site/search.ts'
import { CategoryLink } from '../show/CategoryLink.tsx'
import type { ExplorerWords } from './columns.tsx'
import { sayDuration } from '../show/say.ts'

/** All categories, the shortest first. */
export function CategoriesPage(): ReactElement {
  const { t, language } = useTranslation('explorer')
  const { page = 1 } = useSearchOf(readListSearch)
  const columns = useMemo(() => categoryColumns(t, language), [t, language])
  return (
    <Page title={t('categories')}>
      <List
        caption={t('categories')}
        name="categories"
        columns={columns}
        source={marketSource<CategoryItem>({ path: '/categories', rows: 'categories', news: 'blocks' })}
        keyOf={({ catid }) => String(catid)}
        page={page}
      />
    </Page>
  )
}

function categoryColumns(t: ExplorerWords, language: string): readonly Column<CategoryItem>[] {
  return [
    {
      key: 'category',
      title: t('category'),
      cell: ({ catid, name }) => <CategoryLink category={catid} name={`${catid} · ${name}`} />,
      value: ({ catid }) => catid,
    },
    { key: 'name', title: t('name'), cell: ({ name }) => <bdi>{name}</bdi>, value: ({ name }) => name },
    {
      key: 'seconds',
      title: t('longestRun'),
      cell: ({ workClockTimeRef }) => sayDuration(workClockTimeRef, language),
      value: ({ workClockTimeRef }) => workClockTimeRef,
      isAmount: true,
    },
  ]
}
