// From files to blocks: the same ones, and so the same content identifiers, as kubo makes by default.
import { encode, prepare } from '@ipld/dag-pb'
import { UnixFS } from 'ipfs-unixfs'
import { importer, type BufferImporter, type ImportCandidate, type ImporterOptions } from 'ipfs-unixfs-importer'
import { fixedSize } from 'ipfs-unixfs-importer/chunker'
import { balanced } from 'ipfs-unixfs-importer/layout'
import { CID } from 'multiformats/cid'
import { create } from 'multiformats/hashes/digest'
import { hashBytes, hashOf, type BlockHash } from '../blocks/hash.ts'

/** Takes one block of what is imported. */
export type TakeBlock = (hash: BlockHash, bytes: Uint8Array) => Promise<void>

/** How content identifiers are made, and whether a folder goes around. */
export type ImportForm = {
  readonly cidVersion: 0 | 1
  readonly rawLeaves: boolean
  readonly wrapWithDirectory: boolean
}

/** What came to be: a file or a folder. */
export type Imported = {
  readonly cid: CID
  /** As kubo says it: `''` for the folder that was put around all. */
  readonly path: string
  /** Bytes of all blocks below, those that occur twice counted twice. */
  readonly size: bigint
}

/** As kubo imports when nothing is said. */
export const USUAL_FORM: ImportForm = { cidVersion: 0, rawLeaves: false, wrapWithDirectory: false }

const CHUNK_BYTES = 262_144
const MOST_LINKS = 174
/** Blocks that are on their way to the disk at a time, of one import. */
const BLOCKS_AT_A_TIME = 16
/** What a chunk costs beside its bytes, at most: its own frame, its link and its part of the blocks of links. */
const FRAME_BYTES = 128
const SHA2_256 = 0x12
const RAW = 0x55
const DAG_PB = 0x70

/**
 * How many bytes the blocks of a file have at most.
 *
 * @example
 * mostBytesOfBlocks(262_145) // 262_401
 */
export function mostBytesOfBlocks(bytes: number): number {
  return bytes + FRAME_BYTES * Math.ceil(bytes / CHUNK_BYTES)
}

/**
 * Imports files and folders. Needs the memory of a few blocks, however large the files are.
 *
 * @example
 * for await (const { cid } of importFiles([{ path: 'a', content: bytes }], take)) console.log(cid.toString())
 */
export async function* importFiles(
  source: AsyncIterable<ImportCandidate> | Iterable<ImportCandidate>,
  take: TakeBlock,
  form: ImportForm = USUAL_FORM,
): AsyncGenerator<Imported, void> {
  const { cidVersion, rawLeaves, wrapWithDirectory } = form
  const options: ImporterOptions = {
    cidVersion,
    rawLeaves,
    wrapWithDirectory,
    chunker: fixedSize({ chunkSize: CHUNK_BYTES }),
    layout: balanced({ maxChildrenPerNode: MOST_LINKS }),
    bufferImporter: importChunks(take, form),
    // One after the other: they come in one stream.
    fileImportConcurrency: 1,
    blockWriteConcurrency: BLOCKS_AT_A_TIME,
    shardSplitThresholdBytes: CHUNK_BYTES,
    shardSplitStrategy: 'links-bytes',
    fieldOrder: 'links-first',
  }
  const blockstore = {
    put: async (cid: CID, given: Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<CID> => {
      const hash = hashOf(cid)
      if (hash === undefined || !(given instanceof Uint8Array)) throw new Error(`${cid.toString()} is no usual block.`)
      await take(hash, given)
      return cid
    },
  }
  for await (const { cid, path, size } of importer(source, blockstore, options)) yield { cid, path: path ?? '', size }
}

/**
 * As the importer of the library, but what it remembers of a chunk until 174 of them have a parent is only its size: with the
 * bytes, each import would need 45 MB.
 */
function importChunks(take: TakeBlock, { cidVersion, rawLeaves }: ImportForm): BufferImporter {
  return async function* importEach(file) {
    for await (const chunk of file.content) {
      yield async () => {
        const block = rawLeaves
          ? chunk
          : encode(prepare({ Data: new UnixFS({ type: 'file', data: chunk }).marshal(), Links: [] }))
        const hash = hashBytes(block)
        const multihash = create(SHA2_256, Buffer.from(hash, 'hex'))
        await take(hash, block)
        const unixfs = rawLeaves ? {} : { unixfs: new UnixFS({ type: 'file', blockSizes: [BigInt(chunk.length)] }) }
        const cid = rawLeaves ? CID.create(1, RAW, multihash) : CID.create(cidVersion, DAG_PB, multihash)
        return { cid, size: BigInt(block.length), block, ...unixfs }
      }
    }
  }
}
