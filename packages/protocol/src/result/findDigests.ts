// The digest of a result from its files: what the workers voted on. Which files count is told by the app, in one of four ways.
// Whoever votes, stores or verifies asks here, so that all of them find the same.
import type { Hex } from 'viem'
import { bytesToHex, bytesToString, sha256, stringToBytes } from 'viem/utils'
import { callbackDigest, directoryDigest } from './digest.ts'

/** A file of a result: of the folder that an app filled, or of the archive that was made of it. */
export type ResultFile = {
  /** Relative to the folder of outputs, with `/` between its parts. */
  readonly name: string
  /** Bytes. */
  readonly size: number
  /** Asked only for files that count, so that nothing else has to be read. */
  readonly sha256: () => Hex
  /** All bytes. Asked only for the files that `isStatement` names, up to `MAX_STATEMENT_BYTES`. */
  readonly read: () => Uint8Array
}

/** By which rule a digest follows from files. */
export type DigestRule =
  /** keccak256 of the data for the contract that is called back. */
  | 'callback'
  /** sha256 of the file that `computed.json` names. */
  | 'file'
  /** Of the files of the folder that `computed.json` names. */
  | 'folder'
  /** The app wrote the digest itself: it says nothing of the other files. */
  | 'declared'
  /** sha256 of `determinism.iexec` or `consensus.iexec`. */
  | 'determinism'
  /** sha256 of the canonical list of all files. */
  | 'tree'

/** A digest, and what it proves. */
export type FoundDigest = {
  readonly rule: DigestRule
  readonly digest: Hex
  /** The files that it proves; the others were voted on by nobody. */
  readonly covers: readonly string[]
  /** Bytes for the contract that is called back, for the rule `callback`. */
  readonly callbackData?: Hex
}

const COMPUTED = 'computed.json'
const DECLARATIONS = ['determinism.iexec', 'consensus.iexec']
const ENCLAVE = 'enclaveSig.iexec'
/** Bytes. A file that says something of a result is small: the bytes of a larger one are never asked. */
export const MAX_STATEMENT_BYTES: number = 1_000_000

/**
 * Whether a file may say what decides the digest, or that an enclave signed it, so that its bytes have to be at hand.
 *
 * @example
 * isStatement('computed.json') // true
 */
export function isStatement(name: string): boolean {
  return name === COMPUTED || name === ENCLAVE || DECLARATIONS.includes(name)
}

/**
 * Whether a result may hold a file of this name: nothing that leads out of a folder anywhere, whoever unpacks it.
 *
 * @example
 * isResultFileName('a/b.txt') // true
 * isResultFileName('../b.txt') // false
 */
export function isResultFileName(name: string): boolean {
  return (
    !/\\|^[A-Za-z]:/u.test(name) &&
    !name.includes('\0') &&
    name.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  )
}

/**
 * The digests that a result may have. The first is what a worker votes for; where workers of other generations read the same
 * rule differently, each of their readings follows.
 *
 * None is found when the app broke the rules: it named files that are not there, or has no data for its deal's callback.
 *
 * @param hasCallback whether the deal has a contract that is called back
 * @example
 * findDigests(files, false)[0] // { rule: 'tree', digest: '0x…', covers: ['result.txt'] }
 */
export function findDigests(files: readonly ResultFile[], hasCallback: boolean): readonly FoundDigest[] {
  const computed = readComputed(files)
  if (hasCallback) return callbackOf(computed)
  const path = computed['deterministic-output-path']
  if (typeof path === 'string') return digestsOfPath(files, path)
  for (const name of DECLARATIONS) {
    const file = files.find((other) => other.name === name)
    if (file !== undefined) return digestsOfStatement(file)
  }
  return [treeDigest(files)]
}

/**
 * Whether the app itself said what decides the digest, in `computed.json`, `determinism.iexec` or `consensus.iexec`.
 *
 * @example
 * isDeclared([{ name: 'result.txt', … }]) // false
 */
export function isDeclared(files: readonly ResultFile[]): boolean {
  const computed = readComputed(files)
  const isComputed = ['deterministic-output-path', 'callback-data'].some((key) => typeof computed[key] === 'string')
  return isComputed || files.some(({ name }) => DECLARATIONS.includes(name))
}

type Computed = Readonly<Record<string, unknown>>

function readComputed(files: readonly ResultFile[]): Computed {
  const file = files.find(({ name }) => name === COMPUTED)
  if (file === undefined || file.size > MAX_STATEMENT_BYTES) return {}
  try {
    const value: unknown = JSON.parse(bytesToString(file.read()))
    return typeof value === 'object' && value !== null ? (value as Computed) : {}
  } catch {
    return {}
  }
}

function callbackOf(computed: Computed): readonly FoundDigest[] {
  const data = computed['callback-data']
  if (typeof data !== 'string' || !/^0x(?:[\da-f]{2})+$/iu.test(data)) return []
  return [{ rule: 'callback', digest: callbackDigest(data as Hex), covers: [], callbackData: data as Hex }]
}

function digestsOfPath(files: readonly ResultFile[], path: string): readonly FoundDigest[] {
  const name = path
    .replace(/^\/(?:iexec_out|iexec)(?=\/|$)/u, '')
    .replaceAll(/\/+/gu, '/')
    .replace(/^\/|\/$/gu, '')
  const file = files.find((other) => other.name === name)
  if (file !== undefined) return [{ rule: 'file', digest: file.sha256(), covers: [name] }]
  const children = childrenOf(files, name)
  if (children.length === 0) return []
  // Some workers list the folder when stdout and stderr are in it already, and some leave empty files out.
  const readings = [children.filter(isOutput), children, children.filter(({ size }) => size > 0)]
  return readings.map((reading) => folderDigest(reading))
}

function childrenOf(files: readonly ResultFile[], folder: string): readonly ResultFile[] {
  const prefix = folder === '' ? '' : `${folder}/`
  return sortByName(files.filter(({ name }) => name.startsWith(prefix) && !name.slice(prefix.length).includes('/')))
}

function folderDigest(children: readonly ResultFile[]): FoundDigest {
  const digest = directoryDigest(children.map((file) => file.sha256()))
  return { rule: 'folder', digest, covers: children.map(({ name }) => name) }
}

/** A file that is a digest already is used as it is; any other one is hashed. */
function digestsOfStatement(file: ResultFile): readonly FoundDigest[] {
  const hashed: FoundDigest = { rule: 'determinism', digest: file.sha256(), covers: [file.name] }
  const declared = file.size <= LONGEST_DECLARATION ? declaredDigest(file.read()) : undefined
  return declared === undefined ? [hashed] : [{ rule: 'declared', digest: declared, covers: [] }, hashed]
}

/** 0x, 64 digits, and space around them. */
const LONGEST_DECLARATION = 1_000

function declaredDigest(bytes: Uint8Array): Hex | undefined {
  const text = bytesToString(bytes).trim()
  if (/^0x[\da-f]{64}$/iu.test(text)) return text.toLowerCase() as Hex
  return bytes.length === 32 ? bytesToHex(bytes) : undefined
}

/** sha256 over one line `path NUL size NUL sha256 LF` for each file but stdout and stderr, sorted by the bytes of the paths. */
function treeDigest(files: readonly ResultFile[]): FoundDigest {
  const outputs = sortByName(files.filter(isOutput))
  const lines = outputs.map((file) => `${file.name}\0${file.size}\0${file.sha256().slice(2)}\n`)
  const digest = sha256(stringToBytes(lines.join('')))
  return { rule: 'tree', digest, covers: outputs.map(({ name }) => name) }
}

function isOutput({ name }: ResultFile): boolean {
  return name !== 'stdout.txt' && name !== 'stderr.txt'
}

/**
 * Files in the order of the bytes of their names: as bytes of UTF-8 compare, which texts of JavaScript do not beyond the first
 * plane.
 *
 * @example
 * sortByName([{ name: 'b' }, { name: 'a' }]) // [{ name: 'a' }, { name: 'b' }]
 */
export function sortByName<File extends { readonly name: string }>(files: readonly File[]): readonly File[] {
  return files
    .map((file) => ({ file, bytes: stringToBytes(file.name) }))
    .toSorted((one, other) => compareBytes(one.bytes, other.bytes))
    .map(({ file }) => file)
}

function compareBytes(left: Uint8Array, right: Uint8Array): number {
  const place = left.findIndex((byte, index) => byte !== right[index])
  return place === -1 ? left.length - right.length : (left[place] ?? 0) - (right[place] ?? -1)
}
