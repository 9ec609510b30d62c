// Content identifiers of files, computed as kubo does by default: what is stored under an identifier can be checked with it.
// https://github.com/ipfs/specs/blob/main/UNIXFS.md
import { base32, base58 } from './baseText.ts'

/** How kubo cuts files. */
const CHUNK = 262_144
/** How many parts a node of a tree has at most. */
const MOST_LINKS = 174
const RAW = 0x55
const SHA2_256 = Uint8Array.of(0x12, 0x20)

type Node = {
  readonly multihash: Uint8Array
  /** Bytes of the file below it. */
  readonly fileSize: number
  /** Bytes of all blocks, its own included. */
  readonly treeSize: number
}

/**
 * The content identifier (version 0, `Qm…`) that `ipfs add` gives to a file.
 *
 * @example
 * await computeCid(new TextEncoder().encode('hello world\n')) // 'QmT78zSuBmuS4z925WZfrqQ1qHaJ56DQaTfyMUF7F8ff5o'
 */
export async function computeCid(file: Uint8Array | Blob): Promise<string> {
  const blob = file instanceof Blob ? file : undefined
  const size = file instanceof Blob ? file.size : file.length
  const leaves: Node[] = []
  for (let start = 0; start < size || start === 0; start += CHUNK) {
    const end = Math.min(start + CHUNK, size)
    const chunk = blob
      ? new Uint8Array(await blob.slice(start, end).arrayBuffer())
      : (file as Uint8Array).subarray(start, end)
    leaves.push(await leafOf(chunk))
  }
  return base58((await rootOf(leaves)).multihash)
}

/**
 * The content identifier (version 1, `bafkrei…`) of one raw block: of bytes as they are.
 *
 * @example
 * await computeRawCid(new Uint8Array()) // 'bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku'
 */
export async function computeRawCid(bytes: Uint8Array): Promise<string> {
  return `b${base32(concat([Uint8Array.of(1, RAW), await multihashOf(bytes)]))}`
}

async function rootOf(leaves: readonly Node[]): Promise<Node> {
  let level = leaves
  while (level.length > 1) {
    const parents: Node[] = []
    for (let start = 0; start < level.length; start += MOST_LINKS) {
      parents.push(await parentOf(level.slice(start, start + MOST_LINKS)))
    }
    level = parents
  }
  const [root] = level
  if (root === undefined) throw new Error('A file has at least one leaf.')
  return root
}

async function leafOf(chunk: Uint8Array): Promise<Node> {
  const data = concat([fieldOf(1, 2), ...(chunk.length > 0 ? [bytesOf(2, chunk)] : []), fieldOf(3, chunk.length)])
  return nodeOf(bytesOf(1, data), chunk.length, [])
}

async function parentOf(children: readonly Node[]): Promise<Node> {
  const fileSize = children.reduce((sum, child) => sum + child.fileSize, 0)
  const links = children.map(({ multihash, treeSize }) =>
    bytesOf(2, concat([bytesOf(1, multihash), bytesOf(2, new Uint8Array()), fieldOf(3, treeSize)])),
  )
  const data = concat([fieldOf(1, 2), fieldOf(3, fileSize), ...children.map((child) => fieldOf(4, child.fileSize))])
  return nodeOf(concat([...links, bytesOf(1, data)]), fileSize, children)
}

async function nodeOf(block: Uint8Array, fileSize: number, children: readonly Node[]): Promise<Node> {
  const treeSize = children.reduce((sum, child) => sum + child.treeSize, block.length)
  return { multihash: await multihashOf(block), fileSize, treeSize }
}

async function multihashOf(bytes: Uint8Array): Promise<Uint8Array> {
  return concat([SHA2_256, new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>))])
}

/** A number of a protocol buffer. */
function fieldOf(field: number, value: number): Uint8Array {
  return concat([varint(field << 3), varint(value)])
}

/** Bytes of a protocol buffer. */
function bytesOf(field: number, value: Uint8Array): Uint8Array {
  return concat([varint((field << 3) | 2), varint(value.length), value])
}

function varint(value: number): Uint8Array {
  const bytes: number[] = []
  let rest = value
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80)
    rest = Math.floor(rest / 0x80)
  }
  return Uint8Array.from([...bytes, rest])
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
