// What the workerpool says of a task: what its workers are doing, which no chain tells.
import type { Address, Hex } from 'viem'
import type { Context } from '../context.ts'
import { callService } from '../service/callService.ts'
import { asWords, readAddress, readList, readObject, readText, type Foreign } from '../service/parse.ts'
import { withScheduler } from './scheduler.ts'
import { showTask, type TaskPlace } from './showTask.ts'

/** A state, and since when. */
export type StatusChange = {
  readonly status: string
  /** As the workerpool writes it. */
  readonly date: string
  readonly cause?: string
}

/** What one worker did for a task. */
export type Replicate = {
  readonly worker: Address
  readonly status: string
  /** What the app returned; absent as long as it has not ended. */
  readonly exitCode?: number
  readonly history: readonly StatusChange[]
}

/** What a workerpool says of a task. Its words; nothing of it is proved. */
export type OffchainTask = {
  readonly status: string
  readonly history: readonly StatusChange[]
  readonly replicates: readonly Replicate[]
}

/**
 * What the workerpool says of a task.
 *
 * @throws IexecError `NotFound` when the workerpool has told no API, `ServiceUnreachable`, `ServiceRefused`, `BadAnswer`
 * @example
 * (await fetchOffchain(context, taskid)).status // 'RUNNING'
 */
export async function fetchOffchain(
  context: Context,
  taskid: Hex,
  { signal, ...place }: TaskPlace & { readonly signal?: AbortSignal | undefined } = {},
): Promise<OffchainTask> {
  const { id, deal } = await showTask(context, taskid, place)
  const pool = await withScheduler(context, deal.workerpool.pointer, signal)
  const answer = readObject(await callService(pool, 'scheduler', { path: `/tasks/${id}`, signal }), 'the task')
  return {
    status: statusOf(answer['currentStatus']),
    history: historyOf(answer['dateStatusList']),
    replicates: readList(answer['replicates'] ?? [], 'the list of workers').map((given) =>
      replicateOf(readObject(given, 'a worker')),
    ),
  }
}

function replicateOf({ walletAddress, currentStatus, appExitCode, statusUpdateList }: Foreign): Replicate {
  return {
    worker: readAddress(walletAddress, 'the address of a worker'),
    status: statusOf(currentStatus),
    ...(Number.isInteger(appExitCode) ? { exitCode: Number(appExitCode) } : {}),
    history: historyOf(statusUpdateList),
  }
}

function historyOf(given: unknown): readonly StatusChange[] {
  return readList(given ?? [], 'the history').map((change) => {
    const { status, date, cause, details } = readObject(change, 'a change of state')
    const said =
      cause ?? (typeof details === 'object' && details !== null && 'cause' in details ? details.cause : undefined)
    return {
      status: statusOf(status),
      date: asWords(
        typeof date === 'number' ? new Date(date).toISOString() : readText(date ?? '', 'the date of a change'),
      ),
      ...(typeof said === 'string' ? { cause: asWords(said) } : {}),
    }
  })
}

function statusOf(given: unknown): string {
  return asWords(readText(given, 'the status'))
}
