// AES-256-CBC in pieces: WebCrypto knows no streams, but every piece of whole blocks continues from the last block before it.
import { IexecError } from '../error/iexecError.ts'

/** Bytes that WebCrypto takes. */
export type Bytes = Uint8Array<ArrayBuffer>

/** Of a block, and of an IV. */
export const BLOCK = 16
const NO_IV: Bytes = new Uint8Array(BLOCK)

/** A key of AES for CBC. */
export async function importAesKey(bytes: Bytes): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', bytes, 'AES-CBC', false, ['encrypt', 'decrypt'])
}

/** Encrypts, and pads to whole blocks. */
export async function encryptCbc(key: CryptoKey, iv: Bytes, text: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-CBC', iv }, key, text))
}

/**
 * Decrypts, and takes the padding off.
 *
 * @throws IexecError `DecryptionFailed` when the padding is none: the key is another one, or something was changed
 */
export async function decryptCbc(key: CryptoKey, iv: Bytes, cipher: Bytes): Promise<Bytes> {
  try {
    return new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-CBC', iv }, key, cipher))
  } catch (cause) {
    throw new IexecError('DecryptionFailed', 'The file cannot be decrypted with this key.', {
      hints: ['Look whether the key belongs to the file, and whether the file is whole.'],
      cause,
    })
  }
}

/** Encrypts whole blocks that others follow: what WebCrypto pads is cut off again. */
export async function encryptBlocks(key: CryptoKey, iv: Bytes, blocks: Bytes): Promise<Bytes> {
  return (await encryptCbc(key, iv, blocks)).subarray(0, blocks.length)
}

/** Decrypts whole blocks that others follow: one is put behind them that makes the padding which WebCrypto demands. */
export async function decryptBlocks(key: CryptoKey, iv: Bytes, blocks: Bytes): Promise<Bytes> {
  if (blocks.length === 0) return blocks
  const padding = await encryptCbc(key, lastBlock(blocks), new Uint8Array())
  return decryptCbc(key, iv, joined(blocks, padding))
}

/** Decrypts blocks that do not depend on each other (ECB), which WebCrypto does not know: CBC, and its chain taken out again. */
export async function decryptEcb(key: CryptoKey, blocks: Bytes): Promise<Bytes> {
  const chained = await decryptBlocks(key, NO_IV, blocks)
  return chained.map((byte, place) => (place < BLOCK ? byte : byte ^ (blocks[place - BLOCK] ?? 0)))
}

/** The last whole block. */
export function lastBlock(blocks: Bytes): Bytes {
  return blocks.slice(blocks.length - BLOCK)
}

/** Two pieces as one. */
export function joined(one: Bytes, other: Bytes): Bytes {
  const all = new Uint8Array(one.length + other.length)
  all.set(one)
  all.set(other, one.length)
  return all
}
