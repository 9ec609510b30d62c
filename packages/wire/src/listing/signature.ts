// Who signed an index: its maker puts a signature of EIP-712 into it, and whoever reads it finds out whose it is. Without a chain: a contract signs none.
import { unreachable } from '@iexec/protocol'
import type { Address, Hex } from 'viem'
import { concat, getAddress, keccak256, recoverAddress, stringToBytes } from 'viem/utils'
import { ADDRESS, BYTES32 } from '../pattern.ts'
import type { StoreIndex } from './listing.ts'
import type { ReadIndex } from './readIndex.ts'

/** The EIP-712 type of an index: what of it is signed. Its listings name their files by hash, so these are signed, too. */
export const STORE_INDEX_TYPES: {
  readonly StoreIndex: readonly [
    { readonly name: 'name'; readonly type: 'string' },
    { readonly name: 'created'; readonly type: 'string' },
    { readonly name: 'hash'; readonly type: 'bytes32' },
  ]
} = {
  StoreIndex: [
    { name: 'name', type: 'string' },
    { name: 'created', type: 'string' },
    { name: 'hash', type: 'bytes32' },
  ],
}

/** The EIP-712 domain of indexes: of no chain, because one index lists what is on many. */
export const STORE_INDEX_DOMAIN: { readonly name: 'iExec StoreIndex'; readonly version: '1' } = {
  name: 'iExec StoreIndex',
  version: '1',
}

/** What is signed of an index, as accounts take it. */
export type StoreIndexTypedData = {
  readonly domain: typeof STORE_INDEX_DOMAIN
  readonly types: typeof STORE_INDEX_TYPES
  readonly primaryType: 'StoreIndex'
  /** Without a name, the name is empty. */
  readonly message: { readonly name: string; readonly created: string; readonly hash: Hex }
}

/**
 * What is signed of an index.
 *
 * @example
 * const signature = await account.signTypedData(storeIndexTypedData(index))
 */
export function storeIndexTypedData({
  name = '',
  created,
  hash,
}: Pick<StoreIndex, 'name' | 'created' | 'hash'>): StoreIndexTypedData {
  return {
    domain: STORE_INDEX_DOMAIN,
    types: STORE_INDEX_TYPES,
    primaryType: 'StoreIndex',
    message: { name, created, hash },
  }
}

const DOMAIN_SEPARATOR: Hex = keccak256(
  concat([hashText('EIP712Domain(string name,string version)'), hashText('iExec StoreIndex'), hashText('1')]),
)
const TYPEHASH = hashText('StoreIndex(string name,string created,bytes32 hash)')

/** EIP-712 hash of an index: what is signed. Written out, because browsers need it before a store shows anything. */
export function hashStoreIndex({ name = '', created, hash }: Pick<StoreIndex, 'name' | 'created' | 'hash'>): Hex {
  const struct = keccak256(concat([TYPEHASH, hashText(name), hashText(created), hash]))
  return keccak256(concat(['0x1901', DOMAIN_SEPARATOR, struct]))
}

function hashText(text: string): Hex {
  return keccak256(stringToBytes(text))
}

/** Why an index is not taken. */
export type SignatureFault =
  /** It shall be signed, and says nothing of a signature. */
  | { readonly reason: 'unsigned'; readonly expected: readonly Address[] }
  /** Its listings are not those that its hash is of. */
  | { readonly reason: 'changed'; readonly signer: string }
  /** It says that it is signed, and what it says is no signature, or no address, or not of a moment. */
  | { readonly reason: 'malformed'; readonly signer: string }
  /** Its signature is of somebody else than it says, or was made over something else: then nobody knows of whom it is. */
  | { readonly reason: 'forged'; readonly signer: Address; readonly recovered: Address | undefined }
  /** It is signed, by somebody else than who shall have signed it. */
  | { readonly reason: 'otherSigner'; readonly signer: Address; readonly expected: readonly Address[] }

/** What came of it: the signer of an index that is signed, and nobody's address of one that is not. */
export type CheckedSignature =
  | { readonly ok: true; readonly signer: Address | undefined }
  | { readonly ok: false; readonly fault: SignatureFault }

/** 65 bytes. */
const SIGNATURE = /^0x[0-9a-f]{130}$/iu

/**
 * Finds out who signed an index. One that says that it is signed has to be, also where nobody asks for it.
 *
 * @param expected one of these shall have signed it; anybody, or nobody, when left out
 * @example
 * await checkSignature(readIndex(value), ['0x629293Dc11ed5cFb6e039eCFf31062141C24FF21']) // { ok: true, signer: '0x6292…' }
 */
export async function checkSignature(index: ReadIndex, expected?: readonly Address[]): Promise<CheckedSignature> {
  const { signer, signature, created, hash, isWhole } = index
  if (signer === undefined && signature === undefined) {
    return expected === undefined
      ? { ok: true, signer: undefined }
      : { ok: false, fault: { reason: 'unsigned', expected } }
  }
  const said = signer ?? ''
  if (!ADDRESS.test(said) || !SIGNATURE.test(signature ?? '') || !BYTES32.test(hash) || !isMoment(created)) {
    return { ok: false, fault: { reason: 'malformed', signer: said } }
  }
  if (!isWhole) return { ok: false, fault: { reason: 'changed', signer: said } }
  const claimed = getAddress(said.toLowerCase())
  const recovered = await recover(index, signature as Hex)
  if (recovered === undefined || !isSame(recovered, claimed)) {
    return { ok: false, fault: { reason: 'forged', signer: claimed, recovered } }
  }
  if (expected?.some((one) => isSame(one, claimed)) === false) {
    return { ok: false, fault: { reason: 'otherSigner', signer: claimed, expected } }
  }
  return { ok: true, signer: claimed }
}

async function recover(index: StoreIndex, signature: Hex): Promise<Address | undefined> {
  try {
    return await recoverAddress({ hash: hashStoreIndex(index), signature })
  } catch {
    // No point of the curve.
    return undefined
  }
}

/** What is no address at all, as a site may name it, is nobody's. */
function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}

/** As this and other programs write it: `2026-11-23T00:00:00.000Z`. */
function isMoment(created: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/u.test(created) && !Number.isNaN(Date.parse(created))
}

/**
 * Says why an index is not taken, in one sentence.
 *
 * @param place of the index: its folder or its URL
 * @example
 * explainSignature('public', fault) // 'public is signed by 0x…, and 0x… shall have signed it.'
 */
export function explainSignature(place: string, fault: SignatureFault): string {
  switch (fault.reason) {
    case 'unsigned':
      return `${place} is not signed, and ${fault.expected.join(' or ')} shall have signed it.`
    case 'changed':
      return `${place} says that ${fault.signer} signed it, and its listings are not those that its hash is of: somebody changed them.`
    case 'malformed':
      return `${place} says that it is signed by "${fault.signer.slice(0, 100)}", and what it gives is no signature.`
    case 'forged':
      return fault.recovered === undefined
        ? `${place} says that ${fault.signer} signed it, and its signature is of nobody.`
        : `${place} says that ${fault.signer} signed it, and its signature is of ${fault.recovered}: it is forged, or was changed since.`
    case 'otherSigner':
      return `${place} is signed by ${fault.signer}, and ${fault.expected.join(' or ')} shall have signed it.`
    default:
      return unreachable(fault)
  }
}
