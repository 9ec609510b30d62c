// Opens results that were encrypted for their beneficiary.
import { decryptCbc, decryptEcb, importAesKey, BLOCK, type Bytes } from '../dataset/aesCbc.ts'
import { IexecError } from '../error/iexecError.ts'
import { readZip, type ZipFile } from './readZip.ts'
import { decryptPkcs1, readRsaKey, type RsaKey } from './rsa.ts'
import { isKeyFile } from './verifyResult.ts'

const MAX_KEY_BYTES = 1000
const MAX_RESULT_BYTES = 1_000_000_000
const AES_256_BYTES = 32
const AES_128_BYTES = 16

/**
 * Decrypts a result.
 *
 * The archive holds the key of the result, encrypted with the beneficiary's RSA key (PKCS #1 v1.5), and the result, encrypted with
 * AES-256-CBC. The form of former years (AES-128-ECB, both files in base64) is read too.
 *
 * @param zip what was downloaded
 * @param privateKey PEM, or a key of WebCrypto that may be exported
 * @returns the archive with the files of the result
 * @throws IexecError `DecryptionFailed` when it was encrypted for another key, or changed; `BadAnswer` when it is no encrypted
 * result; `InvalidInput` when the key is none
 * @example
 * const files = readZip(await decryptResult(zip, pem))
 */
export async function decryptResult(zip: Blob | Uint8Array, privateKey: string | CryptoKey): Promise<Bytes> {
  const rsa = await readRsaKey(privateKey)
  const bytes = zip instanceof Blob ? new Uint8Array(await zip.arrayBuffer()) : zip
  const { keyFile, resultFile } = findParts(readZip(bytes, { maxBytes: MAX_RESULT_BYTES + MAX_KEY_BYTES }))
  const key = unwrapKey(rsa, keyFile.read())
  const aes = await importAesKey(key)
  const cipher = resultFile.read()
  if (key.length === AES_128_BYTES) return unpad(await decryptEcb(aes, wholeBlocks(fromBase64(cipher))))
  try {
    return await decryptCbc(aes, cipher.subarray(0, BLOCK), cipher.subarray(BLOCK))
  } catch {
    throw failed()
  }
}

type Parts = { readonly keyFile: ZipFile; readonly resultFile: ZipFile }

function findParts(files: readonly ZipFile[]): Parts {
  const keyFile = files.find(({ name }) => isKeyFile(name))
  const resultFile = files.find(({ name }) => name.endsWith('.aes'))
  if (keyFile === undefined || resultFile === undefined) {
    throw new IexecError('BadAnswer', 'This is no encrypted result: it has no aes-key.rsa beside a file .zip.aes.', {
      hints: ['If it is not encrypted, unpack it as it is.'],
      details: { files: files.slice(0, 20).map(({ name }) => name) },
    })
  }
  for (const [file, most] of [
    [keyFile, MAX_KEY_BYTES],
    [resultFile, MAX_RESULT_BYTES],
  ] as const) {
    if (file.size > most)
      throw new IexecError('BadAnswer', `${file.name} has ${file.size} bytes, and may have ${most}.`)
  }
  return { keyFile, resultFile }
}

/** The key of the result; some services wrote it as base64, before they encrypted it or after. */
function unwrapKey(rsa: RsaKey, file: Bytes): Bytes {
  const message = decryptPkcs1(rsa, file.length === rsa.size ? file : fromBase64(file))
  const key = message === undefined || isKey(message) ? message : fromBase64(message)
  if (key !== undefined && isKey(key)) return key
  throw failed()
}

function isKey({ length }: Bytes): boolean {
  return length === AES_256_BYTES || length === AES_128_BYTES
}

function fromBase64(bytes: Bytes): Bytes {
  try {
    const text = new TextDecoder().decode(bytes).replaceAll(/\s/gu, '')
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
  } catch {
    throw failed()
  }
}

function wholeBlocks(bytes: Bytes): Bytes {
  if (bytes.length > 0 && bytes.length % BLOCK === 0) return bytes
  throw failed()
}

/** PKCS #7: as many bytes as the last one says, all of that value. */
function unpad(bytes: Bytes): Bytes {
  const count = bytes.at(-1) ?? 0
  const padding = bytes.subarray(bytes.length - count)
  if (count < 1 || count > BLOCK || padding.some((byte) => byte !== count)) throw failed()
  return bytes.subarray(0, bytes.length - count)
}

/** Whatever is wrong, the words are the same: they would tell whoever sends one archive after another what a key decrypts. */
function failed(): IexecError {
  return new IexecError('DecryptionFailed', 'The result cannot be decrypted with this key.', {
    hints: ['Use the private key whose public key was in the vault when the run was bought.'],
  })
}
