// A market learns of the chain a moment after it happened.
import { hexToNumber } from 'viem'
import { ask } from '../call/readContract.ts'
import type { Context } from '../context.ts'
import { pause } from '../pause.ts'
import { callService } from './callService.ts'
import { readCount, readObject } from './parse.ts'

/**
 * Waits until the market knows everything that the chain knows now, or as long as a service is waited for.
 *
 * @returns whether it knows
 * @throws IexecError `NotConfigured`, `ServiceUnreachable`, `ServiceRefused`, `BadAnswer`, `ChainUnreachable`
 * @example
 * await whenIndexed(context)
 */
export async function whenIndexed(context: Context): Promise<boolean> {
  const head = hexToNumber(await ask(context.request, 'eth_blockNumber'))
  const end = context.now() + context.serviceTimeoutMs
  for (;;) {
    const { chainId } = context.chain
    const answer = await callService(context, 'market', { path: '/metrics', query: { chainId } })
    if (readCount(readObject(answer, 'the metrics')['lastBlock'], 'the last block') >= head) return true
    if (context.now() >= end) return false
    await pause(context.pollingMs)
  }
}
