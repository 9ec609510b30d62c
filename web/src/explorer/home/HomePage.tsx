// The first page of the explorer: what happens at this moment, and how the market does.
import type { DealItem, TaskItem } from '@iexec/wire'
import { Link } from '@tanstack/react-router'
import { lazy, Suspense, useMemo, type ReactElement, type ReactNode } from 'react'
import { useTranslation } from '../../language/useTranslation.ts'
import { useMarket } from '../../read/useMarket.ts'
import { useToday } from '../../show/Moment.tsx'
import { Page } from '../../show/Page.tsx'
import { useSource } from '../../show/source.ts'
import { Skeleton } from '../../show/states.tsx'
import { QueryTable } from '../../show/Table.tsx'
import { useChain } from '../../site/chain.tsx'
import { assetSource } from '../assets.ts'
import { dealColumnsOf, taskColumns } from '../columns.tsx'
import { assetColumns } from '../lists.tsx'
import { TodaysFigures } from './TodaysFigures.tsx'

const SHOWN = 6
const FORTNIGHT = 14 * 86_400

const Charts = lazy(async () => ({ default: (await import('./Charts.tsx')).Charts }))

/** The first page of the explorer. */
export function HomePage(): ReactElement {
  const { t } = useTranslation('explorer')
  const { name } = useChain()
  return (
    <Page title={t('home.title')} beside={<bdi className="text-muted">{name}</bdi>}>
      <TodaysFigures />
      <div className="grid items-start gap-4 xl:grid-cols-2">
        <LatestDeals />
        <LatestTasks />
        <Used kind="app" />
        <Used kind="workerpool" />
      </div>
      <Suspense fallback={<Skeleton lines={8} />}>
        <Charts />
      </Suspense>
    </Page>
  )
}

function LatestDeals(): ReactElement {
  const { t } = useTranslation('explorer')
  const query = useMarket<{ readonly deals: readonly DealItem[] }>({
    path: '/deals',
    query: { pageSize: 10 },
    news: 'deals',
  })
  const columns = useMemo(() => pick(dealColumnsOf(t), ['deal', 'app', 'price_nRLC', 'time']), [t])
  return (
    <Preview title={t('home.latestDeals')} to="deals">
      <QueryTable
        caption={t('home.latestDeals')}
        columns={columns}
        query={query}
        rowsOf={({ deals }) => deals.slice(0, SHOWN)}
        keyOf={({ dealid }) => dealid}
      />
    </Preview>
  )
}

function LatestTasks(): ReactElement {
  const { t } = useTranslation('explorer')
  const query = useMarket<{ readonly tasks: readonly TaskItem[] }>({
    path: '/tasks',
    query: { pageSize: 10 },
    news: 'tasks',
  })
  const columns = useMemo(() => pick(taskColumns(t), ['task', 'status', 'app', 'begun']), [t])
  return (
    <Preview title={t('home.latestTasks')} to="tasks">
      <QueryTable
        caption={t('home.latestTasks')}
        columns={columns}
        query={query}
        rowsOf={({ tasks }) => tasks.slice(0, SHOWN)}
        keyOf={({ taskid }) => taskid}
      />
    </Preview>
  )
}

/** Those that were used in the last 14 days, the most used first. */
function Used({ kind }: { readonly kind: 'app' | 'workerpool' }): ReactElement {
  const { t } = useTranslation('explorer')
  const today = Date.parse(`${useToday()}T00:00:00Z`) / 1_000
  const source = assetSource(kind, { usedSince: today - FORTNIGHT }, { by: 'usage', isUp: false })
  const query = useSource(source, { page: 1, size: SHOWN })
  const columns = useMemo(
    () => pick(assetColumns(kind, t, { isSortable: false }), ['name', 'tasks', 'last_used']),
    [kind, t],
  )
  const title = kind === 'app' ? t('home.usedApps') : t('home.usedPools')
  return (
    <Preview title={title} to={`${kind}s`}>
      <QueryTable
        caption={title}
        columns={columns}
        query={query}
        rowsOf={({ rows }) => rows}
        keyOf={({ address }) => address}
        empty={t('home.unused')}
      />
    </Preview>
  )
}

type PreviewProps = { readonly title: string; readonly to: string; readonly children: ReactNode }

function Preview({ title, to, children }: PreviewProps): ReactElement {
  const { t } = useTranslation('explorer')
  const { slug } = useChain()
  return (
    <div className="card min-w-0 pb-1">
      <div className="flex items-center justify-between gap-2 border-b border-line px-3 py-2">
        <h2 className="font-semibold">{title}</h2>
        <Link to={`/${slug}/${to}`} className="link shrink-0" aria-label={`${t('home.all')}: ${title}`}>
          {t('home.all')}
        </Link>
      </div>
      {children}
    </div>
  )
}

function pick<C extends { readonly key: string }>(columns: readonly C[], keys: readonly string[]): readonly C[] {
  return columns.filter(({ key }) => keys.includes(key))
}
