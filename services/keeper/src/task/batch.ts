// Tasks → transactions of bounded gas, and what to do with one that the hub refuses. Pure.
import type { SendRefusal } from '@iexec/chain'
import type { TaskId } from '@iexec/protocol'
import { claimArray, initializeAndClaimArray } from '@iexec/protocol/abi/hub'
import { encodeFunctionData, type Hex } from 'viem'
import type { OpenTask } from './openTasks.ts'

/** Which function of the hub claims: one for tasks that were begun, one for those that nobody began. */
export type ClaimKind = 'claimArray' | 'initializeAndClaimArray'

/** Tasks that are claimed together: all or none. */
export type Batch = { readonly kind: ClaimKind; readonly tasks: readonly OpenTask[] }

/** Rather too much: when it is too little after all, the node refuses and the batch is split. */
const GAS_OF_TRANSACTION = 60_000n
const GAS_TO_CLAIM = 50_000n
const GAS_TO_BEGIN = 35_000n
const GAS_OF_VOTE = 20_000n

/** What claiming a task costs at most, as far as can be known beforehand. */
export function gasOf({ isBegun, votes }: OpenTask): bigint {
  return GAS_TO_CLAIM + (isBegun ? BigInt(votes) * GAS_OF_VOTE : GAS_TO_BEGIN)
}

/**
 * Puts tasks together, in their order, so that no transaction should take more gas than allowed; a task that alone takes more
 * stands alone.
 *
 * @example
 * planBatches(tasks, 8_000_000n) // [{ kind: 'initializeAndClaimArray', tasks: […] }, { kind: 'claimArray', tasks: […] }]
 */
export function planBatches(tasks: readonly OpenTask[], gasLimit: bigint): readonly Batch[] {
  const begun = tasks.filter(({ isBegun }) => isBegun)
  const others = tasks.filter(({ isBegun }) => !isBegun)
  return [
    ...pack(begun, gasLimit).map((some): Batch => ({ kind: 'claimArray', tasks: some })),
    ...pack(others, gasLimit).map((some): Batch => ({ kind: 'initializeAndClaimArray', tasks: some })),
  ]
}

function pack(tasks: readonly OpenTask[], gasLimit: bigint): readonly (readonly OpenTask[])[] {
  const packs: OpenTask[][] = []
  let gas = gasLimit
  for (const task of tasks) {
    gas += gasOf(task)
    const last = packs.at(-1)
    if (last !== undefined && gas <= gasLimit) last.push(task)
    else {
      packs.push([task])
      gas = GAS_OF_TRANSACTION + gasOf(task)
    }
  }
  return packs
}

/** The call of the hub that claims a batch. */
export function callOf({ kind, tasks }: Batch): Hex {
  return kind === 'claimArray'
    ? encodeFunctionData({ abi: claimArray, functionName: kind, args: [tasks.map(({ id }) => id)] })
    : encodeFunctionData({
        abi: initializeAndClaimArray,
        functionName: kind,
        args: [tasks.map(({ deal }) => deal), tasks.map(({ index }) => index)],
      })
}

/** What to do after a refusal: batches to try at once, and the task that was refused, if it is known which. */
export type Retry = { readonly batches: readonly Batch[]; readonly refused: OpenTask | undefined }

/**
 * What to do when the hub refuses a batch: without the task that it names, or else in two halves, until the one that spoils it
 * stands alone.
 *
 * @example
 * splitRefused(batch, refusal) // { batches: [{ kind: 'claimArray', tasks: […] }], refused: undefined }
 */
export function splitRefused(batch: Batch, refusal: SendRefusal): Retry {
  const { kind, tasks } = batch
  const named = namedTask(refusal)
  const culprit = tasks.length === 1 ? tasks[0] : tasks.find(({ id }) => id === named)
  if (culprit !== undefined) {
    const rest = tasks.filter((task) => task !== culprit)
    return { batches: rest.length === 0 ? [] : [{ kind, tasks: rest }], refused: culprit }
  }
  const middle = Math.ceil(tasks.length / 2)
  const halves = [tasks.slice(0, middle), tasks.slice(middle)].filter((half) => half.length > 0)
  return { batches: halves.map((half) => ({ kind, tasks: half })), refused: undefined }
}

/** The task that somebody else claimed, finished or began in between. */
function namedTask(refusal: SendRefusal): TaskId | undefined {
  if (refusal.kind !== 'error') return undefined
  if (refusal.name !== 'TaskNotClaimable' && refusal.name !== 'TaskAlreadyInitialized') return undefined
  return refusal.args.taskid.toLowerCase() as TaskId
}
