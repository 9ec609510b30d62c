// Every deliberate difference between our interfaces and the reference, with its reason. What is not listed here fails.
import type { Deliberate } from './compare.ts'

const IMMUTABLE = 'A hub is bound for ever to what its constructor was given.'
const TWO_STEPS = 'Ownership moves in two steps, so that it is never given to an address that nobody holds.'
const CODE_STORE = 'What is being stored as code is asked for by its creation code, in the middle of one transaction.'
const CONSTRUCTOR =
  'A contract is deployed by what compiled it: the arguments of its constructor are nobody’s interface.'
const NEVER_THROWN = 'No code of ours can fail in this way.'
const RETIRED = 'A part of the reference that is retired.'

const HUB: Deliberate = {
  leftOut: {
    'function configure(address,string,string,uint8,address,address,address,address)': IMMUTABLE,
    'function changeRegistries(address,address,address)': IMMUTABLE,
    'function importScore(address)': `${RETIRED} Scores of another hub prove nothing about work on this one.`,
  },
  added: {
    'function multicall(bytes[])':
      'One transaction can carry several steps, such as initialize and contributeAndFinalize.',
    'function pendingOwner()': TWO_STEPS,
    'function acceptOwnership()': TWO_STEPS,
    'event OwnershipTransferStarted(address,address)': TWO_STEPS,
    'function pendingCode()': CODE_STORE,
  },
}

/** What the three registries have in common. */
const REGISTRY_BASE: Deliberate = {
  leftOut: { 'error ERC721EnumerableForbiddenBatchMint()': NEVER_THROWN },
  added: {
    'function pendingOwner()': TWO_STEPS,
    'function acceptOwnership()': TWO_STEPS,
    'event OwnershipTransferStarted(address,address)': TWO_STEPS,
    'function pendingCode()': CODE_STORE,
  },
}

const REGISTRY: Deliberate = {
  ...REGISTRY_BASE,
  leftOut: {
    ...REGISTRY_BASE.leftOut,
    constructor: CONSTRUCTOR,
    'error Create2EmptyBytecode()': NEVER_THROWN,
    'error Create2FailedDeployment()': `${NEVER_THROWN} EntryAlreadyExists names the entry instead.`,
    'error Create2InsufficientBalance(uint256,uint256)': NEVER_THROWN,
  },
}

/** An entry has exactly the interface of the reference: clients call every view without arguments that they find. */
const ENTRY: Deliberate = { leftOut: {}, added: {} }

const RLC: Deliberate = {
  leftOut: {},
  added: {
    'function permit(address,address,uint256,uint256,uint8,bytes32,bytes32)': 'EIP-2612: an allowance by signature.',
    'function nonces(address)': 'EIP-2612.',
    'function DOMAIN_SEPARATOR()': 'EIP-2612.',
    'function eip712Domain()': 'EIP-5267: wallets find out what a permit is signed under.',
    'event EIP712DomainChanged()': 'EIP-5267. Never emitted: the domain follows the chain by itself.',
  },
}

/** For each contract of the fixture what differs on purpose. */
export const deliberateDifferences: Readonly<Record<string, Deliberate>> = {
  IexecInterfaceToken: HUB,
  'registries/Registry': REGISTRY_BASE,
  'registries/RegistryEntry': ENTRY,
  'registries/apps/AppRegistry': REGISTRY,
  'registries/apps/App': ENTRY,
  'registries/datasets/DatasetRegistry': REGISTRY,
  'registries/datasets/Dataset': ENTRY,
  'registries/workerpools/WorkerpoolRegistry': REGISTRY,
  'registries/workerpools/Workerpool': ENTRY,
  RLC,
}

/** Whole parts of the reference that a hub may lack, and ours does. */
export const leftOutParts: Readonly<Record<string, string>> = {
  diamond: 'The hub is immutable: no facet is ever cut in, so there is none to list.',
  native: `${RETIRED} The hub holds RLC, and refuses ether.`,
  boost: `${RETIRED} It was never deployed where the market is.`,
}

/**
 * What both parts of the hub's code have: all of it from the one contract that they share. The hub answers itself and
 * never asks its extension.
 */
export const inBothParts: readonly string[] = [
  'function acceptOwnership()',
  'function owner()',
  'function pendingCode()',
  'function pendingOwner()',
  'function renounceOwnership()',
  'function transferOwnership(address)',
]
