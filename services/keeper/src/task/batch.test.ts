// How tasks become transactions, and what becomes of one that is refused.
import { taskId, type DealId } from '@iexec/protocol'
import { explainRevert } from '@iexec/protocol/errors'
import fc from 'fast-check'
import { encodeErrorResult, parseAbi } from 'viem'
import { expect, test } from 'vitest'
import { gasOf, planBatches, splitRefused, type Batch } from './batch.ts'
import type { OpenTask } from './openTasks.ts'

const DEAL: DealId = `0x${'d'.repeat(64)}` as DealId

function openTask(index: number, fields: Partial<OpenTask> = {}): OpenTask {
  const id = taskId(DEAL, BigInt(index))
  return { id, deal: DEAL, index: BigInt(index), isBegun: false, votes: 0, price: 1n, ...fields }
}

const anyTasks = fc
  .array(fc.record({ isBegun: fc.boolean(), votes: fc.nat({ max: 255 }) }), { maxLength: 60 })
  .map((all) => all.map((fields, index) => openTask(index, fields)))

const silent = explainRevert('0x')

test('every task is in one batch, of its own kind, in its order', () => {
  fc.assert(
    fc.property(anyTasks, fc.bigInt({ min: 1n, max: 10_000_000n }), (tasks, gasLimit) => {
      const batches = planBatches(tasks, gasLimit)

      for (const isBegun of [true, false]) {
        const kind = isBegun ? 'claimArray' : 'initializeAndClaimArray'
        const planned = batches.filter((batch) => batch.kind === kind).flatMap((batch) => batch.tasks)
        expect(planned).toEqual(tasks.filter((task) => task.isBegun === isBegun))
      }
    }),
  )
})

test('no batch should take more gas than allowed, unless it is one task that does', () => {
  fc.assert(
    fc.property(anyTasks, fc.bigInt({ min: 1n, max: 10_000_000n }), (tasks, gasLimit) => {
      for (const batch of planBatches(tasks, gasLimit)) {
        const gas = batch.tasks.reduce((sum, task) => sum + gasOf(task), 0n)
        expect(batch.tasks.length === 1 || gas <= gasLimit).toBe(true)
        expect(batch.tasks.length).toBeGreaterThan(0)
      }
    }),
  )
})

test('whatever tasks spoil a batch, all others get through, and only these are left over', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat({ max: 40 }), { maxLength: 8 }), fc.integer({ min: 1, max: 41 }), (bad, size) => {
      const tasks = Array.from({ length: size }, (_, index) => openTask(index))
      const isBad = ({ index }: OpenTask): boolean => bad.includes(Number(index))
      const claimed: OpenTask[] = []
      const refused: OpenTask[] = []
      let queue: readonly Batch[] = [{ kind: 'initializeAndClaimArray', tasks }]
      while (queue.length > 0) {
        const next = queue.flatMap((batch) => {
          if (!batch.tasks.some(isBad)) {
            claimed.push(...batch.tasks)
            return []
          }
          const retry = splitRefused(batch, silent)
          if (retry.refused !== undefined) refused.push(retry.refused)
          return retry.batches
        })
        queue = next
      }

      expect(claimed.toSorted(byIndex)).toEqual(tasks.filter((task) => !isBad(task)))
      expect(refused.toSorted(byIndex)).toEqual(tasks.filter(isBad))
    }),
  )
})

test('a task that the hub names is left out at once', () => {
  const tasks = [0, 1, 2].map((index) => openTask(index, { isBegun: true }))
  const [first, named, last] = tasks
  const args = [named?.id ?? '0x', 3] as const
  const abi = parseAbi(['error TaskNotClaimable(bytes32 taskid, uint8 status)'])
  const refusal = explainRevert(encodeErrorResult({ abi, errorName: 'TaskNotClaimable', args }))

  const retry = splitRefused({ kind: 'claimArray', tasks }, refusal)

  expect(retry).toEqual({ batches: [{ kind: 'claimArray', tasks: [first, last] }], refused: named })
})

function byIndex(one: OpenTask, other: OpenTask): number {
  return Number(one.index - other.index)
}
