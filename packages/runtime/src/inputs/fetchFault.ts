// Why a file could not be had.

/**
 * Why a file could not be had. All but `unreachable`, and `nobody` where no connection came about, say that trying again from here
 * changes nothing.
 */
export type FetchReason =
  | 'unreachable'
  | 'nobody'
  | 'absent'
  | 'forbidden'
  | 'too-large'
  | 'too-slow'
  | 'wrong-checksum'

/** A file could not be had, or is not what it should be. Whoever asked for it says what that means. */
export class FetchFault extends Error {
  override readonly name = 'FetchFault'
  readonly reason: FetchReason

  /** @param message one sentence for people, with the URL and the compared values */
  constructor(reason: FetchReason, message: string, options?: ErrorOptions) {
    super(message, options)
    this.reason = reason
  }
}
