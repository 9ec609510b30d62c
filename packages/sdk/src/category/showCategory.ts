// Categories: how long a task may run.
import * as hubItems from '@iexec/protocol/abi/hub'
import { readContract } from '../call/readContract.ts'
import type { Context } from '../context.ts'
import { IexecError } from '../error/iexecError.ts'

/** A category of tasks. */
export type Category = {
  readonly index: bigint
  readonly name: string
  readonly description: string
  /** Longest run time in seconds; all deadlines are multiples of it. */
  readonly workClockTimeRef: bigint
}

/**
 * A category.
 *
 * @throws IexecError `NotFound` with the number of categories
 * @example
 * (await showCategory(context, 0n)).workClockTimeRef // 300n
 */
export async function showCategory(context: Context, index: bigint): Promise<Category> {
  await requireCategory(context, index)
  const { name, description, workClockTimeRef } = await readContract(context, {
    address: context.contracts.hub,
    abi: hubItems.viewCategory,
    functionName: 'viewCategory',
    args: [index],
  })
  return { index, name, description, workClockTimeRef }
}

/**
 * Goes on only when there is such a category.
 *
 * @throws IexecError `NotFound` with the number of categories
 */
export async function requireCategory(context: Context, index: bigint): Promise<void> {
  const count = await countCategories(context)
  if (index >= 0n && index < count) return
  throw new IexecError('NotFound', `There is no category ${index}: there are ${count}.`, {
    hints: count === 0n ? [] : [`Indices go from 0 to ${count - 1n}.`],
    details: { index, count },
  })
}

/** How many categories there are. */
export async function countCategories(context: Context): Promise<bigint> {
  return readContract(context, {
    address: context.contracts.hub,
    abi: hubItems.countCategory,
    functionName: 'countCategory',
  })
}
