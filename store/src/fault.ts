// Why a command ends early, in one plain sentence.

/** Something is in the way: the sentence says what, and what to do. The exit code is 1. */
export class StoreFault extends Error {
  override readonly name: string = 'StoreFault'
}

/** What was typed cannot be used, and nothing was done. The exit code is 2. */
export class UsageError extends Error {
  override readonly name: string = 'UsageError'
}
