// From a content identifier and a path to the file or the folder that they name.
import { decode } from '@ipld/dag-pb'
import { UnixFS } from 'ipfs-unixfs'
import { exporter, walkPath } from 'ipfs-unixfs-exporter'
import type { CID } from 'multiformats/cid'
import { hashOf, type BlockHash } from '../blocks/hash.ts'

/** Gets a block; `undefined` when nobody has it. */
export type GetBlock = (hash: BlockHash, signal?: AbortSignal) => Promise<Uint8Array | undefined>

/** Where blocks come from, and until when they are wanted. */
export type Source = { readonly get: GetBlock; readonly signal?: AbortSignal | undefined }

/** A line of a folder. `size` is that of all blocks below, in bytes. */
export type FolderEntry = { readonly name: string; readonly cid: CID; readonly size: bigint }

/** What a path leads to. */
export type Found =
  | { readonly kind: 'file'; readonly cid: CID; readonly size: number }
  | { readonly kind: 'folder'; readonly cid: CID; readonly entries: () => AsyncIterable<FolderEntry> }

/** A block that a file or folder consists of is not here. */
export class BlockMissing extends Error {
  override readonly name: string = 'BlockMissing'

  constructor(cid: CID) {
    super(`The block ${cid.toString()} is not here.`)
  }
}

/** The bytes are here, but they are no file or folder, or not one of usual make. */
export class NotAFile extends Error {
  override readonly name: string = 'NotAFile'
}

const RAW = 0x55
const DAG_PB = 0x70
/** The library's errors. */
const NOWHERE: readonly string[] = ['NotFoundError', 'NotUnixFSError', 'NoResolverError']
/** Names of folders inside of folders, with that of the file. */
export const DEEPEST_PATH = 64

/**
 * Finds what a path below a content identifier leads to; `undefined` when the path leads nowhere.
 *
 * @throws BlockMissing when a block on the way is not here; NotAFile when the way ends at something else
 * @example
 * await find(CID.parse('Qm…'), ['folder', 'result.txt'], blocks)
 */
export async function find(root: CID, names: readonly string[], source: Source): Promise<Found | undefined> {
  const { get, signal } = source
  const cid = names.length === 0 ? root : await follow(root, names, source)
  if (cid === undefined) return undefined
  const bytes = await getBlock(cid, get, signal)
  if (cid.code === RAW) return { kind: 'file', cid, size: bytes.length }
  const unixfs = readNode(cid, bytes).unixfs
  if (unixfs.isDirectory()) return { kind: 'folder', cid, entries: () => listFolder(cid, get, signal) }
  if (unixfs.type !== 'file' && unixfs.type !== 'raw') throw new NotAFile(`${cid.toString()} is a ${unixfs.type}.`)
  const size = Number(unixfs.fileSize())
  if (!Number.isSafeInteger(size)) throw new NotAFile(`${cid.toString()} says that it has ${size} bytes.`)
  return { kind: 'file', cid, size }
}

async function follow(root: CID, names: readonly string[], { get, signal }: Source): Promise<CID | undefined> {
  // The library splits at slashes which no backslash stands before; a name that has one cannot be asked for.
  if (names.length > DEEPEST_PATH || !names.every((name) => /^[^/\\]+$/u.test(name))) return undefined
  try {
    for await (const { cid, remainder } of walkPath(`${root.toString()}/${names.join('/')}`, storageOf(get, signal))) {
      if (remainder.length === 0) return cid
    }
  } catch (error) {
    // What the library says of a path that leads nowhere. Whatever the blocks' place says is no word about the path.
    if (!(error instanceof Error) || !NOWHERE.includes(error.name)) throw error
  }
  // Also when a name stands behind a file, of which the library says nothing.
  return undefined
}

async function* listFolder(
  cid: CID,
  get: GetBlock,
  signal: AbortSignal | undefined,
): AsyncGenerator<FolderEntry, void> {
  const folder = await exporter(cid, storageOf(get, signal))
  if (folder.type !== 'directory') throw new NotAFile(`${cid.toString()} is no folder.`)
  for await (const { name, cid: below, size } of folder.entries()) yield { name, cid: below, size }
}

/** What the library asks for blocks. */
function storageOf(
  get: GetBlock,
  signal: AbortSignal | undefined,
): { readonly get: (cid: CID) => AsyncGenerator<Uint8Array> } {
  return {
    get: async function* getOne(cid) {
      yield await getBlock(cid, get, signal)
    },
  }
}

/**
 * The bytes of a block.
 *
 * @throws BlockMissing when it is not here
 */
export async function getBlock(cid: CID, get: GetBlock, signal?: AbortSignal): Promise<Uint8Array> {
  const hash = hashOf(cid)
  const bytes = hash === undefined ? undefined : await get(hash, signal)
  if (bytes === undefined) throw new BlockMissing(cid)
  return bytes
}

/** A node of a file: what it holds itself, and what its links lead to. */
export type FileNode = { readonly unixfs: UnixFS; readonly links: readonly CID[] }

/**
 * Reads a node.
 *
 * @throws NotAFile when it is none
 */
export function readNode(cid: CID, bytes: Uint8Array): FileNode {
  try {
    if (cid.code !== DAG_PB) throw new Error('another codec')
    const { Data: data, Links: links } = decode(bytes)
    if (data === undefined) throw new Error('no data')
    return { unixfs: UnixFS.unmarshal(data), links: links.map(({ Hash: hash }) => hash) }
  } catch (cause) {
    throw new NotAFile(`${cid.toString()} is no file and no folder.`, { cause })
  }
}
