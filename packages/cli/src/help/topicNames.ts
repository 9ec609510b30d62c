// The names of the pages of `iexec help`; the pages themselves are loaded when one is asked for.

/** In the order of the help. */
export const TOPIC_NAMES = [
  'amounts',
  'tags',
  'chains',
  'wallets',
  'prices',
  'trust',
  'files',
  'exit-codes',
  'scripting',
  'errors',
] as const
