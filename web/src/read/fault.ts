// What this site itself throws: with a code, as the errors of the SDK have one, so that all are told in the same words.

/** The stable name of what went wrong; those of the SDK mean the same here. */
export type FaultCode =
  | 'NoSigner'
  | 'WalletGone'
  | 'WalletEmpty'
  | 'ServiceUnreachable'
  | 'ServiceRefused'
  | 'BadAnswer'
  | 'ChainUnreachable'
  | 'NodeRefused'
  | 'NoMatch'
  | 'NotLoaded'
  | 'NoModule'
  | 'OtherOrder'
  | 'WrongChain'
  /** Its sentence is in the language of the page already. */
  | 'InWords'

/** What a fault is made of, besides its code and its sentence. */
export type FaultParts = {
  /** What was asked, what was compared. */
  readonly details?: Readonly<Record<string, unknown>>
  readonly cause?: unknown
}

/**
 * What this site could not do. Pages tell it by its code; the sentence is for programmers, and for what has no words.
 *
 * @example
 * throw new Fault('NoSigner', 'No wallet is connected.')
 */
export class Fault extends Error {
  override readonly name: string = 'Fault'
  readonly code: FaultCode
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: FaultCode, sentence: string, { details = {}, cause }: FaultParts = {}) {
    super(sentence, cause === undefined ? undefined : { cause })
    this.code = code
    this.details = details
  }
}
