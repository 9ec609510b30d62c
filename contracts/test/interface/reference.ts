// The reference of the fixture, read as ABIs, and our published ABIs beside it.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAbi, type Abi } from 'viem'
import fixture from './reference.json' with { type: 'json' }

/** Signatures by their selector or topic, as the specification lists them. */
export type Listing = Readonly<Record<string, string>>

/** A contract of the fixture. `others`: constructor, fallback and receive. */
export type ReferenceContract = {
  readonly functions: Listing
  readonly events: Listing
  readonly errors: Listing
  readonly others: readonly string[]
}

/** The contracts of the reference, by the path of their ABI file. */
export const referenceContracts: Readonly<Record<string, ReferenceContract>> = fixture.contracts

/** Parts of the reference that a hub may lack: the diamond, the native escrow, Boost. */
export const optionalParts: Readonly<Record<string, { readonly functions: Listing; readonly events: Listing }>> =
  fixture.optional

/** What a hub asks of other contracts. */
export const consumedFunctions: Listing = fixture.consumed

/** EIP-712 types, by the string that is hashed. */
export const typehashes: Listing = fixture.typehashes

/**
 * Signatures as an ABI; the structs of the fixture are known.
 *
 * @example
 * readSignatures(['function viewDeal(bytes32 id) view returns (Deal)'])
 */
export function readSignatures(signatures: readonly string[]): Abi {
  return parseAbi([...fixture.structs, ...signatures])
}

/**
 * All that a contract of the reference has, as an ABI.
 *
 * @throws Error when the fixture has no contract of this name
 * @example
 * referenceAbi('registries/apps/App')
 */
export function referenceAbi(name: string): Abi {
  const contract = referenceContracts[name]
  if (contract === undefined) throw new Error(`The reference has no contract ${name}.`)
  const { functions, events, errors, others } = contract
  return readSignatures([functions, events, errors].flatMap((listing) => Object.values(listing)).concat(others))
}

/**
 * Our published ABI of the same path.
 *
 * @example
 * publishedAbi('registries/apps/App')
 */
export function publishedAbi(name: string): Abi {
  const file = join(import.meta.dirname, '../../abi', `${name}.json`)
  return JSON.parse(readFileSync(file, 'utf8')) as Abi
}
