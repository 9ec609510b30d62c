// The charts of the whole market: below the lists, and loaded after them.
import type { ReactElement } from 'react'
import { useTranslation } from '../../language/useTranslation.ts'
import { ChartDays, PriceChart, StatCharts } from '../StatCharts.tsx'

/** What was bought, paid and finished each day, and what it cost. */
export function Charts(): ReactElement {
  const { t } = useTranslation('explorer')
  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 className="text-lg font-semibold">{t('figures')}</h2>
        <ChartDays />
      </div>
      <StatCharts />
      <PriceChart />
    </>
  )
}
