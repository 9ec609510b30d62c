// A task as its workerpool sees it go on: what each worker does and, for the requester, what the app writes while it runs.
import type { Address, Hex } from 'viem'
import type { Context } from '../context.ts'
import { readAddress, readObject, readText, readWord, wrongPiece } from '../service/parse.ts'
import { streamService, type ServerEvent } from '../service/streamService.ts'
import { requireSigner } from '../signer/signer.ts'
import { readOffchain, type OffchainTask } from './fetchOffchain.ts'
import { logInAtPool, requireRequester } from './logInAtPool.ts'
import { withScheduler } from './scheduler.ts'
import { showTask, type TaskPlace } from './showTask.ts'

/** Something that a workerpool tells of a task. Its words; nothing of it is proved. */
export type TaskNews =
  | { readonly type: 'task'; readonly task: OffchainTask }
  /** What an app wrote: first all that is kept of it, then each piece as it comes. */
  | {
      readonly type: 'log'
      readonly worker: Address
      readonly stream: 'stdout' | 'stderr'
      readonly text: string
    }

/** How a task is listened to. */
export type StreamOptions = TaskPlace & {
  /** Also what the app writes: the signer logs in, and has to be the requester. */
  readonly logs?: boolean
  readonly signal?: AbortSignal | undefined
}

/**
 * Listens to the workerpool of a task, until the task ends. Leaving the loop ends it, too.
 *
 * @throws IexecError as `fetchOffchain` and, with `logs`, `fetchLogs` do
 * @example
 * for await (const news of await streamTask(context, taskid)) if (news.type === 'task') console.log(news.task.replicates)
 */
export async function streamTask(
  context: Context,
  taskid: Hex,
  { logs = false, signal, ...place }: StreamOptions = {},
): Promise<AsyncGenerator<TaskNews, void>> {
  const { id, deal } = await showTask(context, taskid, place)
  if (logs) requireRequester(deal.requester, requireSigner(context).address)
  const pool = await withScheduler(context, deal.workerpool.pointer, signal)
  const headers = logs ? { authorization: await logInAtPool(pool, signal) } : {}
  return readNews(await streamService(pool, 'scheduler', { path: `/tasks/${id}/stream`, headers, signal }))
}

async function* readNews(events: AsyncIterable<ServerEvent>): AsyncGenerator<TaskNews, void> {
  for await (const { event, data } of events) {
    if (event === 'end') return
    if (event === 'task') yield { type: 'task', task: readOffchain(jsonOf(data)) }
    if (event === 'log') yield readLog(jsonOf(data))
  }
}

function readLog(given: unknown): TaskNews {
  const { walletAddress, stream, text } = readObject(given, 'a piece of a log')
  return {
    type: 'log',
    worker: readAddress(walletAddress, 'the worker of a log'),
    stream: readWord(stream, ['stdout', 'stderr'], 'the name of a log'),
    text: readText(text, 'the text of a log'),
  }
}

function jsonOf(data: string): unknown {
  try {
    return JSON.parse(data)
  } catch {
    throw wrongPiece('an event', 'JSON', data)
  }
}
