// What a task of a category cost on each day: from the first price to the last, and between the lowest and the highest.
import { formatRlc } from '@iexec/protocol'
import type { PriceItem } from '@iexec/wire'
import type { UseQueryResult } from '@tanstack/react-query'
import type { Translate } from '../language/words.ts'
import { useMemo, type ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import { Amount } from '../show/Amount.tsx'
import { Export } from '../show/Export.tsx'
import { fixedSource } from '../show/source.ts'
import { Empty, Failure, Outdated, Skeleton } from '../show/states.tsx'
import { Table, type Column } from '../show/Table.tsx'
import { drawCandles } from './candles.ts'

const WIDTH = 600
const HEIGHT = 200
/** Days that the picture has room for. */
const SHOWN = 60

/** The prices of a category, day by day, as a picture and as a table. */
export function PriceHistory({
  query,
}: {
  readonly query: UseQueryResult<{ readonly prices: readonly PriceItem[] }>
}): ReactElement {
  const { t } = useTranslation('trade')
  const { data, error, refetch } = query
  const columns = useMemo(() => priceColumns(t), [t])
  return (
    <div className="card min-w-0 p-4">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 className="font-semibold">{t('history')}</h2>
        <span className="flex items-center gap-2">
          <Export name="prices" columns={columns} source={fixedSource(data?.prices ?? [])} />
        </span>
      </div>
      {data === undefined && error === null && <Skeleton lines={4} />}
      {data === undefined && error !== null && <Failure error={error} retry={() => void refetch()} />}
      <Outdated query={query} />
      {data?.prices.length === 0 && <Empty>{t('noTrades')}</Empty>}
      {data !== undefined && data.prices.length > 0 && <Candles prices={data.prices} columns={columns} />}
    </div>
  )
}

type Shown = { readonly prices: readonly PriceItem[]; readonly columns: readonly Column<PriceItem>[] }

function Candles({ prices, columns }: Shown): ReactElement {
  const { t } = useTranslation('trade')
  const days = prices.slice(0, SHOWN).toReversed()
  const { candles, from, to } = drawCandles(days, { width: WIDTH, height: HEIGHT })
  return (
    <>
      <figure className="mt-2">
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} className="h-48 w-full" role="img" aria-label={t('historySays')}>
          {candles.map(({ day, x, width, wickTop, wickBottom, top, bottom, isRise }) => (
            <g key={day} className={isRise ? 'fill-good stroke-good' : 'fill-bad stroke-bad'}>
              <line x1={x} x2={x} y1={wickTop} y2={wickBottom} />
              <rect x={x - width / 2} width={width} y={top} height={Math.max(bottom - top, 1.5)} />
            </g>
          ))}
        </svg>
        <figcaption className="flex justify-between text-muted tabular-nums" dir="ltr">
          <span>{days[0]?.day}</span>
          <span>
            {formatRlc(BigInt(from))} – {formatRlc(BigInt(to))}
          </span>
          <span>{days.at(-1)?.day}</span>
        </figcaption>
      </figure>
      <details className="mt-2">
        <summary className="link inline-block min-h-6 cursor-pointer">{t('asTable')}</summary>
        <Table caption={t('history')} rows={prices} keyOf={({ day }) => day} columns={columns} />
      </details>
    </>
  )
}

function priceColumns(t: Translate<'trade'>): readonly Column<PriceItem>[] {
  const prices = (['open', 'high', 'low', 'close'] as const).map((name) => ({
    key: `${name}_nRLC`,
    title: t(`candle.${name}`),
    cell: (row: PriceItem) => <Amount nRLC={row[name]} />,
    value: (row: PriceItem) => row[name],
    isAmount: true,
  }))
  return [
    { key: 'day', title: t('day'), cell: ({ day }) => day, value: ({ day }) => day },
    ...prices,
    { key: 'tasks', title: t('tasks'), cell: ({ tasks }) => tasks, value: ({ tasks }) => tasks, isAmount: true },
  ]
}
