// The pair of keys with which results are encrypted for their beneficiary, and read by him.
import type { Address } from 'viem'
import type { Context } from '../context.ts'
import { IexecError } from '../error/iexecError.ts'
import { hasAccountSecret, pushAccountSecret, type PushedSecret } from '../secret/accountSecret.ts'

const NAME = 'iexec-result-encryption-public-key'

/** A pair of RSA keys in PEM. */
export type EncryptionKeypair = {
  /** PKCS #8. Whoever has it reads the results; keep it. */
  readonly privateKey: string
  /** SPKI. Goes to the vault. */
  readonly publicKey: string
}

/**
 * A new pair of keys of 4,096 bits. Takes a second or more.
 *
 * @example
 * const { privateKey, publicKey } = await generateEncryptionKeypair()
 */
export async function generateEncryptionKeypair(): Promise<EncryptionKeypair> {
  const { privateKey, publicKey } = await crypto.subtle.generateKey(
    { name: 'RSA-OAEP', hash: 'SHA-256', modulusLength: 4096, publicExponent: Uint8Array.of(1, 0, 1) },
    true,
    ['encrypt', 'decrypt'],
  )
  return {
    privateKey: pemOf('PRIVATE KEY', await crypto.subtle.exportKey('pkcs8', privateKey)),
    publicKey: pemOf('PUBLIC KEY', await crypto.subtle.exportKey('spki', publicKey)),
  }
}

/**
 * Whether an account has put a key into the vault with which its results can be encrypted.
 *
 * @throws IexecError `InvalidInput`, `NotConfigured`, `ServiceUnreachable`
 */
export async function checkEncryptionKey(context: Context, beneficiary: Address): Promise<boolean> {
  return hasAccountSecret(context, beneficiary, NAME)
}

/**
 * Puts the public key of the signer into the vault: results of which he is the beneficiary are encrypted with it, when the run asks
 * for that.
 *
 * @param publicKey PEM, base64 of PEM, or a key of WebCrypto
 * @param options `forceUpdate` replaces one that is there
 * @throws IexecError `InvalidInput` when it is no public key, `AlreadyExists`, `NoSigner`, `NotConfigured`
 * @example
 * await pushEncryptionKey(context, publicKey) // { isPushed: true, isUpdated: false }
 */
export async function pushEncryptionKey(
  context: Context,
  publicKey: string | CryptoKey,
  { forceUpdate = false }: { readonly forceUpdate?: boolean } = {},
): Promise<PushedSecret> {
  return pushAccountSecret(context, { name: NAME, value: btoa(await pemOfPublic(publicKey)) }, { forceUpdate })
}

const PUBLIC_PEM = /^-----BEGIN PUBLIC KEY-----([A-Za-z\d+/=\s]+)-----END PUBLIC KEY-----\s*$/u

async function pemOfPublic(given: string | CryptoKey): Promise<string> {
  try {
    if (typeof given !== 'string') return pemOf('PUBLIC KEY', await crypto.subtle.exportKey('spki', given))
    const pem = given.includes('-----') ? given : atob(given.trim())
    const der = Uint8Array.from(atob((PUBLIC_PEM.exec(pem.trim())?.[1] ?? '!').replaceAll(/\s/gu, '')), (char) =>
      char.charCodeAt(0),
    )
    await crypto.subtle.importKey('spki', der, { name: 'RSA-OAEP', hash: 'SHA-256' }, true, ['encrypt'])
    return pem
  } catch (cause) {
    throw new IexecError('InvalidInput', 'This is no public RSA key.', {
      hints: ['Give the file that ends with .pub: PEM, -----BEGIN PUBLIC KEY-----. The private key stays with you.'],
      details: { code: 'InvalidKey' },
      cause,
    })
  }
}

function pemOf(label: string, der: ArrayBuffer): string {
  const base64 = btoa(Array.from(new Uint8Array(der), (byte) => String.fromCharCode(byte)).join(''))
  const lines = base64.match(/.{1,64}/gu) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}
