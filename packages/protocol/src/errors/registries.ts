// Why a registry or one of its entries refuses.
import type { Explanations } from './contractError.ts'
import { entryOfToken } from './phrases.ts'

type RegistryErrorName =
  | 'EntryAlreadyExists'
  | 'EntryTooLarge'
  | 'NotARegistry'
  | 'NotAnEntry'
  | 'NamesNotSupported'
  | 'AlreadyInitialized'
  | 'CallerIsNotTheOwner'
  | 'RewardRatioTooHigh'
  | 'StakeRatioTooHigh'
  | `ERC721Invalid${'Approver' | 'Operator' | 'Owner' | 'Receiver' | 'Sender'}`
  | 'ERC721IncorrectOwner'
  | 'ERC721InsufficientApproval'
  | 'ERC721NonexistentToken'
  | 'ERC721OutOfBoundsIndex'

/** What people are told when an app, a dataset or a workerpool cannot be created, changed or given away. */
export const registryErrors: Explanations<RegistryErrorName> = {
  EntryAlreadyExists: ({ entry }) => ({
    sentence: `an entry with exactly these contents and this first owner exists already, at ${entry}`,
    hint: 'Use that one, or change the name.',
  }),
  EntryTooLarge: ({ length, max }) => ({
    sentence: `the contents of the entry have ${length} bytes, the most is ${max}`,
    hint: 'Shorten its texts.',
  }),
  NotARegistry: ({ given }) => ({
    sentence: `${given} is no registry that could come before this one`,
    hint: 'Check the address. A registry cannot come before itself.',
  }),
  NotAnEntry: ({ master }) => ({
    sentence: `${master} is the code that the entries share, not an entry`,
    hint: 'Use the address that the registry gave to the entry.',
  }),
  NamesNotSupported: () => ({ sentence: 'names of ENS are not supported here' }),
  AlreadyInitialized: ({ previous }) => ({
    sentence: `this contract is initialized already, with ${previous}`,
    hint: 'A registry is initialized once; an entry is whole from its creation on.',
  }),
  CallerIsNotTheOwner: ({ caller, owner }) => ({
    sentence: `${caller} does not own this entry, ${owner} does`,
    hint: 'Call it from the account of the owner.',
  }),
  RewardRatioTooHigh: ({ given, max }) => ({
    sentence: `a scheduler cannot keep ${given} % of the price, the most is ${max} %`,
    hint: 'Give a smaller share.',
  }),
  StakeRatioTooHigh: ({ given, max }) => ({
    sentence: `workers cannot stake ${given} % of the price, the most is ${max} %`,
    hint: 'Give a smaller ratio.',
  }),
  ERC721InvalidApprover: ({ approver }) => ({
    sentence: `${approver} may not say who can give this entry away`,
    hint: 'Call it from the account of the owner.',
  }),
  ERC721InvalidOperator: ({ operator }) => ({
    sentence: `${operator} cannot manage entries for others`,
    hint: 'Check the address.',
  }),
  ERC721InvalidOwner: ({ owner }) => ({ sentence: `${owner} cannot own entries`, hint: 'Check the address.' }),
  ERC721InvalidReceiver: ({ receiver }) => ({
    sentence: `${receiver} cannot receive an entry`,
    hint: 'Check the address: a contract has to accept tokens (ERC-721).',
  }),
  ERC721InvalidSender: ({ sender }) => ({ sentence: `${sender} cannot give an entry away` }),
  ERC721IncorrectOwner: ({ sender, tokenId, owner }) => ({
    sentence: `the entry ${entryOfToken(tokenId)} belongs to ${owner}, not to ${sender}`,
    hint: 'Give the account that owns it.',
  }),
  ERC721InsufficientApproval: ({ operator, tokenId }) => ({
    sentence: `${operator} may not give the entry ${entryOfToken(tokenId)} away`,
    hint: 'Call it from the account of the owner, or let the owner approve this one.',
  }),
  ERC721NonexistentToken: ({ tokenId }) => ({
    sentence: `this registry has no entry ${entryOfToken(tokenId)}`,
    hint: 'Check the address, the kind of registry and the chain.',
  }),
  ERC721OutOfBoundsIndex: ({ owner, index }) => ({
    sentence:
      BigInt(owner) === 0n ? `the registry has no entry number ${index}` : `${owner} has no entry number ${index}`,
    hint: 'Numbers start at 0 and end before the count.',
  }),
}
