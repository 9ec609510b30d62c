// Charts of the market, of an app or of a workerpool, day by day.
import type { PriceItem, StatItem } from '@iexec/wire'
import { Link } from '@tanstack/react-router'
import { useMemo, type ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import type { Query } from '../read/ask.ts'
import { useMarket } from '../read/useMarket.ts'
import { Chart, type Series } from '../show/Chart.tsx'
import { useToday } from '../show/Moment.tsx'
import { Empty, Failure, Outdated, Skeleton } from '../show/states.tsx'
import { useSearchOf } from '../site/search.ts'
import type { ExplorerWords } from './columns.tsx'
import { sayDuration, sayShare } from '../show/say.ts'
import { CHART_DAYS, daysUntil, fillDays, fillPrices, type DayFigures } from './figures.ts'
import { readChartSearch } from './searches.ts'
import { useCategories } from './useCategories.ts'

/** Four charts: tasks, payments, success, and how long it took. `query` says of what; nothing is everything. */
export function StatCharts({ query = {} }: { readonly query?: Query }): ReactElement {
  const { t, language } = useTranslation('explorer')
  const days = useChartDays()
  const answer = useMarket<{ readonly statistics: readonly StatItem[] }>({
    path: '/statistics',
    query: { ...query, from: days[0] },
    news: 'tasks',
  })
  const { data, error, refetch } = answer
  const charts = useMemo(
    () => (data === undefined ? [] : chartsOf(fillDays(data.statistics, days), t, language)),
    [data, days, t, language],
  )
  if (data === undefined) {
    return error === null ? <Skeleton lines={8} /> : <Failure error={error} retry={() => void refetch()} />
  }
  if (data.statistics.length === 0) return <Empty>{t('noFigures')}</Empty>
  return (
    <>
      <Outdated query={answer} />
      <div className="grid gap-4 lg:grid-cols-2">
        {charts.map((chart) => (
          <Chart key={chart.name} {...chart} days={days} />
        ))}
      </div>
    </>
  )
}

/** What a task cost on each day: of one category, or of each. */
export function PriceChart({ category }: { readonly category?: number }): ReactElement | null {
  const { t, language } = useTranslation('explorer')
  const days = useChartDays()
  const names = useCategories()
  const { data } = useMarket<{ readonly prices: readonly PriceItem[] }>({
    path: '/prices',
    query: { category, from: days[0], days: days.length },
    news: 'deals',
  })
  const series = useMemo(
    () =>
      fillPrices(data?.prices ?? [], days).map(({ category: catid, prices }) => ({
        key: `category_${catid}_RLC`,
        title: names.get(catid) ?? String(catid),
        values: prices,
        look: 'line' as const,
      })),
    [data, days, names],
  )
  const write = useMemo(() => rlcWriter(language), [language])
  if (series.length === 0) return null
  return <Chart title={t('chart.price')} name="prices" days={days} series={series} write={write} />
}

/** How many days the charts of a page show; it stands in the address. */
export function ChartDays(): ReactElement {
  const { t } = useTranslation('explorer')
  const { days: chosen = CHART_DAYS[0] } = useSearchOf(readChartSearch)
  return (
    <nav className="flex gap-1" aria-label={t('days.label')}>
      {CHART_DAYS.map((days) => (
        <Link
          key={days}
          to="."
          search={(before: object) => ({ ...before, days: days === CHART_DAYS[0] ? undefined : days })}
          resetScroll={false}
          activeOptions={{ exact: true, explicitUndefined: true }}
          aria-current={days === chosen ? 'page' : undefined}
          className="button text-muted aria-[current=page]:bg-raised aria-[current=page]:text-ink"
        >
          {t(`days.${days}`)}
        </Link>
      ))}
    </nav>
  )
}

function useChartDays(): readonly string[] {
  const { days: count = CHART_DAYS[0] } = useSearchOf(readChartSearch)
  const today = useToday()
  return useMemo(() => daysUntil(Date.parse(`${today}T00:00:00Z`), count), [today, count])
}

type OneChart = {
  readonly name: string
  readonly title: string
  readonly series: readonly Series[]
  readonly write: (value: number) => string
  readonly most?: number
}

function chartsOf(figures: DayFigures, t: ExplorerWords, language: string): readonly OneChart[] {
  const { bought, fruitful, fruitless, paid, success, mean, longest } = figures
  return [
    {
      name: 'tasks-per-day',
      title: t('chart.tasks'),
      write: (value) => value.toLocaleString(language),
      series: [
        { key: 'bought', title: t('chart.bought'), values: bought, look: 'bars' },
        { key: 'with_result', title: t('chart.fruitful'), values: fruitful, look: 'line' },
        { key: 'without_result', title: t('chart.fruitless'), values: fruitless, look: 'line' },
      ],
    },
    {
      name: 'paid-per-day',
      title: t('chart.paid'),
      write: rlcWriter(language),
      series: [{ key: 'paid_RLC', title: t('chart.rlc'), values: paid, look: 'bars' }],
    },
    {
      name: 'success-rate',
      title: t('chart.success'),
      write: (value) => sayShare(value, language),
      most: 1,
      series: [{ key: 'success_rate', title: t('chart.success'), values: success, look: 'line' }],
    },
    {
      name: 'latency',
      title: t('chart.latency'),
      write: (value) => sayDuration(value, language),
      series: [
        { key: 'mean_seconds', title: t('chart.mean'), values: mean, look: 'line' },
        { key: 'longest_seconds', title: t('chart.longest'), values: longest, look: 'line' },
      ],
    },
  ]
}

function rlcWriter(language: string): (value: number) => string {
  return (value) => value.toLocaleString(language, { maximumSignificantDigits: 4 })
}
