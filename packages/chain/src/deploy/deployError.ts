// The one error by which a deployment ends early.
import { BaseError, HttpRequestError, TimeoutError } from 'viem'

/** What can be wrong, for programs. */
export type DeployFault =
  /** The CREATE2 deployment proxy is missing, and the chain refuses to create it. */
  | 'NoDeploymentProxy'
  /** Something stands at an address that is not what this package puts there. */
  | 'UnexpectedCode'
  /** The owner is the zero address. */
  | 'NoOwner'
  /** A category lasts longer than a hub can count. */
  | 'CategoryTimeOutOfRange'
  /** The token that was named is no ERC-20 with nine decimals, or is a hub. */
  | 'NotTheToken'
  /** The deployer cannot pay for what is missing. */
  | 'InsufficientFunds'
  /** Transactions of an earlier call are in no block yet, and it takes too long. */
  | 'StillPending'
  /** The chain executed a step, and it failed. */
  | 'StepFailed'

/**
 * Says in one sentence why a deployment cannot go on. What was deployed before stays, and a repeated call goes on from there.
 *
 * @example
 * new DeployError('NotTheToken', 'There is no token at 0x….')
 */
export class DeployError extends Error {
  override readonly name: string = 'DeployError'
  readonly code: DeployFault

  constructor(code: DeployFault, sentence: string, options?: { readonly cause?: unknown }) {
    super(sentence, options)
    this.code = code
  }
}

/**
 * What the chain itself said when it refused something, in its own words.
 *
 * @example
 * reasonOf(error) // 'nonce too low'
 */
export function reasonOf(cause: unknown): string {
  if (cause instanceof BaseError) return cause.details === '' ? cause.shortMessage : cause.details
  return cause instanceof Error ? cause.message : String(cause)
}

/**
 * Whether the chain said nothing at all: its RPC was not reached, was too slow, or failed itself.
 *
 * @example
 * isUnreachable(error) // true for HTTP status 500
 */
export function isUnreachable(cause: unknown): boolean {
  if (!(cause instanceof BaseError)) return false
  return cause.walk((error) => error instanceof HttpRequestError || error instanceof TimeoutError) !== null
}
