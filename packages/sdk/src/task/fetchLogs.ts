// What the app wrote while it ran, as its workerpool kept it. Only the requester may read it.
import type { Address, Hex } from 'viem'
import type { Context } from '../context.ts'
import { callService } from '../service/callService.ts'
import { readAddress, readList, readObject, readText } from '../service/parse.ts'
import { requireSigner } from '../signer/signer.ts'
import { logInAtPool, requireRequester } from './logInAtPool.ts'
import { withScheduler } from './scheduler.ts'
import { showTask, type TaskPlace } from './showTask.ts'

/** What an app wrote on one worker. */
export type WorkerLogs = { readonly worker: Address; readonly stdout: string; readonly stderr: string }

/**
 * What the app wrote on each worker. The signer logs in at the workerpool; it has to be the requester.
 *
 * @throws IexecError `NotFound` when the workerpool has told no API or keeps nothing, `NotOwner`, `NoSigner`,
 * `ServiceUnreachable`, `ServiceRefused`, `BadAnswer`
 * @example
 * for (const { worker, stdout } of await fetchLogs(context, taskid)) console.log(worker, stdout)
 */
export async function fetchLogs(
  context: Context,
  taskid: Hex,
  { signal, ...place }: TaskPlace & { readonly signal?: AbortSignal | undefined } = {},
): Promise<readonly WorkerLogs[]> {
  const { address } = requireSigner(context)
  const { id, deal } = await showTask(context, taskid, place)
  requireRequester(deal.requester, address)
  const pool = await withScheduler(context, deal.workerpool.pointer, signal)
  const authorization = await logInAtPool(pool, signal)
  const path = `/tasks/${id}/logs`
  const answer = readObject(
    await callService(pool, 'scheduler', { path, headers: { authorization }, signal }),
    'the logs',
  )
  return readList(answer['computeLogsList'], 'the list of logs').map((given) => {
    const { walletAddress, stdout, stderr } = readObject(given, 'the logs of a worker')
    return {
      worker: readAddress(walletAddress, 'the worker of logs'),
      stdout: readText(stdout ?? '', 'stdout'),
      stderr: readText(stderr ?? '', 'stderr'),
    }
  })
}
