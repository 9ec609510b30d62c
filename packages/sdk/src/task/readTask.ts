// What the hub keeps of tasks.
import { decodeContribution, decodeTask, type Contribution, type TaskId, type TaskRecord } from '@iexec/protocol'
import * as hubItems from '@iexec/protocol/abi/hub'
import { readContract } from '../call/readContract.ts'
import type { Context } from '../context.ts'

/** So many questions are on their way at once; the way to the chain packs them together. */
const BATCH = 100

/** A task as the hub keeps it; one that nobody initialized is `unset`, whether its deal exists or not. */
export async function readTask(context: Context, id: TaskId): Promise<TaskRecord> {
  const { hub } = context.contracts
  return decodeTask(
    id,
    await readContract(context, { address: hub, abi: hubItems.viewTask, functionName: 'viewTask', args: [id] }),
  )
}

/** Many tasks, in the order of their ids. */
export async function readTasks(context: Context, ids: readonly TaskId[]): Promise<readonly TaskRecord[]> {
  const tasks: TaskRecord[] = []
  for (let start = 0; start < ids.length; start += BATCH) {
    tasks.push(...(await Promise.all(ids.slice(start, start + BATCH).map(async (id) => readTask(context, id)))))
  }
  return tasks
}

/** The votes on a task, in their order. */
export async function readContributions(context: Context, task: TaskRecord): Promise<readonly Contribution[]> {
  if (task.status === 'unset') return []
  const { hub } = context.contracts
  const votes = await Promise.all(
    task.contributors.map(async (worker) =>
      decodeContribution(
        worker,
        await readContract(context, {
          address: hub,
          abi: hubItems.viewContribution,
          functionName: 'viewContribution',
          args: [task.id, worker],
        }),
      ),
    ),
  )
  return votes.filter((vote) => vote !== undefined)
}
