// A key under a password: Web3 Secret Storage, version 3, as every Ethereum wallet reads and writes it. A path of its own:
// the command bundles it, and nothing else of this package.
import { createCipheriv, createDecipheriv, pbkdf2, randomBytes, randomUUID, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { isHex, keccak256, type Address, type Hex } from 'viem'
import { privateKeyToAddress } from 'viem/accounts'

/** A keystore file. Source: https://ethereum.org/en/developers/docs/data-structures-and-encoding/web3-secret-storage/ */
export type Keystore = {
  readonly version: 3
  readonly id: string
  /** Without 0x, in lower case; the standard lets it be left out. */
  readonly address?: string
  readonly crypto: {
    readonly cipher: string
    readonly ciphertext: string
    readonly cipherparams: { readonly iv: string }
    readonly kdf: string
    readonly kdfparams: Readonly<Record<string, unknown>>
    readonly mac: string
  }
}

/** A keystore, where it was found, and of whom it says that it is. */
export type LockedWallet = { readonly path: string; readonly address: Address; readonly keystore: Keystore }

/** Why a keystore gives no key: the wrong password, or a file that is none of ours, or of another address. */
export class KeystoreError extends Error {
  override readonly name = 'KeystoreError'
  readonly code: 'WrongPassword' | 'BadFile'
  /** What to do about it. */
  readonly hints: readonly string[]

  constructor(code: 'WrongPassword' | 'BadFile', sentence: string, hints: readonly string[]) {
    super(sentence)
    this.code = code
    this.hints = hints
  }
}

/** What geth calls the standard: 256 MiB and about a second. */
const SCRYPT = { n: 262_144, r: 8, p: 1, dklen: 32 }
/** Room for twice the standard; more is refused, because a file may come from a stranger. */
const MAX_SCRYPT_BYTES = 512 * 1024 * 1024
const MAX_ROUNDS = 10_000_000
/** Of secp256k1. */
const GROUP_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n

const deriveScrypt = promisify<string, Buffer, number, object, Buffer>(scrypt)
const derivePbkdf2 = promisify(pbkdf2)

/**
 * Puts a key under a password.
 *
 * @example
 * await encryptKey(generatePrivateKey(), 'a long sentence') // { version: 3, … }
 */
export async function encryptKey(privateKey: Hex, password: string): Promise<Keystore> {
  const [salt, iv] = [randomBytes(32), randomBytes(16)]
  const kdfparams = { ...SCRYPT, salt: salt.toString('hex') }
  const derived = await derive(password, { kdf: 'scrypt', kdfparams }, unreadable('The new wallet'))
  const cipher = createCipheriv('aes-128-ctr', derived.subarray(0, 16), iv)
  const ciphertext = Buffer.concat([cipher.update(bytesOf(privateKey)), cipher.final()])
  return {
    version: 3,
    id: randomUUID(),
    address: privateKeyToAddress(privateKey).slice(2).toLowerCase(),
    crypto: {
      cipher: 'aes-128-ctr',
      ciphertext: ciphertext.toString('hex'),
      cipherparams: { iv: iv.toString('hex') },
      kdf: 'scrypt',
      kdfparams,
      mac: macOf(derived, ciphertext).toString('hex'),
    },
  }
}

/**
 * The key in a keystore.
 *
 * @example
 * await decryptKey({ path, address, keystore }, password) // '0x…'
 * @throws KeystoreError `WrongPassword`, or `BadFile` when the file is none that can be read, or holds the key of another address
 */
export async function decryptKey({ path, address, keystore }: LockedWallet, password: string): Promise<Hex> {
  const { crypto } = keystore
  const bad = unreadable(path)
  const iv = Buffer.from(crypto.cipherparams.iv, 'hex')
  if (crypto.cipher !== 'aes-128-ctr') throw bad(`its cipher is ${crypto.cipher}`)
  if (iv.length !== 16) throw bad(`its iv has ${iv.length} bytes, and should have 16`)
  const derived = await derive(password, crypto, bad)
  const ciphertext = Buffer.from(crypto.ciphertext, 'hex')
  const mac = Buffer.from(crypto.mac, 'hex')
  if (mac.length !== 32 || !timingSafeEqual(mac, macOf(derived, ciphertext))) {
    throw new KeystoreError('WrongPassword', `This is not the password of the wallet ${address}.`, [
      'Try again; nothing was changed.',
    ])
  }
  const decipher = createDecipheriv('aes-128-ctr', derived.subarray(0, 16), iv)
  const key = `0x${Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('hex')}`
  if (!isPrivateKey(key)) throw bad('what is under the password is no private key')
  const owner = privateKeyToAddress(key)
  // Neither the address nor the name of the file is under the password: whoever wrote them could have sent payments astray.
  if (owner !== address) throw bad(`it says that it is of ${address}, and its key is of ${owner}`)
  return key
}

/**
 * Reads what a keystore file holds; `undefined` when it is none of version 3.
 *
 * @param given the file's JSON
 * @example
 * asKeystore({}) // undefined
 */
export function asKeystore(given: unknown): Keystore | undefined {
  const file = lowerKeys(given)
  const crypto = lowerKeys(file?.['crypto'])
  const iv = lowerKeys(crypto?.['cipherparams'])?.['iv']
  const kdfparams = lowerKeys(crypto?.['kdfparams'])
  const texts = [crypto?.['cipher'], crypto?.['ciphertext'], crypto?.['kdf'], crypto?.['mac'], iv]
  if (file?.['version'] !== 3 || kdfparams === undefined || texts.some((text) => typeof text !== 'string'))
    return undefined
  const [cipher, ciphertext, kdf, mac] = texts as readonly string[] as [string, string, string, string]
  const address = file['address'] ?? undefined
  if (address !== undefined && typeof address !== 'string') return undefined
  return {
    version: 3,
    id: typeof file['id'] === 'string' ? file['id'] : '',
    ...(address === undefined ? {} : { address: address.replace(/^0x/u, '').toLowerCase() }),
    crypto: { cipher, ciphertext, cipherparams: { iv: String(iv) }, kdf, kdfparams, mac },
  }
}

/** Some wallets write `Crypto`. */
function lowerKeys(given: unknown): Record<string, unknown> | undefined {
  if (typeof given !== 'object' || given === null) return undefined
  return Object.fromEntries(Object.entries(given).map(([key, value]) => [key.toLowerCase(), value]))
}

type Derivation = Pick<Keystore['crypto'], 'kdf' | 'kdfparams'>
type Fault = (problem: string) => KeystoreError

async function derive(password: string, { kdf, kdfparams: params }: Derivation, bad: Fault): Promise<Buffer> {
  const number = (key: string, max: number): number => {
    const value = params[key]
    if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0 && value <= max) return value
    throw bad(`its ${key} is ${JSON.stringify(value)}`)
  }
  const salt = Buffer.from(String(params['salt']), 'hex')
  const length = number('dklen', 64)
  if (length < 32) throw bad(`its dklen is ${length}`)
  // As in the standard: the password as it was typed, in one form of Unicode.
  const text = password.normalize('NFKC')
  if (kdf === 'pbkdf2') return derivePbkdf2(text, salt, number('c', MAX_ROUNDS), length, 'sha256')
  if (kdf !== 'scrypt') throw bad(`its key derivation is ${kdf}`)
  const [N, r, p] = [number('n', 2 ** 24), number('r', 64), number('p', 64)]
  if (128 * N * r > MAX_SCRYPT_BYTES) throw bad('it asks for more memory than a wallet should')
  // RFC 7914, section 2: OpenSSL holds it, and some of the first wallets did not.
  if (Math.log2(N) % 1 !== 0 || Math.log2(N) >= 16 * r) throw bad(`scrypt does not allow n=${N} with r=${r}`)
  return deriveScrypt(text, salt, length, { N, r, p, maxmem: MAX_SCRYPT_BYTES + 2 ** 20 })
}

function macOf(derived: Buffer, ciphertext: Buffer): Buffer {
  return Buffer.from(keccak256(Buffer.concat([derived.subarray(16, 32), ciphertext]), 'bytes'))
}

function bytesOf(hex: Hex): Buffer {
  return Buffer.from(hex.slice(2), 'hex')
}

function unreadable(path: string): Fault {
  return (problem) =>
    new KeystoreError('BadFile', `${path} cannot be read: ${problem}.`, ['It is no keystore that geth or iexec wrote.'])
}

/**
 * Whether something is a private key of Ethereum.
 *
 * @example
 * isPrivateKey(`0x${'00'.repeat(32)}`) // false
 */
export function isPrivateKey(given: unknown): given is Hex {
  return isHex(given) && given.length === 66 && BigInt(given) > 0n && BigInt(given) < GROUP_ORDER
}
