// The key of a service: from a file that only its owner may read, or from the environment. Never from the command line, where
// every process of the machine could read it.
import { readFile, stat } from 'node:fs/promises'
import process from 'node:process'
import { quickAccount } from '@iexec/chain/recover'
import { getAddress, type Address, type Hex, type LocalAccount } from 'viem'
import { asKeystore, decryptKey, isPrivateKey, KeystoreError, type Keystore } from './keystore.ts'
import { sayWhy } from './sayWhy.ts'

/** Where the key of a service may be; the first that is given is taken, in this order. */
export type KeySource = {
  /** A wallet file: a keystore of version 3, or the `wallet.json` of an unencrypted wallet. */
  readonly walletFile?: string | undefined
  /** File whose first line is the password of the keystore. */
  readonly passwordFile?: string | undefined
  /** The password of the keystore, as an environment variable had it. */
  readonly password?: string | undefined
  /** File with the key alone: 0x and 64 hex digits. */
  readonly keyFile?: string | undefined
  /** The key, as an environment variable had it. */
  readonly key?: string | undefined
}

/** Why there is no key; the message is one sentence without anything of the key. */
export class KeyError extends Error {
  override readonly name = 'KeyError'
}

/**
 * Reads the key of a service.
 *
 * A file in which a key or a password stands in clear must not be readable by group and others.
 *
 * @throws KeyError in one sentence that names the file and what to do
 * @example
 * const account = await readKey({ keyFile: '/etc/worker/key' })
 * account.address // '0x…'
 */
export async function readKey(source: KeySource): Promise<LocalAccount> {
  const { walletFile, keyFile, key } = source
  if (walletFile !== undefined) return quickAccount(await readWallet(walletFile, source))
  if (keyFile !== undefined) return quickAccount(parseKey(await readSecret(keyFile), keyFile))
  if (key !== undefined && key !== '') return quickAccount(parseKey(key, 'The key in the environment'))
  throw new KeyError('There is no key: name its file with --key-file, or a keystore with --wallet-file.')
}

async function readWallet(file: string, source: KeySource): Promise<Hex> {
  const content = parseJson(await readText(file))
  const keystore = asKeystore(content)
  if (keystore !== undefined) return decrypt(file, keystore, source)
  const key = (content as { readonly privateKey?: unknown } | undefined)?.privateKey
  if (!isPrivateKey(key)) throw new KeyError(`${file} is no wallet: it has neither a keystore nor a private key.`)
  await requirePrivate(file)
  return key
}

async function decrypt(file: string, keystore: Keystore, source: KeySource): Promise<Hex> {
  const password = await readPassword(file, source)
  try {
    return await decryptKey({ path: file, address: addressOf(file, keystore), keystore }, password)
  } catch (cause) {
    if (cause instanceof KeystoreError) throw new KeyError(`${file}: ${cause.message}`, { cause })
    throw cause
  }
}

function addressOf(file: string, { address }: Keystore): Address {
  const said = address ?? /--([\da-f]{40})$/iu.exec(file)?.[1]
  if (said !== undefined && /^[\da-f]{40}$/iu.test(said)) return getAddress(`0x${said}`)
  throw new KeyError(`${file} does not say of which address its key is: let its name end in --<40 hex digits>.`)
}

async function readPassword(file: string, { password, passwordFile }: KeySource): Promise<string> {
  if (passwordFile !== undefined) return (await readSecret(passwordFile)).split(/\r?\n/u, 1)[0] ?? ''
  if (password !== undefined && password !== '') return password
  throw new KeyError(`${file} is under a password: name a file that holds it with --password-file.`)
}

async function readSecret(file: string): Promise<string> {
  const text = await readText(file)
  await requirePrivate(file)
  return text
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw new KeyError(`${file} cannot be read: ${sayWhy(cause)}.`, { cause })
  }
}

/** Windows has no such bits; there the folder of the user protects it. */
async function requirePrivate(file: string): Promise<void> {
  if (process.platform === 'win32') return
  const mode = (await stat(file)).mode & 0o777
  if ((mode & 0o077) === 0) return
  throw new KeyError(
    `${file} may be read by others than its owner (mode ${mode.toString(8)}): chmod 600 ${file} mends it.`,
  )
}

function parseKey(text: string, place: string): Hex {
  const trimmed = text.trim()
  const key = trimmed.startsWith('0x') ? trimmed : `0x${trimmed}`
  if (isPrivateKey(key)) return key
  throw new KeyError(`${place} is no private key: 0x and 64 hex digits are one.`)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
