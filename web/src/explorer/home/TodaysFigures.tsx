// How the market does today, in a few numbers.
import type { MetricsItem, StatItem } from '@iexec/wire'
import type { ReactElement } from 'react'
import { useTranslation } from '../../language/useTranslation.ts'
import { useGraph } from '../../read/useGraph.ts'
import { useMarket } from '../../read/useMarket.ts'
import { useMetrics } from '../../read/useMetrics.ts'
import { Amount } from '../../show/Amount.tsx'
import { Figures } from '../../show/Figures.tsx'
import { useToday } from '../../show/Moment.tsx'
import { sayDuration, sayShare } from '../../show/say.ts'
import { medianOf } from '../../show/medianOf.ts'
import { toNano } from '../money.ts'

const GRAPH = `{
  protocol(id: "iExec") { tasksCount tvl }
  tasks(first: 100, orderBy: timestamp, orderDirection: desc, where: { status: COMPLETED, failure: null }) {
    timestamp deal { startTime }
  }
}`

type Answer = {
  readonly protocol: { readonly tasksCount: string; readonly tvl: string } | null
  readonly tasks: readonly { readonly timestamp: string; readonly deal: { readonly startTime: string } }[]
}

/** Tasks, payments, success, latency, open orders, and what lies on the market. */
export function TodaysFigures(): ReactElement {
  const { t, language } = useTranslation('explorer')
  const { data: metrics } = useMetrics()
  const { data: stats } = useMarket<{ readonly statistics: readonly StatItem[] }>({
    path: '/statistics',
    query: { from: useToday() },
    news: 'tasks',
  })
  const { data: graph } = useGraph<Answer>({ graph: GRAPH, news: 'tasks' })
  const today = stats?.statistics[0]
  const { tasks = 0, paid = 0, completed = 0, fruitless = 0, failed = 0 } = today ?? {}
  const { successRate = null, meanLatency = null } = today ?? {}
  const latencies = graph?.tasks.map(({ timestamp, deal }) => Number(timestamp) - Number(deal.startTime)) ?? []
  const median = medianOf(latencies)
  const write = (count: number): string => count.toLocaleString(language)
  const has = stats !== undefined
  return (
    <section aria-label={t('home.today')} className="grid gap-2">
      <h2 className="text-lg font-semibold">{t('home.today')}</h2>
      <Figures
        figures={[
          {
            name: t('home.tasksToday'),
            value: has ? write(tasks) : '…',
            note: graph?.protocol ? t('home.inAll', { tasks: write(Number(graph.protocol.tasksCount)) }) : undefined,
          },
          { name: t('home.paidToday'), value: has ? <Amount nRLC={paid} /> : '…' },
          {
            name: t('home.successToday'),
            value: successRate === null ? (has ? '–' : '…') : sayShare(successRate, language),
            note: t('home.ended', { fruitful: write(completed - fruitless), fruitless: write(fruitless + failed) }),
          },
          {
            name: t('home.latency'),
            value: median === undefined ? '–' : sayDuration(median, language),
            note:
              latencies.length > 0 &&
              (meanLatency === null
                ? t('home.median', { count: latencies.length })
                : t('home.medianAndMean', { count: latencies.length, mean: sayDuration(meanLatency, language) })),
          },
          {
            name: t('home.openOrders'),
            value: metrics === undefined ? '…' : write(openOrders(metrics)),
            note: metrics && t('home.ordersNote', ordersNote(metrics, write)),
          },
          {
            name: t('home.lockedInAll'),
            value: graph?.protocol ? <Amount nRLC={toNano(graph.protocol.tvl)} /> : '…',
          },
        ]}
      />
    </section>
  )
}

function openOrders({ apporders, datasetorders, workerpoolorders, requestorders }: MetricsItem): number {
  return apporders + datasetorders + workerpoolorders + requestorders
}

function ordersNote(
  { apporders, workerpoolorders, requestorders }: MetricsItem,
  write: (count: number) => string,
): { readonly apps: string; readonly pools: string; readonly requests: string } {
  return { apps: write(apporders), pools: write(workerpoolorders), requests: write(requestorders) }
}
