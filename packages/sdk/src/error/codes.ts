// Every code that an error of this package can have, and what it means: programs branch on codes, the reference lists them.

/** What each code means, in one sentence. */
export const ERROR_CODES = {
  InvalidInput: 'A value that was given cannot be used; `details.code` says more.',
  UnknownChain: 'No chain of this name or id is known, and no settings for it were given.',
  ChainUnreachable: 'No node of the chain answers.',
  WrongChain: 'The node or the wallet is of another chain than the one that was asked for.',
  NoHub: 'There is no market at the address of the hub.',
  NoSigner: 'Something has to be signed, and no account or wallet was given.',
  RejectedByUser: 'The person in front of the wallet said no.',
  Refused: 'The contracts refuse it; nothing was signed, or the transaction was undone.',
  InsufficientFunds: 'The account has too little: coins for gas, RLC, or stake.',
  NotMined: 'The transaction was sent, and it is not known yet what became of it.',
  NotFound: 'There is nothing at this address, or under this id.',
  AlreadyExists: 'The same thing was registered before; `details.address` says where.',
  NotOwner: 'The account does not own what it wants to change or sell.',
  NotConfigured: 'The chain has no URL of the service that is needed.',
  ServiceUnreachable: 'A service does not answer, or fails.',
  ServiceRefused: 'A service understood the request and refuses it; the sentence is its own.',
  BadAnswer: 'A service answered something that cannot be, or does not match the chain.',
  OrdersMismatch: 'These orders cannot make a deal; `details.mismatches` lists every reason.',
  NoMatch: 'No orders on the market fit the wish; the hints say what would have to change.',
  TaskFailed: 'The task ended without a result; what was paid comes back.',
  ResultMissing: 'There is no result that could be downloaded.',
  ResultMismatch: 'What was downloaded is not what the workers agreed on.',
  ResultEncrypted: 'The result is encrypted, and nothing can be said of it before it is decrypted.',
  DecryptionFailed: 'The file cannot be decrypted with this key.',
  Aborted: 'The signal that was given ended it.',
} as const

/** The stable name of what went wrong. */
export type ErrorCode = keyof typeof ERROR_CODES
