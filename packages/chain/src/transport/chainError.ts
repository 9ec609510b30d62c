// The errors of an operator's settings, which no waiting repairs.
import { BaseError } from 'viem'

/** What can be wrong, for programs. */
export type ChainFault =
  /** There is no URL, or one of them is none. */
  | 'BadUrl'
  /** A URL leads to another chain. */
  | 'WrongChain'
  /** No node answered, so it is not known which chain this is. */
  | 'Unreachable'

/**
 * Says in one sentence why a chain cannot be used. URLs appear as their origin only: the rest may hold a key.
 *
 * @example
 * new ChainError('WrongChain', 'https://rpc.example is of chain 5, not of chain 134.')
 */
export class ChainError extends Error {
  override readonly name: string = 'ChainError'
  readonly code: ChainFault

  constructor(code: ChainFault, sentence: string) {
    super(sentence)
    this.code = code
  }
}

/**
 * Finds the error of this room in what a viem client threw.
 *
 * @example
 * chainErrorIn(error)?.code // 'WrongChain'
 */
export function chainErrorIn(error: unknown): ChainError | undefined {
  if (error instanceof ChainError) return error
  const cause = error instanceof BaseError ? error.walk((inner) => inner instanceof ChainError) : undefined
  return cause instanceof ChainError ? cause : undefined
}
