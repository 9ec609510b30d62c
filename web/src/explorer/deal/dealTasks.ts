// The tasks of a deal, those that nobody has begun among them: their ids follow from the deal and their places.
import { taskId, type DealId } from '@iexec/protocol'
import type { WireTaskStatus } from '@iexec/wire'
import type { Hex } from 'viem'
import { askGraph } from '../../read/ask.ts'
import type { Source } from '../../show/source.ts'

/** Where the tasks of a deal are. */
export type TaskRange = { readonly dealid: Hex; readonly botFirst: number; readonly botSize: number }

/** A task in a list of its deal. `undefined` is what nobody has begun. */
export type TaskOfDeal = {
  readonly taskid: Hex
  readonly index: number
  readonly status: WireTaskStatus | undefined
  /** Why a completed one has no result. */
  readonly failure: string | null
  /** Seconds since 1970: the last that happened to it. */
  readonly changed: number | undefined
}

type GraphTask = {
  readonly id: Hex
  readonly index: string
  readonly status: 'UNSET' | 'ACTIVE' | 'REVEALING' | 'COMPLETED' | 'FAILED'
  readonly failure: string | null
  readonly timestamp: string
}

const GRAPH = `query DealTasks($deal: String!, $from: BigInt!, $to: BigInt!, $first: Int!) {
  tasks(first: $first, orderBy: index, where: { deal: $deal, index_gte: $from, index_lt: $to }) {
    id index status failure timestamp
  }
}`

/** The tasks of a deal by their places, as many as an export reaches. */
export function dealTaskSource(range: TaskRange): Source<TaskOfDeal> {
  const { dealid, botFirst, botSize } = range
  return {
    key: ['deal', dealid, 'tasks', botFirst, botSize],
    news: 'tasks',
    reach: 10_000,
    read: async (chain, { skip, limit, signal }) => {
      const from = botFirst + Math.min(skip, botSize)
      const to = botFirst + Math.min(skip + limit, botSize)
      const { tasks } = await askGraph<{ readonly tasks: readonly GraphTask[] }>(chain, {
        query: GRAPH,
        variables: { deal: dealid, from: String(from), to: String(to), first: limit },
        ...(signal === undefined ? {} : { signal }),
      })
      return { rows: tasksBetween(range, { from, to, begun: tasks }), count: botSize, hasMore: to < botFirst + botSize }
    },
  }
}

type Between = { readonly from: number; readonly to: number; readonly begun: readonly GraphTask[] }

/**
 * Every task between two places: as the market tells of it, or computed where nobody has begun it.
 *
 * @example
 * tasksBetween(deal, { from: 0, to: 2, begun: [] }).map(({ status }) => status) // [undefined, undefined]
 */
export function tasksBetween({ dealid }: TaskRange, { from, to, begun }: Between): readonly TaskOfDeal[] {
  const known = new Map(begun.map((task) => [Number(task.index), task]))
  return Array.from({ length: Math.max(0, to - from) }, (_, place) => {
    const index = from + place
    const task = known.get(index)
    if (task === undefined || task.status === 'UNSET') {
      const taskid = taskId(dealid as DealId, BigInt(index))
      return { taskid, index, status: undefined, failure: null, changed: undefined }
    }
    const status = task.status.toLowerCase() as WireTaskStatus
    return { taskid: task.id, index, status, failure: task.failure, changed: Number(task.timestamp) }
  })
}

/** More ids are not computed to find a place: anyone can make a deal of any size. */
const MOST_IDS = 20_000

/**
 * The place of a task in a deal; `undefined` when it is not of it.
 *
 * @example
 * placeOf(taskId(dealid, 3n), { dealid, botFirst: 0, botSize: 5 }) // 3
 */
export function placeOf(taskid: Hex, { dealid, botFirst, botSize }: TaskRange): number | undefined {
  for (let index = botFirst; index < botFirst + Math.min(botSize, MOST_IDS); index += 1) {
    if (taskId(dealid as DealId, BigInt(index)) === taskid) return index
  }
  return undefined
}

/** How many tasks of a deal are how far. */
export type Progress = {
  readonly completed: number
  readonly failed: number
  readonly running: number
  readonly waiting: number
  readonly claimable: number
}

/**
 * How far the tasks of a deal are.
 *
 * @param counts `begun` of all, whether they ended or not
 * @example
 * progressOf({ size: 5, begun: 3, completed: 1, failed: 0 }, false) // { completed: 1, failed: 0, running: 2, waiting: 2, claimable: 0 }
 */
export function progressOf(
  counts: { readonly size: number; readonly begun: number; readonly completed: number; readonly failed: number },
  isOver: boolean,
): Progress {
  const { size, completed, failed } = counts
  // Lists and counts are of different moments, so they need not fit to the last one.
  const ended = Math.min(size, completed + failed)
  const begun = Math.min(size, Math.max(counts.begun, ended))
  if (isOver) return { completed, failed, running: 0, waiting: 0, claimable: size - ended }
  return { completed, failed, running: begun - ended, waiting: size - begun, claimable: 0 }
}

/**
 * The deal that a task is of, among some: tried as long as it takes no more than a moment.
 *
 * @example
 * findDealOf(taskid, newestDeals)?.dealid
 */
export function findDealOf<Deal extends TaskRange>(taskid: Hex, deals: readonly Deal[]): Deal | undefined {
  let left = MOST_IDS
  for (const deal of deals) {
    const botSize = Math.min(deal.botSize, left)
    if (placeOf(taskid, { ...deal, botSize }) !== undefined) return deal
    left -= botSize
  }
  return undefined
}
