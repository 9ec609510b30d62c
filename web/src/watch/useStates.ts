// How all that is watched is now: two questions to the market, asked again when its news make them stale.
import { useMemo } from 'react'
import type { Hex } from 'viem'
import { useGraph } from '../read/useGraph.ts'
import { statusOf, type IndexedTask, type State } from './happened.ts'
import { keyOf, type WatchKind, type Watched } from './watched.ts'

const WORK = `query Watched($tasks: [ID!], $deals: [ID!]) {
  tasks(first: 200, where: { id_in: $tasks }) { id status resultDigest }
  deals(first: 200, where: { id_in: $deals }) { id botSize completedTasksCount claimedTasksCount }
}`

const SALES = `query Sold($apps: [ID!], $pools: [ID!], $accounts: [ID!]) {
  apps(first: 200, where: { id_in: $apps }) { id name usageCount }
  workerpools(first: 200, where: { id_in: $pools }) { id name: description usageCount }
  accounts(first: 200, where: { id_in: $accounts }) {
    id dealRequester(first: 1, orderBy: timestamp, orderDirection: desc) { id }
  }
}`

type Asset = { readonly id: Hex; readonly name: string; readonly usageCount: string }

type Work = {
  readonly tasks: readonly (IndexedTask & { readonly id: Hex })[]
  readonly deals: readonly {
    readonly id: Hex
    readonly botSize: string
    readonly completedTasksCount: string
    readonly claimedTasksCount: string
  }[]
}

type Sales = {
  readonly apps: readonly Asset[]
  readonly workerpools: readonly Asset[]
  readonly accounts: readonly { readonly id: Hex; readonly dealRequester: readonly { readonly id: Hex }[] }[]
}

/** States by the keys of what is watched, and whether all of them are here; what the market does not know has none. */
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
    () => new Map([...statesOfWork(worked.data), ...statesOfSales(sold.data)]),
    [worked.data, sold.data],
  )
  return {
    of,
    areAll: (!isWork || worked.data !== undefined) && (!isSale || sold.data !== undefined),
    error: worked.error ?? sold.error,
  }
}

type Entry = readonly [string, State]

function statesOfWork({ tasks, deals }: Work = { tasks: [], deals: [] }): readonly Entry[] {
  return [
    ...tasks.map((task): Entry => [keyOf({ kind: 'task', id: task.id }), { is: 'task', status: statusOf(task) }]),
    ...deals.map(({ id, botSize, completedTasksCount, claimedTasksCount }): Entry => {
      const ended = Number(completedTasksCount) + Number(claimedTasksCount)
      return [keyOf({ kind: 'deal', id }), { is: 'deal', ended, all: Number(botSize) }]
    }),
  ]
}

function statesOfSales(
  { apps, workerpools, accounts }: Sales = { apps: [], workerpools: [], accounts: [] },
): readonly Entry[] {
  const entryOf =
    (kind: WatchKind) =>
    ({ id, name, usageCount }: Asset): Entry => [keyOf({ kind, id }), { is: 'asset', sold: Number(usageCount), name }]
  return [
    ...apps.map(entryOf('app')),
    ...workerpools.map(entryOf('workerpool')),
    ...accounts.map(({ id, dealRequester: [deal] }): Entry => [
      keyOf({ kind: 'address', id }),
      { is: 'account', lastDeal: deal?.id },
    ]),
  ]
}

function isAny(lists: Readonly<Record<string, readonly Hex[]>>): boolean {
  return Object.values(lists).some(({ length }) => length > 0)
}
