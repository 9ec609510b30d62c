// Reads the key that pays for a deployment: a plain private key, or a web3 keystore (version 3) with its password.
import * as Keystore from 'ox/Keystore'
import type { Hex, LocalAccount } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { Refusal } from './refusal.ts'
import { readSecretFile } from './secretFile.ts'

/** Where a key is, and who knows its password; `undefined` when nobody does. */
export type KeySource = {
  readonly file: string
  readonly password: () => Promise<string | undefined>
}

/**
 * The account of a key file. The password is asked for only when the file is encrypted.
 *
 * @throws Refusal when the file cannot be read, is open to others, holds no key, or is not opened by the password
 * @example
 * const account = await readKey({ file: 'key.json', password: async () => 'open sesame' })
 */
export async function readKey({ file, password }: KeySource): Promise<LocalAccount> {
  const text = readSecretFile(file).trim()
  if (PRIVATE_KEY.test(text)) return accountOf(file, text.startsWith('0x') ? text.slice(2) : text)
  const keystore = parseKeystore(text)
  if (keystore === undefined) throw new Refusal(malformed(file))
  const given = await password()
  if (given === undefined) {
    throw new Refusal(`${file} is encrypted: give --password-file FILE, or run this in a terminal and be asked.`)
  }
  return accountOf(file, await decrypt({ file, keystore, password: given }))
}

const PRIVATE_KEY = /^(?:0x)?[0-9a-f]{64}$/iu

function accountOf(file: string, digits: string): LocalAccount {
  try {
    return privateKeyToAccount(`0x${digits}`)
  } catch {
    // Zero, or beyond the curve. The error itself might show the key.
    throw new Refusal(malformed(file))
  }
}

type Encrypted = { readonly file: string; readonly keystore: Keystore.Keystore; readonly password: string }

/** The private key as hex digits. */
async function decrypt({ file, keystore, password }: Encrypted): Promise<string> {
  let key: Keystore.Key
  try {
    key = await Keystore.toKeyAsync(keystore, { password })
  } catch {
    throw new Refusal(malformed(file))
  }
  try {
    const decrypted: Hex = Keystore.decrypt(keystore, key)
    return decrypted.slice(2)
  } catch {
    throw new Refusal(`The password does not open ${file}.`)
  }
}

function malformed(file: string): string {
  return `${file} holds neither a private key (0x and 64 hex digits) nor a web3 keystore of version 3.`
}

/** Reads a keystore as wallets write it: upper or lower case of `Crypto`, and of hex digits, do not matter. */
function parseKeystore(text: string): Keystore.Keystore | undefined {
  const file = parseObject(text)
  const crypto = file?.['crypto'] ?? file?.['Crypto']
  if (file?.['version'] !== 3 || !isObject(crypto)) return undefined
  const { cipher, ciphertext, cipherparams, kdf, kdfparams, mac } = crypto
  const isWhole =
    cipher === 'aes-128-ctr' &&
    isObject(cipherparams) &&
    isObject(kdfparams) &&
    [ciphertext, mac, cipherparams['iv'], kdfparams['salt']].every(isHexDigits) &&
    isDerivation(kdf, kdfparams)
  // Each part that decryption reads was just checked.
  return isWhole ? ({ ...file, version: 3, crypto } as unknown as Keystore.Keystore) : undefined
}

function isDerivation(kdf: unknown, parameters: Readonly<Record<string, unknown>>): boolean {
  const hasCounts = (...names: readonly string[]): boolean =>
    names.every((name) => Number.isSafeInteger(parameters[name]) && Number(parameters[name]) > 0)
  if (kdf === 'scrypt') return hasCounts('n', 'r', 'p', 'dklen')
  return kdf === 'pbkdf2' && parameters['prf'] === 'hmac-sha256' && hasCounts('c', 'dklen')
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function isHexDigits(value: unknown): boolean {
  return typeof value === 'string' && /^(?:[0-9a-f]{2})+$/iu.test(value)
}
