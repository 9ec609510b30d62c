// Why the hub refuses to manage an order, to answer, or to be administered.
import { formatEther } from 'viem'
import type { Explanations } from './contractError.ts'
import { quote } from '../quote.ts'

type AdministrationErrorName =
  | 'AssetUnreadable'
  | 'NotTheOrderSigner'
  | 'InvalidSignatureLength'
  | 'IncompatibleDatasetOrder'
  | 'ArrayLengthMismatch'
  | 'FallbackDisabled'
  | 'EtherRefused'
  | 'ExtensionMismatch'
  | 'ReentrancyGuardReentrantCall'
  | 'AddressEmptyCode'
  | 'FailedCall'
  | 'CodeAlreadyStored'
  | 'CodeNotStored'
  | 'OwnableInvalidOwner'
  | 'OwnableUnauthorizedAccount'
  | 'OwnershipNotRenounceable'
  | 'CallbackGasOutOfRange'
  | 'CategoryTimeOutOfRange'
  | 'TooManyCategories'

const NO_SELECTOR = '0x00000000'

/** What people are told when neither orders nor tasks nor money are in the way. */
export const administrationErrors: Explanations<AdministrationErrorName> = {
  AssetUnreadable: ({ asset }) => ({
    sentence: `there is no app, dataset or workerpool at ${asset}`,
    hint: 'Check the address, its kind and the chain.',
  }),
  NotTheOrderSigner: ({ caller, owner, operationHash }) => ({
    sentence: `${caller} does not own this order, and ${owner}, who does, has not signed the operation ${operationHash}`,
    hint: 'Call it from the account of the owner.',
  }),
  InvalidSignatureLength: ({ length }) => ({
    sentence: `a signature has 64 or 65 bytes, this one has ${length}`,
    hint: 'Sign again; only an account with code can judge other signatures.',
  }),
  IncompatibleDatasetOrder: ({ reason }) => ({
    sentence: `the dataset order does not fit the deal: ${quote(reason)}`,
    hint: 'Take another order of the dataset.',
  }),
  ArrayLengthMismatch: ({ left, right }) => ({
    sentence: `the lists belong together, and one has ${left} items, the other ${right}`,
    hint: 'Give lists of the same length.',
  }),
  FallbackDisabled: ({ selector }) => ({
    sentence: selector === NO_SELECTOR ? 'the call says nothing to do' : `the hub has no function ${selector}`,
    hint: 'Check the address and the interface: hubAbi lists what there is.',
  }),
  EtherRefused: ({ value }) => ({
    sentence: `the hub holds no ether, and ${formatEther(value)} ETH came with the call`,
    hint: 'Send no value. Deposit RLC instead.',
  }),
  ExtensionMismatch: ({ extension }) => ({
    sentence: `${extension} is no extension of a hub with this token and these registries`,
    hint: 'Deploy both parts with the same terms, as deployMarket does.',
  }),
  ReentrancyGuardReentrantCall: () => ({
    sentence: 'the hub was called from inside one of its own calls',
    hint: 'Call it in a transaction of its own.',
  }),
  AddressEmptyCode: ({ target }) => ({ sentence: `there is no contract at ${target}`, hint: 'Check the address.' }),
  FailedCall: () => ({ sentence: 'a step of this multicall failed without saying why', hint: 'Give more gas.' }),
  CodeAlreadyStored: ({ location }) => ({ sentence: `something is stored at ${location} already` }),
  CodeNotStored: ({ location, expected, found }) => ({
    sentence: `of ${expected} bytes ${found} were stored at ${location}`,
    hint: 'Send the transaction with a higher gas limit.',
  }),
  OwnableInvalidOwner: ({ owner }) => ({
    sentence: `${owner} cannot be the owner of this contract`,
    hint: 'Check the address.',
  }),
  OwnableUnauthorizedAccount: ({ account }) => ({
    sentence: `${account} is not the owner of this contract`,
    hint: 'Call it from the account of the owner; a new owner has to accept the ownership first.',
  }),
  OwnershipNotRenounceable: () => ({
    sentence: 'the owner of the hub cannot resign: it could never get another category',
    hint: 'Transfer the ownership.',
  }),
  CallbackGasOutOfRange: ({ gas, max }) => ({
    sentence: `a callback cannot have ${gas} gas, the most is ${max}`,
    hint: 'Give it less.',
  }),
  CategoryTimeOutOfRange: ({ workClockTimeRef, max }) => ({
    sentence: `a category cannot last ${workClockTimeRef} s, the most is ${max} s`,
    hint: 'Give it less time.',
  }),
  TooManyCategories: ({ max }) => ({ sentence: `the hub has ${max} categories, and can have no more` }),
}
