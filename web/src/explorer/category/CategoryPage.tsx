// A category: how long its tasks may take, what they cost, and its deals.
import { CONTRIBUTION_DEADLINE_RATIO, FINAL_DEADLINE_RATIO } from '@iexec/protocol'
import type { CategoryItem } from '@iexec/wire'
import { useParams } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useTranslation } from '../../language/useTranslation.ts'
import { useMarket } from '../../read/useMarket.ts'
import { Facts } from '../../show/Facts.tsx'
import { Id } from '../../show/Id.tsx'
import { Moment } from '../../show/Moment.tsx'
import { Page } from '../../show/Page.tsx'
import { Empty, Failure, Skeleton } from '../../show/states.tsx'
import { useSearchOf, wholeField } from '../../site/search.ts'
import { sayDuration } from '../../show/say.ts'
import { DealList } from '../lists.tsx'
import { isMissing } from '../missing.ts'
import { readTabSearch } from '../searches.ts'
import { ChartDays, PriceChart } from '../StatCharts.tsx'

/** The page of a category. */
export function CategoryPage(): ReactElement {
  const { t } = useTranslation('explorer')
  const { id = '' }: { readonly id?: string } = useParams({ strict: false })
  const catid = wholeField(id)
  if (catid !== undefined) return <Category catid={catid} />
  return (
    <Page title={t('category')}>
      <p className="card p-4">{t('missing.category')}</p>
    </Page>
  )
}

function Category({ catid }: { readonly catid: number }): ReactElement {
  const { t } = useTranslation('explorer')
  const { data, error, refetch } = useMarket<CategoryItem>({ path: `/categories/${catid}`, news: 'never' })
  const isGone = data === undefined && error !== null && isMissing(error)
  return (
    <Page title={t('categoryNamed', { category: data === undefined ? catid : `${catid} · ${data.name}` })}>
      {data === undefined && error === null && <Skeleton />}
      {isGone && <Empty>{t('missing.category')}</Empty>}
      {data === undefined && error !== null && !isGone && <Failure error={error} retry={() => void refetch()} />}
      {data !== undefined && <CategoryFacts category={data} />}
      {!isGone && <PricesAndDeals catid={catid} />}
    </Page>
  )
}

function PricesAndDeals({ catid }: { readonly catid: number }): ReactElement {
  const { t } = useTranslation('explorer')
  const { page = 1 } = useSearchOf(readTabSearch)
  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 className="text-lg font-semibold">{t('prices')}</h2>
        <ChartDays />
      </div>
      <PriceChart category={catid} />
      <h2 className="text-lg font-semibold">{t('deals')}</h2>
      <DealList query={{ category: catid }} page={page} />
    </>
  )
}

function CategoryFacts({ category }: { readonly category: CategoryItem }): ReactElement {
  const { t, language } = useTranslation('explorer')
  const { description, workClockTimeRef, blockTimestamp, transactionHash } = category
  const say = (ratio: bigint): string => sayDuration(workClockTimeRef * Number(ratio), language)
  return (
    <div className="card">
      <Facts
        facts={[
          [t('description'), /^"*$/u.test(description.trim()) ? undefined : <bdi key="description">{description}</bdi>],
          [t('longestRun'), say(1n)],
          [
            t('deadlines'),
            t('deadlinesValue', { contribution: say(CONTRIBUTION_DEADLINE_RATIO), final: say(FINAL_DEADLINE_RATIO) }),
          ],
          [
            t('registered'),
            <span key="registered" className="inline-flex flex-wrap items-center gap-x-3">
              <Moment at={blockTimestamp} />
              <Id id={transactionHash} kind="tx" />
            </span>,
          ],
        ]}
      />
    </div>
  )
}
