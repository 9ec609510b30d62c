// RSAES-PKCS1-v1_5, which browsers do not decrypt any more: the arithmetic with bigint, everything else by WebCrypto.
// RFC 8017, sections 5.1.2 and 7.2.2.
//
// Arithmetic of bigint does not take the same time for all numbers. Each decryption is therefore blinded by a random factor, so
// that what is measured says nothing of the key; it also runs on the beneficiary's own machine, on a file that he chose.
import { bytesToBigInt, numberToBytes } from 'viem'
import { IexecError } from '../error/iexecError.ts'

/** An RSA key as numbers. */
export type RsaKey = {
  readonly n: bigint
  readonly e: bigint
  readonly p: bigint
  readonly q: bigint
  readonly dp: bigint
  readonly dq: bigint
  /** Inverse of q modulo p. */
  readonly qi: bigint
  /** Bytes of n. */
  readonly size: number
}

/** At least so many random bytes stand before the message. */
const LEAST_PADDING = 8

/**
 * Reads a private key.
 *
 * @param given PEM (PKCS #8 or PKCS #1), or a key of WebCrypto that may be exported
 * @throws IexecError `InvalidInput`
 */
export async function readRsaKey(given: string | CryptoKey): Promise<RsaKey> {
  try {
    const key = typeof given === 'string' ? await importPem(given) : given
    const { n, e, p, q, dp, dq, qi } = await crypto.subtle.exportKey('jwk', key)
    return {
      n: num(n),
      e: num(e),
      p: num(p),
      q: num(q),
      dp: num(dp),
      dq: num(dq),
      qi: num(qi),
      size: bytesOf(n).length,
    }
  } catch (cause) {
    throw new IexecError('InvalidInput', 'This is no private RSA key.', {
      hints: ['Give the file that `iexec result generate-encryption-keypair` wrote: PEM, -----BEGIN PRIVATE KEY-----.'],
      details: { code: 'InvalidKey' },
      cause,
    })
  }
}

/**
 * Decrypts a message of PKCS #1 v1.5. Whatever is wrong with it, the answer is the same.
 *
 * @returns `undefined` when it was not encrypted for this key
 */
export function decryptPkcs1(key: RsaKey, cipher: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
  const number = bytesToBigInt(cipher)
  if (cipher.length !== key.size || number >= key.n) return undefined
  const block = numberToBytes(decryptNumber(key, number), { size: key.size })
  const end = block.indexOf(0, 2)
  const isPadded = block[0] === 0 && block[1] === 2 && end >= 2 + LEAST_PADDING
  return isPadded ? new Uint8Array(block.subarray(end + 1)) : undefined
}

function decryptNumber(key: RsaKey, number: bigint): bigint {
  const { n, e, p, q, dp, dq, qi } = key
  const factor = randomFactor(key)
  const blinded = (number * power(factor, e, n)) % n
  const [left, right] = [power(blinded % p, dp, p), power(blinded % q, dq, q)]
  const message = right + q * modulo(qi * (left - right), p)
  // A fault in one half would give the key away to whoever sees the outcome.
  if (power(message, e, n) !== blinded) throw new Error('The arithmetic of RSA went wrong.')
  return (message * inverse(factor, n)) % n
}

function randomFactor({ n, size }: RsaKey): bigint {
  for (;;) {
    const factor = bytesToBigInt(crypto.getRandomValues(new Uint8Array(size))) % n
    if (factor > 1n && greatestCommonDivisor(factor, n) === 1n) return factor
  }
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n
  for (const bit of exponent.toString(2)) {
    result = (result * result) % modulus
    if (bit === '1') result = (result * base) % modulus
  }
  return result
}

function modulo(value: bigint, modulus: bigint): bigint {
  const rest = value % modulus
  return rest < 0n ? rest + modulus : rest
}

function greatestCommonDivisor(one: bigint, other: bigint): bigint {
  let [a, b] = [one, other]
  while (b > 0n) [a, b] = [b, a % b]
  return a
}

function inverse(value: bigint, modulus: bigint): bigint {
  let [rest, next, factor, following] = [modulus, value, 0n, 1n]
  while (next > 0n) {
    const quotient = rest / next
    ;[rest, next] = [next, rest - quotient * next]
    ;[factor, following] = [following, factor - quotient * following]
  }
  return modulo(factor, modulus)
}

async function importPem(pem: string): Promise<CryptoKey> {
  const [, label, base64] = /-----BEGIN (RSA )?PRIVATE KEY-----([\s\S]+?)-----END/u.exec(pem) ?? []
  const bytes = Uint8Array.from(atob((base64 ?? '').replaceAll(/\s/gu, '')), (character) => character.charCodeAt(0))
  const pkcs8 = label === undefined ? bytes : wrapPkcs1(bytes)
  return crypto.subtle.importKey('pkcs8', pkcs8, { name: 'RSA-OAEP', hash: 'SHA-256' }, true, ['decrypt'])
}

/** PKCS #8 is PKCS #1 in an envelope that says that it is RSA. */
function wrapPkcs1(key: Uint8Array): Uint8Array<ArrayBuffer> {
  const version = [2, 1, 0]
  const rsaEncryption = [0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00]
  return der(0x30, Uint8Array.from([...version, ...rsaEncryption, ...der(0x04, key)]))
}

function der(tag: number, content: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([tag, 0x82, content.length >> 8, content.length & 0xff, ...content])
}

function bytesOf(base64url: string | undefined): Uint8Array {
  if (base64url === undefined) throw new Error('A part of the private key is missing.')
  const base64 = base64url.replaceAll('-', '+').replaceAll('_', '/')
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
}

function num(base64url: string | undefined): bigint {
  return bytesToBigInt(bytesOf(base64url))
}
