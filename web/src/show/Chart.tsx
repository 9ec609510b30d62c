// A chart over days: a picture for eyes, and the same figures as a table for everybody, which can be saved.
import { lazy, Suspense, type ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import { Export } from './Export.tsx'
import { fixedSource } from './source.ts'
import { Table, type Column } from './Table.tsx'

/** One line or row of bars. */
export type Series = {
  /** The name of its column in files. */
  readonly key: string
  readonly title: string
  /** One for each day; null is a day of which nothing can be said. */
  readonly values: readonly (number | null)[]
  readonly look: 'bars' | 'line'
}

/** What a chart shows. */
export type ChartProps = {
  readonly title: string
  /** Of the file that its figures are saved as, without ending. */
  readonly name: string
  /** `YYYY-MM-DD`, in UTC, one after the other. */
  readonly days: readonly string[]
  readonly series: readonly Series[]
  /** How a value is written for people. */
  readonly write: (value: number) => string
  /** The largest value that there can be, where there is one. */
  readonly most?: number
}

/** The picture comes when it is needed: what draws it weighs more than most pages. */
const Canvas = lazy(async () => ({ default: (await import('./ChartCanvas.tsx')).ChartCanvas }))

/** A chart in a card. */
export function Chart(props: ChartProps): ReactElement {
  const { t, language } = useTranslation()
  const { title, name, days, series, write } = props
  const rows = days.map((_, place) => place).toReversed()
  const columns: readonly Column<number>[] = [
    {
      key: 'day',
      title: t('day'),
      cell: (place) => writeDay(days[place] ?? '', language),
      value: (place) => days[place] ?? null,
    },
    ...series.map((one) => ({
      key: one.key,
      title: one.title,
      cell: (place: number) => {
        const value = one.values[place] ?? null
        return value === null ? '–' : write(value)
      },
      value: (place: number) => one.values[place] ?? null,
      isAmount: true,
    })),
  ]
  return (
    <div className="card min-w-0">
      <div className="flex flex-wrap items-center justify-between gap-2 px-3 pt-2">
        <h3 className="font-semibold">{title}</h3>
        <div className="flex items-center gap-2">
          <Export name={name} columns={columns} source={fixedSource(rows)} />
        </div>
      </div>
      <div className="min-h-56 px-2 pb-2" aria-hidden dir="ltr">
        <Suspense fallback={<div className="skeleton h-56" />}>
          <Canvas {...props} language={language} dayTitle={t('day')} />
        </Suspense>
      </div>
      <details className="border-t border-line">
        <summary className="cursor-pointer px-3 py-2 text-muted hover:text-ink">{t('asTable')}</summary>
        <div className="max-h-80 overflow-y-auto">
          <Table caption={title} columns={columns} rows={rows} keyOf={(place) => days[place] ?? String(place)} />
        </div>
      </details>
    </div>
  )
}

/** A day as people write it. */
function writeDay(day: string, language: string): string {
  return new Date(`${day}T00:00:00Z`).toLocaleDateString(language, { dateStyle: 'medium', timeZone: 'UTC' })
}
