// All tasks that were begun, newest first.
import { useMemo, type ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import { Filters, type Filter } from '../show/Filters.tsx'
import { Page } from '../show/Page.tsx'
import { useSearchOf } from '../site/search.ts'
import type { ExplorerWords } from './columns.tsx'
import { partyFilter } from './DealsPage.tsx'
import { TaskList } from './lists.tsx'
import { readTasksSearch, TASK_STATUSES } from './searches.ts'

/** All tasks. */
export function TasksPage(): ReactElement {
  const { t } = useTranslation('explorer')
  const { page = 1, ...query } = useSearchOf(readTasksSearch)
  const filters = useMemo(
    () => [
      statusFilter(t),
      ...(['app', 'workerpool', 'requester', 'worker'] as const).map((key) => partyFilter(key, t)),
    ],
    [t],
  )
  return (
    <Page title={t('tasks')}>
      <TaskList
        query={query}
        page={page}
        filters={<Filters filters={filters} />}
        isFiltered={Object.keys(query).length > 0}
      />
    </Page>
  )
}

function statusFilter(t: ExplorerWords): Filter {
  const options = TASK_STATUSES.map((status) => ({ value: status, label: t(`status.${status}`) }))
  return { key: 'status', label: t('statusLabel'), options }
}
