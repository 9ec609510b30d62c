// A task with all that its page needs: its votes, its deal and category; also one that nobody has begun.
import type { ContributionItem, DealItem, TaskItem } from '@iexec/wire'
import type { UseQueryResult } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { Hex } from 'viem'
import { MarketFault } from '../../read/ask.ts'
import { useMarket } from '../../read/useMarket.ts'
import { findDealOf, placeOf } from '../deal/dealTasks.ts'
import { deadlinesOf, useCategory, useDeal, type Deadlines } from '../deal/useDeal.ts'

/** A task. */
export type TaskView = Deadlines & {
  readonly taskid: Hex
  readonly index: number
  readonly deal: DealItem
  /** `undefined` as long as nobody has begun it. */
  readonly task: TaskItem | undefined
  readonly votes: readonly ContributionItem[]
}

/** What came of reading a task. */
export type TaskRead =
  | { readonly is: 'reading' }
  | { readonly is: 'missing' }
  | { readonly is: 'failed'; readonly error: Error; readonly retry: () => void }
  | { readonly is: 'there'; readonly view: TaskView; readonly query: UseQueryResult }

type Answer = TaskItem & { readonly contributions: readonly ContributionItem[] }

/** A task, by its id; `deal` helps as long as nobody has begun it. */
export function useTask(taskid: Hex | undefined, deal: Hex | undefined): TaskRead {
  const query = useMarket<Answer>({ path: `/tasks/${taskid}`, news: 'tasks', isAsked: taskid !== undefined })
  const isBegun = query.data !== undefined && query.data.taskid === taskid
  const isUnset = !isBegun && query.error instanceof MarketFault && query.error.status === 404
  const guess = useGuess(taskid, isUnset && deal === undefined)
  const dealid = isBegun ? query.data.dealid : isUnset ? (deal ?? guess.dealid) : undefined
  const dealQuery = useDeal(dealid)
  const category = useCategory(dealQuery.data?.category)
  const index = useMemo(
    () =>
      isUnset && dealQuery.data !== undefined && taskid !== undefined ? placeOf(taskid, dealQuery.data) : undefined,
    [isUnset, dealQuery.data, taskid],
  )
  if (taskid === undefined) return { is: 'missing' }
  const failure = isUnset ? undefined : (query.error ?? undefined)
  if (!isBegun && failure !== undefined) return { is: 'failed', error: failure, retry: () => void query.refetch() }
  if (isUnset && deal === undefined && guess.isOver && guess.dealid === undefined) return { is: 'missing' }
  if (dealQuery.error !== null) {
    if (dealQuery.error instanceof MarketFault && dealQuery.error.status === 404) return { is: 'missing' }
    return { is: 'failed', error: dealQuery.error, retry: () => void dealQuery.refetch() }
  }
  if (dealQuery.data === undefined || category === undefined) return { is: 'reading' }
  const place = isBegun ? query.data.index : index
  if (place === undefined) return { is: 'missing' }
  const task = isBegun ? query.data : undefined
  const votes = (isBegun ? query.data.contributions : []).toSorted((one, other) => one.blockNumber - other.blockNumber)
  return {
    is: 'there',
    query: isBegun ? query : dealQuery,
    view: { taskid, index: place, deal: dealQuery.data, task, votes, ...deadlinesOf(dealQuery.data, category) },
  }
}

/** Whoever pastes an id means most often one of the newest deals. */
const NEWEST = 100

function useGuess(
  taskid: Hex | undefined,
  isAsked: boolean,
): { readonly isOver: boolean; readonly dealid: Hex | undefined } {
  const { data, error } = useMarket<{ readonly deals: readonly DealItem[] }>({
    path: '/deals',
    query: { pageSize: NEWEST },
    news: 'deals',
    isAsked,
  })
  const found = useMemo(
    () => (isAsked && taskid !== undefined && data !== undefined ? findDealOf(taskid, data.deals) : undefined),
    [isAsked, taskid, data],
  )
  return { isOver: data !== undefined || error !== null, dealid: found?.dealid }
}
