// Follows a task to its end, block by block.
import type { Hex } from 'viem'
import type { Context } from '../context.ts'
import { pause } from '../pause.ts'
import { readHead } from './readHead.ts'
import { readTask } from './readTask.ts'
import { showTask, shownTask, type ShownTask, type TaskPlace } from './showTask.ts'

/** How a task is followed. */
export type WatchOptions = TaskPlace & {
  /** Ends the watching with `Aborted`. */
  readonly signal?: AbortSignal | undefined
}

/**
 * The states of a task as they come: the present one first, then each change, until it is completed, failed, or can be claimed.
 * Leaving the loop ends the watching.
 *
 * @throws IexecError as `showTask` does; `Aborted`
 * @example
 * for await (const { statusName, reason, nextDeadline } of watchTask(context, taskid)) console.log(statusName, reason)
 */
export async function* watchTask(
  context: Context,
  taskid: Hex,
  options: WatchOptions = {},
): AsyncGenerator<ShownTask, void> {
  const first = await showTask(context, taskid, options)
  const { deal, index } = first
  let shown = first
  yield shown
  if (shown.end !== undefined) return
  for await (const _ of newBlocks(context, options.signal)) {
    const now = await shownTask(context, { record: await readTask(context, shown.id), deal, index })
    if (sightOf(now) === sightOf(shown)) continue
    shown = now
    yield shown
    if (shown.end !== undefined) return
  }
}

/**
 * Says when the chain has another youngest block; at once for the first one.
 *
 * @throws IexecError `Aborted`, `ChainUnreachable`
 */
export async function* newBlocks(context: Context, signal?: AbortSignal): AsyncGenerator<Hex, void> {
  let seen: Hex | undefined
  for (;;) {
    const { hash } = await readHead(context)
    if (hash !== seen) yield hash
    seen = hash
    await pause(context.pollingMs, signal)
  }
}

/** All of a task that an onlooker sees change. */
function sightOf({ statusName, reason, nextDeadline, contributions }: ShownTask): string {
  const votes = contributions.map(({ worker, status }) => [worker, status])
  return JSON.stringify([statusName, reason, nextDeadline?.what, String(nextDeadline?.at), votes])
}
