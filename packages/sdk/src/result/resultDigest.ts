// The digest of a result from its files: what the workers voted on. Which files count is told by the app, in one of four ways.
import { callbackDigest, directoryDigest } from '@iexec/protocol'
import { bytesToHex, sha256, type Hex } from 'viem'
import type { ZipFile } from './readZip.ts'

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
}

/**
 * The digests that a result may have, the usual one first: where workers of different generations read the same rule differently,
 * each reading is one.
 *
 * @param hasCallback whether the deal has a contract that is called back
 * @example
 * findDigests(readZip(bytes), false)[0] // { rule: 'tree', digest: '0x…', covers: ['result.txt'] }
 */
export function findDigests(files: readonly ZipFile[], hasCallback: boolean): readonly FoundDigest[] {
  const computed = readComputed(files)
  if (hasCallback) return callbackOf(computed)
  const path = computed['deterministic-output-path']
  if (typeof path === 'string') return digestsOfPath(files, path)
  for (const name of ['determinism.iexec', 'consensus.iexec']) {
    const file = files.find((other) => other.name === name)
    if (file !== undefined) return digestsOfStatement(file)
  }
  return [treeDigest(files)]
}

type Computed = Readonly<Record<string, unknown>>

function readComputed(files: readonly ZipFile[]): Computed {
  const file = files.find(({ name }) => name === 'computed.json')
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(file?.read()))
    return typeof value === 'object' && value !== null ? (value as Computed) : {}
  } catch {
    return {}
  }
}

function callbackOf(computed: Computed): readonly FoundDigest[] {
  const data = computed['callback-data']
  if (typeof data !== 'string' || !/^0x(?:[\da-f]{2})+$/iu.test(data)) return []
  return [{ rule: 'callback', digest: callbackDigest(data as Hex), covers: [] }]
}

function digestsOfPath(files: readonly ZipFile[], path: string): readonly FoundDigest[] {
  const name = path
    .replace(/^\/(?:iexec_out|iexec)(?=\/|$)/u, '')
    .replaceAll(/\/+/gu, '/')
    .replace(/^\/|\/$/gu, '')
  const file = files.find((other) => other.name === name)
  if (file !== undefined) return [{ rule: 'file', digest: sha256(file.read()), covers: [name] }]
  const children = childrenOf(files, name)
  if (children.length === 0) return []
  // Some workers leave empty files out, and some list the folder before stdout and stderr are in it.
  const readings = [children, children.filter(({ size }) => size > 0), children.filter(isOutput)]
  return readings.map((reading) => folderDigest(reading))
}

function childrenOf(files: readonly ZipFile[], folder: string): readonly ZipFile[] {
  const prefix = folder === '' ? '' : `${folder}/`
  const children = files.filter(({ name }) => name.startsWith(prefix) && !name.slice(prefix.length).includes('/'))
  return children.toSorted((one, other) => compareBytes(one.name, other.name))
}

function folderDigest(children: readonly ZipFile[]): FoundDigest {
  const digest = directoryDigest(children.map((file) => sha256(file.read())))
  return { rule: 'folder', digest, covers: children.map(({ name }) => name) }
}

/** A file that is a digest already is used as it is; any other one is hashed. */
function digestsOfStatement(file: ZipFile): readonly FoundDigest[] {
  const bytes = file.read()
  const text = new TextDecoder().decode(bytes).trim()
  const hashed: FoundDigest = { rule: 'determinism', digest: sha256(bytes), covers: [file.name] }
  const declared = /^0x[\da-f]{64}$/iu.test(text)
    ? (text.toLowerCase() as Hex)
    : bytes.length === 32
      ? bytesToHex(bytes)
      : undefined
  return declared === undefined ? [hashed] : [{ rule: 'declared', digest: declared, covers: [] }, hashed]
}

/** sha256 over one line `path NUL size NUL sha256 LF` for each file but stdout and stderr, sorted by the bytes of the paths. */
function treeDigest(files: readonly ZipFile[]): FoundDigest {
  const outputs = files.filter(isOutput).toSorted((one, other) => compareBytes(one.name, other.name))
  const lines = outputs.map((file) => `${file.name}\0${file.size}\0${sha256(file.read()).slice(2)}\n`)
  const digest = sha256(new TextEncoder().encode(lines.join('')))
  return { rule: 'tree', digest, covers: outputs.map(({ name }) => name) }
}

function isOutput({ name }: ZipFile): boolean {
  return name !== 'stdout.txt' && name !== 'stderr.txt'
}

/** As bytes of UTF-8 compare, which texts of JavaScript do not beyond the first plane. */
function compareBytes(one: string, other: string): number {
  const [left, right] = [new TextEncoder().encode(one), new TextEncoder().encode(other)]
  const place = left.findIndex((byte, index) => byte !== right[index])
  return place === -1 ? left.length - right.length : (left[place] ?? 0) - (right[place] ?? -1)
}
