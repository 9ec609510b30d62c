// One of several nodes: what is known of it, when it rests, and what it has to say before it is used.
import { HttpRequestError, TimeoutError } from 'viem'
import { ChainError } from './chainError.ts'
import { postCalls, type PostLimits, type RpcTarget } from './postCalls.ts'

/** A node, and what is known of it. */
export type Line = {
  readonly target: RpcTarget
  /** Nothing is asked of a node before it named its chain; nor after a failure, when another may stand at its place. */
  isGood: boolean
  check: Promise<void> | undefined
  failures: number
  restsUntil: number
  failure: unknown
  head: Head | undefined
  /** Since when it has been slower than the others. */
  slowSince: number | undefined
  /** Why it was left out, as far as that was said. */
  told: 'wrong chain' | 'behind' | undefined
}

/** The newest block of a node. */
export type Head = {
  readonly block: number
  /** When it was said. */
  readonly at: number
  /** Not the same as when it was asked before. */
  readonly hasMoved: boolean
}

/** Hears, in one sentence, of a node that is left out although it answers, and of its return. */
export type Notice = (sentence: string) => void

const FIRST_REST_MS = 200
const LONGEST_REST_MS = 15_000

/** A node of which nothing is known. */
export function openLine(target: RpcTarget): Line {
  return {
    target,
    isGood: false,
    check: undefined,
    failures: 0,
    restsUntil: 0,
    failure: undefined,
    head: undefined,
    slowSince: undefined,
    told: undefined,
  }
}

/** It failed: nothing is asked of it for a while, longer each time. */
export function rest(line: Line, error: unknown, now: number): void {
  line.failure = error
  // Many requests may fail at once: that is one failure.
  if (!line.isGood && line.restsUntil > now) return
  const pause = Math.min(LONGEST_REST_MS, FIRST_REST_MS * 2 ** line.failures)
  line.failures += 1
  line.isGood = false
  line.restsUntil = now + Math.max(pause, retryAfterMs(error))
}

function retryAfterMs(error: unknown): number {
  const seconds = error instanceof HttpRequestError ? Number(error.headers?.get('retry-after') ?? 0) : 0
  return Number.isFinite(seconds) ? Math.min(seconds * 1_000, 4 * LONGEST_REST_MS) : 0
}

/** Whether it is the node or the road to it that failed, and not the calls. */
export function isFaultOfLine(error: unknown): boolean {
  if (error instanceof HttpRequestError) return error.status !== 413
  return error instanceof TimeoutError || error instanceof ChainError
}

/** It is left out although it answers: that is said once for each reason. */
export function leaveOut(line: Line, why: NonNullable<Line['told']>, notice: () => void): void {
  if (line.told !== why) notice()
  line.told = why
}

/** It may be used. */
export function takeIn(line: Line, onNotice: Notice | undefined): void {
  line.isGood = true
  if (line.told !== undefined) onNotice?.(`${line.target.origin} is used again.`)
  line.told = undefined
}

/**
 * Asks a node for the id of its chain.
 *
 * @throws HttpRequestError or TimeoutError of viem; also when it answers something else
 */
export async function readChainId(target: RpcTarget, limits: PostLimits): Promise<number> {
  const id = await readNumber(target, 'eth_chainId', limits)
  if (id === undefined || id === 0) throw answersBadly(target, 'The node does not say which chain it is of.')
  return id
}

/**
 * Asks a node for its newest block.
 *
 * @throws HttpRequestError or TimeoutError of viem; also when it answers something else
 */
export async function readHead(line: Line, limits: PostLimits, now: () => number): Promise<void> {
  const block = await readNumber(line.target, 'eth_blockNumber', limits)
  if (block === undefined) throw answersBadly(line.target, 'The node does not say which block is its newest.')
  line.head = { block, at: now(), hasMoved: block !== line.head?.block }
}

/** A fault of a node that does answer: the details are the sentence that is shown. */
export function answersBadly({ origin }: RpcTarget, details: string): HttpRequestError {
  return new HttpRequestError({ url: origin, status: 200, details })
}

async function readNumber(target: RpcTarget, method: string, limits: PostLimits): Promise<number | undefined> {
  const [reply] = await postCalls(target, [{ method, params: [] }], limits)
  const result = reply?.ok === true ? reply.result : undefined
  const number = typeof result === 'string' && /^0x[0-9a-f]+$/iu.test(result) ? Number(result) : undefined
  return Number.isSafeInteger(number) ? number : undefined
}
