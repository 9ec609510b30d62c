// How all that is watched is now: two questions to the market, asked again when its news make them stale.
import { useMemo } from 'react'
import type { Hex } from 'viem'
import { useGraph } from '../read/useGraph.ts'
import type { State } from './happened.ts'
import { statesOfSales, statesOfWork, type Sales, type Work } from './statesOf.ts'
import type { WatchKind, Watched } from './watched.ts'

const WORK = `query Watched($tasks: [ID!], $deals: [ID!]) {
  tasks(first: 200, where: { id_in: $tasks }) { id status failure }
  deals(first: 200, where: { id_in: $deals }) { id botSize completedTasksCount claimedTasksCount }
}`

const SALES = `query Sold($apps: [ID!], $pools: [ID!], $accounts: [ID!]) {
  apps(first: 200, where: { id_in: $apps }) { id name usageCount }
  workerpools(first: 200, where: { id_in: $pools }) { id name: description usageCount }
  accounts(first: 200, where: { id_in: $accounts }) {
    id dealRequester(first: 1, orderBy: timestamp, orderDirection: desc) { id timestamp }
  }
}`

/** States by the keys of what is watched, and whether all of them are here; an app, a workerpool or a deal that the market does not know has none. */
export type States = { readonly of: ReadonlyMap<string, State>; readonly areAll: boolean; readonly error: Error | null }

/**
 * How all that is watched is now.
 *
 * @example
 * useStates(watched).of.get(keyOf(one)) // { is: 'deal', ended: 1, all: 3 }
 */
export function useStates(watched: readonly Watched[]): States {
  const ids = (kind: WatchKind): readonly Hex[] => watched.filter((one) => one.kind === kind).map(({ id }) => id)
  const work = { tasks: ids('task'), deals: ids('deal') }
  const sales = { apps: ids('app'), pools: ids('workerpool'), accounts: ids('address') }
  const isWork = isAny(work)
  const isSale = isAny(sales)
  const worked = useGraph<Work>({ graph: WORK, variables: work, news: 'tasks', isAsked: isWork })
  const sold = useGraph<Sales>({ graph: SALES, variables: sales, news: 'deals', isAsked: isSale })
  const of = useMemo(
    () => new Map([...statesOfWork(watched, worked.data), ...statesOfSales(watched, sold.data)]),
    [watched, worked.data, sold.data],
  )
  return {
    of,
    areAll: (!isWork || worked.data !== undefined) && (!isSale || sold.data !== undefined),
    error: worked.error ?? sold.error,
  }
}

function isAny(lists: Readonly<Record<string, readonly Hex[]>>): boolean {
  return Object.values(lists).some(({ length }) => length > 0)
}
