// What the errors of a node mean for whoever follows it.
import { BaseError, HttpRequestError, ResponseBodyTooLargeError, TimeoutError } from 'viem'
import { ChainError, chainErrorIn } from '../transport/chainError.ts'
import { Unsettled } from './steps.ts'

const TOO_MUCH =
  /too (?:many|large|big|wide)|exceed|limit|more than|maximum|max |block range|response size|timed? ?out|10,?000/iu
/** Said of the caller's pace, or of blocks that are not there yet: fewer blocks would not help. */
const NOT_NOW =
  /too many requests|per second|per minute|rate|capacity|credits|quota|beyond|height|unknown block|not found/iu

/**
 * Whether the node, the network or this process could not bear the answer, so that a smaller one may do.
 *
 * @example
 * isTooMuch(error) // true for 'query returned more than 10000 results'
 */
export function isTooMuch(error: unknown): boolean {
  if (!(error instanceof BaseError)) return false
  if (isTimeout(error) || error.walk((cause) => cause instanceof ResponseBodyTooLargeError)) return true
  const http = error.walk((cause) => cause instanceof HttpRequestError)
  if (http instanceof HttpRequestError) return http.status === 413
  return TOO_MUCH.test(error.details) && !NOT_NOW.test(error.details)
}

/**
 * Whether nothing came back in time: the answer is too large, or the node is gone.
 *
 * @example
 * isTimeout(error) // true for viem's TimeoutError
 */
export function isTimeout(error: unknown): boolean {
  return error instanceof BaseError && error.walk((cause) => cause instanceof TimeoutError) !== null
}

/**
 * Whether asking again may help. What a node or the network does passes, also when a node is of another chain; what a program
 * did wrong does not.
 *
 * @example
 * isTransient(new TypeError('x is not a function')) // false
 */
export function isTransient(error: unknown): boolean {
  return error instanceof Unsettled || error instanceof BaseError || error instanceof ChainError
}

/**
 * Why it does not go on, in one sentence.
 *
 * @example
 * sayWhy(error) // 'The node did not answer in time.'
 */
export function sayWhy(error: unknown): string {
  if (error instanceof Unsettled) return error.message
  const wrongChain = chainErrorIn(error)
  if (wrongChain !== undefined) return wrongChain.message
  if (!(error instanceof BaseError)) return 'The node failed.'
  if (isTimeout(error)) return 'The node did not answer in time.'
  const http = error.walk((cause) => cause instanceof HttpRequestError)
  if (http instanceof HttpRequestError) {
    if (http.status === 429) return 'The node wants fewer requests (429).'
    if (http.status === undefined) return 'The node cannot be reached.'
    // It answered, but not what it has to: the details are the sentence.
    return http.status < 300 ? http.details : `The node failed with HTTP status ${http.status}.`
  }
  return `The node refused: ${error.details === '' ? error.shortMessage : error.details}`
}
