// A deal: everything that matching four orders fixed, for as many tasks as its volume.
import type { Address, Hex } from 'viem'
import type { TaskPrices } from '../escrow/stake.ts'
import type { DealId, Instant, TaskId } from '../ids.ts'
import { taskId } from '../ids.ts'

/** One asset of a deal: its address, its owner at the moment of the match, and its price for one task in nRLC. */
export type Resource = { readonly pointer: Address; readonly owner: Address; readonly price: bigint }

/** The terms of a deal, as `viewDeal` tells them. */
export type DealRecord = {
  readonly app: Resource
  /** All zero when there is no dataset. */
  readonly dataset: Resource
  readonly workerpool: Resource
  /** At least 1. */
  readonly trust: bigint
  readonly category: bigint
  readonly tag: Hex
  readonly requester: Address
  readonly beneficiary: Address
  /** The zero address when nobody is called back. */
  readonly callback: Address
  readonly params: string
  readonly startTime: Instant
  /** Index of the first task. */
  readonly botFirst: bigint
  /** Number of tasks. */
  readonly botSize: bigint
  /** What each worker locks with a contribution, in nRLC. */
  readonly workerStake: bigint
  /** The pool owner's share of the reward, in percent. */
  readonly schedulerRewardRatio: bigint
  /** Who pays, and gets the price of a failed task back. */
  readonly sponsor: Address
}

/** A deal: its terms, and two things that the hub copies beside them at the match. */
export type Deal = DealRecord & {
  /** Longest run time of the category, in seconds; all deadlines are multiples of it. */
  readonly timeref: bigint
  /** Who signs authorisations for enclaves in the scheduler's place; the zero address when the scheduler does. */
  readonly teeBroker: Address
}

/** The prices of one task of a deal. */
export function dealPrices(deal: Pick<Deal, 'app' | 'dataset' | 'workerpool'>): TaskPrices {
  return { app: deal.app.price, dataset: deal.dataset.price, workerpool: deal.workerpool.price }
}

/** Whether a deal has a task with this index: `botFirst <= index < botFirst + botSize`. */
export function hasTaskIndex(deal: Pick<Deal, 'botFirst' | 'botSize'>, index: bigint): boolean {
  return index >= deal.botFirst && index < deal.botFirst + deal.botSize
}

/**
 * The ids of a deal's tasks, in the order of their indices, each one made when it is asked for.
 *
 * Anyone can make a deal of 2^64 - 1 free tasks, so never collect the tasks of a stranger's deal whole. Read them page by
 * page instead: any part of the bag is a bag of its own.
 *
 * @example
 * [...dealTasks(id, { botFirst: 4n, botSize: 2n })] // [taskId(id, 4n), taskId(id, 5n)]
 */
export function* dealTasks(deal: DealId, bag: Pick<Deal, 'botFirst' | 'botSize'>): Iterable<TaskId> {
  const end = bag.botFirst + bag.botSize
  for (let index = bag.botFirst; index < end; index += 1n) yield taskId(deal, index)
}
