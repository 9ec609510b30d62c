// Encrypts datasets as workers' enclaves decrypt them: 16 bytes IV, then AES-256-CBC with PKCS #7.
import { bytesToHex, type Hex } from 'viem'
import { IexecError } from '../error/iexecError.ts'
import {
  BLOCK,
  decryptBlocks,
  decryptCbc,
  encryptBlocks,
  encryptCbc,
  importAesKey,
  joined,
  lastBlock,
  type Bytes,
} from './aesCbc.ts'

const KEY_BYTES = 32

/**
 * A key for a dataset: 32 random bytes in base64.
 *
 * @example
 * generateDatasetKey() // 'cAWbN6Y…='
 */
export function generateDatasetKey(): string {
  return btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(KEY_BYTES))))
}

/**
 * Encrypts a dataset.
 *
 * @param key as `generateDatasetKey` makes it
 * @throws IexecError `InvalidInput` when the key is none
 * @example
 * const encrypted = await encryptDataset(file, key)
 * const checksum = await computeChecksum(encrypted)
 */
export async function encryptDataset(file: Uint8Array | Blob, key: string): Promise<Bytes> {
  const aes = await importAesKey(keyOf(key))
  const iv = crypto.getRandomValues(new Uint8Array(BLOCK))
  return joined(iv, await encryptCbc(aes, iv, await bytesOf(file)))
}

/**
 * Decrypts what `encryptDataset` encrypted.
 *
 * @throws IexecError `DecryptionFailed` when the key is another one; `InvalidInput` when it is none
 */
export async function decryptDataset(encrypted: Uint8Array | Blob, key: string): Promise<Bytes> {
  const aes = await importAesKey(keyOf(key))
  const bytes = await bytesOf(encrypted)
  return decryptCbc(aes, bytes.subarray(0, BLOCK), bytes.subarray(BLOCK))
}

/**
 * What the chain remembers of a dataset: sha256 of the file as it is stored, that is of the ciphertext.
 *
 * @example
 * await computeChecksum(encrypted) // '0x…'
 */
export async function computeChecksum(file: Uint8Array | Blob): Promise<Hex> {
  return bytesToHex(new Uint8Array(await crypto.subtle.digest('SHA-256', await bytesOf(file))))
}

/** A file passes through piece by piece. */
export type FileTransform = TransformStream<Uint8Array, Bytes>

/**
 * Encrypts a file of any size while it passes through.
 *
 * @throws IexecError `InvalidInput` when the key is none
 * @example
 * await file.stream().pipeThrough(encryptDatasetStream(key)).pipeTo(target)
 */
export function encryptDatasetStream(key: string): FileTransform {
  const aes = importAesKey(keyOf(key))
  let iv = crypto.getRandomValues(new Uint8Array(BLOCK))
  let rest: Bytes = new Uint8Array()
  return new TransformStream<Uint8Array, Bytes>({
    start: (controller) => {
      controller.enqueue(iv)
    },
    transform: async (piece, controller) => {
      const { whole, left } = cut(joined(rest, copyOf(piece)), 0)
      rest = left
      if (whole.length === 0) return
      const blocks = await encryptBlocks(await aes, iv, whole)
      iv = lastBlock(blocks)
      controller.enqueue(blocks)
    },
    flush: async (controller) => {
      controller.enqueue(await encryptCbc(await aes, iv, rest))
    },
  })
}

/**
 * Decrypts a file of any size while it passes through. What came through may only be believed when it has ended without an error.
 *
 * @throws IexecError `DecryptionFailed` at its end when the key is another one; `InvalidInput` when it is none
 */
export function decryptDatasetStream(key: string): FileTransform {
  const aes = importAesKey(keyOf(key))
  let iv: Bytes | undefined
  let rest: Bytes = new Uint8Array()
  return new TransformStream<Uint8Array, Bytes>({
    transform: async (piece, controller) => {
      rest = joined(rest, copyOf(piece))
      if (iv === undefined && rest.length >= BLOCK) {
        iv = rest.slice(0, BLOCK)
        rest = rest.slice(BLOCK)
      }
      // The last block has the padding, so it waits for the end.
      const { whole, left } = cut(rest, 1)
      if (iv === undefined || whole.length === 0) return
      rest = left
      const text = await decryptBlocks(await aes, iv, whole)
      iv = lastBlock(whole)
      controller.enqueue(text)
    },
    flush: async (controller) => {
      controller.enqueue(await decryptCbc(await aes, iv ?? new Uint8Array(BLOCK), rest))
    },
  })
}

/** The whole blocks of bytes, and what is left; at least so many bytes are left. */
function cut(bytes: Bytes, kept: number): { readonly whole: Bytes; readonly left: Bytes } {
  const end = Math.floor(Math.max(0, bytes.length - kept) / BLOCK) * BLOCK
  return { whole: bytes.slice(0, end), left: bytes.slice(end) }
}

function keyOf(key: string): Bytes {
  try {
    const bytes = Uint8Array.from(atob(key.trim()), (character) => character.charCodeAt(0))
    if (bytes.length === KEY_BYTES) return bytes
  } catch {
    // Not even base64.
  }
  throw new IexecError('InvalidInput', 'This is no key of a dataset: it must be 32 bytes in base64.', {
    details: { code: 'InvalidKey' },
  })
}

async function bytesOf(file: Uint8Array | Blob): Promise<Bytes> {
  return file instanceof Blob ? new Uint8Array(await file.arrayBuffer()) : (file as Bytes)
}

function copyOf(piece: Uint8Array): Bytes {
  return new Uint8Array(piece)
}
