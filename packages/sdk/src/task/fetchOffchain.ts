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
  /** What its worker said last, as a sentence. */
  readonly message?: string
  readonly history: readonly StatusChange[]
}

/** What a workerpool says of a task. Its words; nothing of it is proved. */
export type OffchainTask = {
  readonly status: string
  readonly history: readonly StatusChange[]
  /** Why the workerpool does not run it, if so. */
  readonly refusal?: string
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
  return readOffchain(await callService(pool, 'scheduler', { path: `/tasks/${id}`, signal }))
}

/** What a workerpool answers. @throws IexecError `BadAnswer` */
export function readOffchain(given: unknown): OffchainTask {
  const answer = readObject(given, 'the task')
  const { refusal } = answer
  return {
    status: statusOf(answer['currentStatus']),
    history: historyOf(answer['dateStatusList']),
    ...(typeof refusal === 'string' ? { refusal: asWords(refusal) } : {}),
    replicates: readList(answer['replicates'] ?? [], 'the list of workers').map((one) =>
      replicateOf(readObject(one, 'a worker')),
    ),
  }
}

function replicateOf({ walletAddress, currentStatus, appExitCode, message, statusUpdateList }: Foreign): Replicate {
  return {
    worker: readAddress(walletAddress, 'the address of a worker'),
    status: statusOf(currentStatus),
    ...(Number.isInteger(appExitCode) ? { exitCode: Number(appExitCode) } : {}),
    ...(typeof message === 'string' ? { message: asWords(message) } : {}),
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
