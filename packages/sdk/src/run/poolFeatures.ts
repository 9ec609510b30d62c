// What a workerpool can do beyond what every one can, as its API tells.
import type { Address } from 'viem'
import type { Context } from '../context.ts'
import { IexecError } from '../error/iexecError.ts'
import { callService } from '../service/callService.ts'
import { asWords, readList, readObject, readText } from '../service/parse.ts'
import { findPoolApi } from '../task/scheduler.ts'

/**
 * The features that a workerpool announces: none when it has told no API, or its API does not answer.
 *
 * @throws IexecError `NotConfigured` when the chain has no directory of workerpools' APIs
 * @example
 * (await fetchFeatures(context, '0x…')).includes('bag')
 */
export async function fetchFeatures(context: Context, workerpool: Address): Promise<readonly string[]> {
  try {
    const schedulerUrl = await findPoolApi(context, workerpool)
    if (schedulerUrl === undefined) return []
    const pool = { ...context, chain: { ...context.chain, schedulerUrl } }
    const answer = readObject(
      await callService(pool, 'scheduler', { path: '/features' }),
      'the features of the workerpool',
    )
    return readList(answer['features'], 'the list of features').map((given) => asWords(readText(given, 'a feature')))
  } catch (error) {
    if (error instanceof IexecError && error.code !== 'NotConfigured') return []
    throw error
  }
}
