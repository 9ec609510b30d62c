// A deal: its parties, its terms, its tasks and how far they are.
import type { DealItem, TaskItem } from '@iexec/wire'
import type { ReactElement } from 'react'
import { useTranslation } from '../../language/useTranslation.ts'
import { MarketFault } from '../../read/ask.ts'
import { useMarket } from '../../read/useMarket.ts'
import { Id } from '../../show/Id.tsx'
import { Beside, Page } from '../../show/Page.tsx'
import { Empty, Failure, Skeleton } from '../../show/states.tsx'
import { Claim } from '../task/Claim.tsx'
import { useIdOfPage } from '../task/search.ts'
import { useChainClock } from '../task/useChainClock.ts'
import { DealFacts } from './DealFacts.tsx'
import { DealOrders } from './DealOrders.tsx'
import { DealTasks } from './DealTasks.tsx'
import { progressOf } from './dealTasks.ts'
import { Params } from './Params.tsx'
import { ProgressBar } from './ProgressBar.tsx'
import { RelatedDeals } from './RelatedDeals.tsx'
import { deadlinesOf, useCategory, useDeal, useDealState } from './useDeal.ts'
import { Watch } from '../../watch/Watch.tsx'

/** A deal. */
export function DealPage(): ReactElement {
  const { t } = useTranslation('task')
  const dealid = useIdOfPage()
  const { data, error, refetch } = useDeal(dealid)
  const isMissing = dealid === undefined || (error instanceof MarketFault && error.status === 404)
  return (
    <Page
      title={t('deal')}
      beside={
        dealid !== undefined && (
          <Beside>
            <Id id={dealid} kind="hash" isWhole />
            <Watch kind="deal" id={dealid} />
          </Beside>
        )
      }
    >
      {!isMissing && data !== undefined ? (
        <Shown deal={data} />
      ) : (
        <div className="card">
          {isMissing && <Empty>{t('missingDeal')}</Empty>}
          {!isMissing && error !== null && <Failure error={error} retry={() => void refetch()} />}
          {!isMissing && error === null && <Skeleton lines={8} />}
        </div>
      )}
    </Page>
  )
}

function Shown({ deal }: { readonly deal: DealItem }): ReactElement {
  const state = useDealState(deal.dealid)
  return (
    <>
      <Progress deal={deal} />
      <DealTasks deal={deal} />
      <DealFacts deal={deal} payer={state?.payer} />
      <Params params={deal.params} />
      <DealOrders deal={deal} />
      <RelatedDeals deal={deal} />
    </>
  )
}

function Progress({ deal }: { readonly deal: DealItem }): ReactElement {
  const state = useDealState(deal.dealid)
  const category = useCategory(deal.category)
  const now = useChainClock()
  const { data: begun } = useMarket<{ readonly count: number; readonly tasks: readonly TaskItem[] }>({
    path: '/tasks',
    query: { dealid: deal.dealid, pageSize: 10 },
    news: 'tasks',
  })
  if (state === undefined || begun === undefined || category === undefined) {
    return (
      <div className="card">
        <Skeleton lines={2} />
      </div>
    )
  }
  const isOver = now >= deadlinesOf(deal, category).finalDeadline
  const counts = { size: deal.botSize, begun: begun.count, completed: state.completed, failed: state.failed }
  const progress = progressOf(counts, isOver)
  return (
    <div className="card grid gap-3 p-4">
      <ProgressBar progress={progress} size={deal.botSize} />
      <Claim dealid={deal.dealid} isClaimable={progress.claimable > 0} />
    </div>
  )
}
