// The API of the workerpool that runs a task: found in the directory, asked like any other service.
import type { Address } from 'viem'
import type { Context } from '../context.ts'
import { IexecError } from '../error/iexecError.ts'
import { callService } from '../service/callService.ts'
import { readObject, readText, wrongPiece } from '../service/parse.ts'

/**
 * Where the API of a workerpool is; `undefined` when its owner told nobody.
 *
 * @throws IexecError `NotConfigured`, `ServiceUnreachable`, `BadAnswer`
 * @example
 * await findPoolApi(context, '0x…') // 'https://pool.example'
 */
export async function findPoolApi(
  context: Context,
  workerpool: Address,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const { chain } = context
  if (chain.schedulerUrl !== undefined) return chain.schedulerUrl
  const path = `/${chain.chainId}/workerpools/${workerpool}`
  try {
    const answer = readObject(await callService(context, 'compass', { path, signal }), 'the answer of the directory')
    return requireUrl(readText(answer['apiUrl'], 'the URL of the workerpool'))
  } catch (error) {
    if (error instanceof IexecError && error.details['status'] === 404) return undefined
    throw error
  }
}

/** The same context, with the API of this workerpool as its scheduler. */
export async function withScheduler(context: Context, workerpool: Address, signal?: AbortSignal): Promise<Context> {
  const schedulerUrl = await findPoolApi(context, workerpool, signal)
  if (schedulerUrl !== undefined) return { ...context, chain: { ...context.chain, schedulerUrl } }
  throw new IexecError('NotFound', `The owner of the workerpool ${workerpool} has not told where its API is.`, {
    hints: ['What the chain knows of the task can be shown all the same.'],
    details: { workerpool },
  })
}

function requireUrl(given: string): string {
  if (URL.canParse(given) && /^https?:$/u.test(new URL(given).protocol)) return given
  throw wrongPiece('the URL of the workerpool', 'an http or https URL', given)
}
