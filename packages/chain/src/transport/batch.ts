// Many small calls that are made at the same moment become one request.
import { HttpRequestError, ResponseBodyTooLargeError, type Hex } from 'viem'
import type { Failover } from './failover.ts'
import { BatchRefused, type RpcCall, type RpcReply } from './postCalls.ts'

/** Answers one call. */
export type Request = (call: RpcCall, options?: { readonly signal?: AbortSignal }) => Promise<unknown>

/** Their answers are large, or their order counts: they travel alone. */
const ALONE: ReadonlySet<string> = new Set(['eth_getLogs', 'eth_getBlockReceipts', 'eth_sendRawTransaction'])

/** After so many requests that a node took, it is tried whether it takes larger ones again. */
const GOOD_REQUESTS = 50

/**
 * Enough gas for any contract that tells whether it signed something, and nowhere near what a node's limits allow: for calls
 * into contracts of strangers. A call that bounds its gas travels alone, so that it cannot slow down or spoil the others.
 */
export const STRANGER_GAS: Hex = '0x4c4b40'

type Waiting = {
  readonly call: RpcCall
  readonly resolve: (result: unknown) => void
  readonly reject: (error: unknown) => void
}

/** Puts up to `size` calls into one request; fewer for a while once a node refused so many. */
export function batchCalls(failover: Failover, size: number): Request {
  let limit = size
  let goodRequests = 0
  let waiting: Waiting[] = []

  const sendInHalves = async (calls: readonly RpcCall[]): Promise<readonly RpcReply[]> => {
    try {
      const replies = await failover.send(calls)
      goodRequests += 1
      if (goodRequests >= GOOD_REQUESTS) {
        limit = Math.min(size, limit * 2)
        goodRequests = 0
      }
      return replies
    } catch (error) {
      if (calls.length === 1 || !isTooManyCalls(error)) throw error
      const half = calls.length >> 1
      limit = Math.max(1, Math.min(limit, half))
      goodRequests = 0
      return [...(await sendInHalves(calls.slice(0, half))), ...(await sendInHalves(calls.slice(half)))]
    }
  }

  const flush = (): void => {
    const all = waiting
    waiting = []
    for (let start = 0; start < all.length; start += limit) {
      void deliver(all.slice(start, start + limit), sendInHalves)
    }
  }

  return async (call, options) => {
    if (travelsAlone(call)) {
      const [reply] = await failover.send([call], options?.signal)
      return unwrap(reply)
    }
    return new Promise((resolve, reject) => {
      // Everything that is asked for in this turn has joined when its microtask comes.
      if (waiting.length === 0) queueMicrotask(flush)
      waiting.push({ call, resolve, reject })
    })
  }
}

function travelsAlone({ method, params }: RpcCall): boolean {
  if (ALONE.has(method)) return true
  const [call] = method === 'eth_call' && Array.isArray(params) ? (params as readonly unknown[]) : []
  return typeof call === 'object' && call !== null && 'gas' in call
}

function isTooManyCalls(error: unknown): boolean {
  if (error instanceof HttpRequestError) return error.status === 413
  return error instanceof BatchRefused || error instanceof ResponseBodyTooLargeError
}

async function deliver(
  waiting: readonly Waiting[],
  send: (calls: readonly RpcCall[]) => Promise<readonly RpcReply[]>,
): Promise<void> {
  try {
    const replies = await send(waiting.map(({ call }) => call))
    for (const [index, { resolve, reject }] of waiting.entries()) {
      const reply = replies[index]
      if (reply?.ok === true) resolve(reply.result)
      else reject(reply?.error)
    }
  } catch (error) {
    for (const { reject } of waiting) reject(error)
  }
}

function unwrap(reply: RpcReply | undefined): unknown {
  if (reply?.ok === true) return reply.result
  throw reply?.error ?? new BatchRefused()
}
