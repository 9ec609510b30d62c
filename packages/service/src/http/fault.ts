// What is told of an error, to the log and to who asked.
import type { Context } from 'hono'
import { BaseError } from 'viem'
import { isDiskFull } from '../db/isDiskFull.ts'
import { isDown } from '../db/isDown.ts'
import { watchOutages } from '../outage.ts'
import { sayWhy } from '../sayWhy.ts'
import type { HttpEnv } from './rateLimit.ts'

/** Where things are told that no answer may show. It is given no secrets: no bodies, headers, queries or addresses of nodes. */
export type HttpLog = {
  /** `error` is text. */
  readonly error: (facts: { readonly error: unknown; readonly route: string }, sentence: string) => void
}

/** Status codes of refusals. */
export type RefusalStatus =
  | 400
  | 401
  | 403
  | 404
  | 405
  | 409
  | 410
  | 411
  | 413
  | 415
  | 416
  | 422
  | 429
  | 500
  | 503
  | 507

/**
 * The answer that says why not, in the words of the API.
 *
 * @example
 * failed(context, 404, 'task not found') // { ok: false, error: 'task not found' }
 */
export function failed(context: Context<HttpEnv>, status: RefusalStatus, error: string): Response {
  return context.json({ ok: false, error }, status)
}

/** Which request failed, and how. */
export type Failure = { readonly context: Context<HttpEnv>; readonly route: string; readonly error: unknown }

/**
 * Makes what answers a request that failed, of which the log hears: of a database that is not there once per outage, and so of a
 * full disk. The answer is 503 then, or 507, else 500, and tells nothing else.
 *
 * @param tell what the log hears of an error
 * @example
 * const answerFault = createFaultAnswer(log, Date.now)
 * app.onError((error, context) => answerFault({ context, route: 'get /tasks/:id', error }))
 */
export function createFaultAnswer(
  log: HttpLog,
  now: () => number,
  tell: (error: unknown) => string = tellFault,
): (failure: Failure) => Response {
  const [isFirst, isFirstFull] = [watchOutages(now), watchOutages(now)]
  return ({ context, route, error }) => {
    if (isDown(error)) {
      if (isFirst()) log.error({ error: sayWhy(error), route }, 'The database does not answer.')
      return failed(context, 503, 'The database does not answer, try again later.')
    }
    if (isDiskFull(error)) {
      if (isFirstFull()) log.error({ error: sayWhy(error), route }, 'The disk is full: make room on it.')
      return failed(context, 507, 'The disk of this service is full, try again later.')
    }
    log.error({ error: tell(error), route }, 'A request could not be answered.')
    // viem throws its own errors, also as a cause: then it is the node that did not answer.
    const isOfNode = error instanceof BaseError || (error instanceof Error && error.cause instanceof BaseError)
    return failed(context, 500, isOfNode ? 'Something went wrong, you should retry later.' : 'Internal error')
  }
}

/**
 * What went wrong, and where unless it was the node. The messages of viem would also tell the node's address, keys included, and
 * what was sent.
 */
export function tellFault(error: unknown): string {
  if (error instanceof BaseError) return `${error.name}: ${error.shortMessage}`
  if (!(error instanceof Error)) return String(error)
  const told = error.stack ?? error.message
  return error.cause === undefined ? told : `${told}\ncaused by ${tellFault(error.cause)}`
}
