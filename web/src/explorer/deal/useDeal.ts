// A deal, and what its pages need beside it: its category, which sets the deadlines, and how far its tasks are.
import { contributionDeadline, finalDeadline, asInstant } from '@iexec/protocol'
import type { CategoryItem, DealItem } from '@iexec/wire'
import type { UseQueryResult } from '@tanstack/react-query'
import type { Address, Hex } from 'viem'
import { useGraph } from '../../read/useGraph.ts'
import { useMarket } from '../../read/useMarket.ts'

/** A deal; nothing of it ever changes. */
export function useDeal(dealid: Hex | undefined): UseQueryResult<DealItem> {
  return useMarket<DealItem>({ path: `/deals/${dealid}`, news: 'deals', isAsked: dealid !== undefined })
}

/** The category of a deal. */
export function useCategory(category: number | undefined): CategoryItem | undefined {
  const { data } = useMarket<CategoryItem>({
    path: `/categories/${category}`,
    news: 'never',
    isAsked: category !== undefined,
  })
  return data
}

/** Deadlines of a deal, in seconds since 1970. */
export type Deadlines = { readonly contributionDeadline: number; readonly finalDeadline: number }

/**
 * Until when the tasks of a deal can be worked on, and from when on they can be claimed.
 *
 * @example
 * deadlinesOf(deal, category).finalDeadline // ten times the category's time after the deal
 */
export function deadlinesOf(
  { startTime }: Pick<DealItem, 'startTime'>,
  { workClockTimeRef }: Pick<CategoryItem, 'workClockTimeRef'>,
): Deadlines {
  const clock = { startTime: asInstant(BigInt(startTime)), timeref: BigInt(workClockTimeRef) }
  return {
    contributionDeadline: Number(contributionDeadline(clock)),
    finalDeadline: Number(finalDeadline(clock)),
  }
}

/** How many tasks of a deal have ended, and who paid for it. */
export type DealState = { readonly completed: number; readonly failed: number; readonly payer: Address | undefined }

const GRAPH = `query DealState($id: ID!) {
  deal(id: $id) { completedTasksCount claimedTasksCount sponsor { id } }
}`

type Answer = {
  readonly deal: {
    readonly completedTasksCount: string
    readonly claimedTasksCount: string
    readonly sponsor: { readonly id: Address } | null
  } | null
}

/** What of a deal changes while its tasks go on. */
export function useDealState(dealid: Hex): DealState | undefined {
  const { data } = useGraph<Answer>({ graph: GRAPH, variables: { id: dealid }, news: 'tasks' })
  const deal = data?.deal ?? undefined
  if (deal === undefined) return undefined
  return {
    completed: Number(deal.completedTasksCount),
    failed: Number(deal.claimedTasksCount),
    payer: deal.sponsor?.id,
  }
}
