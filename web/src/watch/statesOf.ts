// How all that is watched is now, from what the index tells of it.
import type { Hex } from 'viem'
import { statusOf, type IndexedTask, type State } from './happened.ts'
import { keyOf, type WatchKind, type Watched } from './watched.ts'

type Asset = { readonly id: Hex; readonly name: string; readonly usageCount: string }

/** What the index tells of tasks and deals. */
export type Work = {
  readonly tasks: readonly (IndexedTask & { readonly id: Hex })[]
  readonly deals: readonly {
    readonly id: Hex
    readonly botSize: string
    readonly completedTasksCount: string
    readonly claimedTasksCount: string
  }[]
}

/** What the index tells of apps, workerpools and accounts. */
export type Sales = {
  readonly apps: readonly Asset[]
  readonly workerpools: readonly Asset[]
  readonly accounts: readonly {
    readonly id: Hex
    readonly dealRequester: readonly { readonly id: Hex; readonly timestamp: string }[]
  }[]
}

type Entry = readonly [string, State]

/**
 * States of tasks and deals by their keys; none before the index has answered.
 *
 * @example
 * statesOfWork(watched, { tasks: [{ id, status: 'ACTIVE', failure: null }], deals: [] }) // [['task 0x…', { is: 'task', status: 'active' }]]
 */
export function statesOfWork(watched: readonly Watched[], work: Work | undefined): readonly Entry[] {
  if (work === undefined) return []
  const { tasks, deals } = work
  return [
    // The index has no row of a task before it is begun.
    ...statesWithoutRow(watched, 'task', { is: 'task', status: 'unset' }),
    ...tasks.map((task): Entry => [keyOf({ kind: 'task', id: task.id }), { is: 'task', status: statusOf(task) }]),
    ...deals.map(({ id, botSize, completedTasksCount, claimedTasksCount }): Entry => {
      const ended = Number(completedTasksCount) + Number(claimedTasksCount)
      return [keyOf({ kind: 'deal', id }), { is: 'deal', ended, all: Number(botSize) }]
    }),
  ]
}

/**
 * States of apps, workerpools and accounts by their keys; none before the index has answered.
 *
 * @example
 * statesOfSales([{ kind: 'address', id }], { apps: [], workerpools: [], accounts: [] }) // [['address 0x…', { is: 'account', … }]]
 */
export function statesOfSales(watched: readonly Watched[], sales: Sales | undefined): readonly Entry[] {
  if (sales === undefined) return []
  const { apps, workerpools, accounts } = sales
  const entryOf =
    (kind: WatchKind) =>
    ({ id, name, usageCount }: Asset): Entry => [keyOf({ kind, id }), { is: 'asset', sold: Number(usageCount), name }]
  return [
    // Nor of an account to which nothing happened yet.
    ...statesWithoutRow(watched, 'address', { is: 'account', lastDeal: undefined }),
    ...apps.map(entryOf('app')),
    ...workerpools.map(entryOf('workerpool')),
    ...accounts.map(({ id, dealRequester: [deal] }): Entry => [
      keyOf({ kind: 'address', id }),
      { is: 'account', lastDeal: deal === undefined ? undefined : { id: deal.id, madeAt: Number(deal.timestamp) } },
    ]),
  ]
}

/** How things of a kind are until the index tells of them: what it tells later takes the place of that. */
function statesWithoutRow(watched: readonly Watched[], kind: WatchKind, state: State): readonly Entry[] {
  return watched.filter((one) => one.kind === kind).map((one) => [keyOf(one), state])
}
