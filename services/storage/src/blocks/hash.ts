// The name of a block: the sha-256 of its bytes, whichever form of content identifier it is asked by.
import { createHash } from 'node:crypto'
import { CID } from 'multiformats/cid'
import { create } from 'multiformats/hashes/digest'

declare const brand: unique symbol

/** Lower-case hex of the sha-256 of a block's bytes. */
export type BlockHash = string & { readonly [brand]: 'BlockHash' }

/** Blocks larger than this are never exchanged on IPFS. Bytes. */
export const LARGEST_BLOCK: number = 2 * 1024 * 1024

const SHA2_256 = 0x12
const RAW = 0x55
const DAG_PB = 0x70

/**
 * The hash that a content identifier holds; `undefined` for one that is made by another hash function.
 *
 * @example
 * hashOf(CID.parse('QmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3Nn')) // '5958b24…'
 */
export function hashOf(cid: CID): BlockHash | undefined {
  const { code, digest } = cid.multihash
  return code === SHA2_256 && digest.length === 32 ? (Buffer.from(digest).toString('hex') as BlockHash) : undefined
}

/** The hash of bytes. */
export function hashBytes(bytes: Uint8Array): BlockHash {
  return createHash('sha256').update(bytes).digest('hex') as BlockHash
}

/** A content identifier of version 1 for the mere bytes of a block: how other stores are asked for it. */
export function rawCid(hash: BlockHash): CID {
  return CID.createV1(RAW, create(SHA2_256, Buffer.from(hash, 'hex')))
}

/**
 * Reads a content identifier; `undefined` for a text that is none, for other hash functions, and for what is no file of IPFS.
 *
 * @example
 * readCid('QmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3Nn')?.version // 0
 */
export function readCid(text: string): CID | undefined {
  if (text.length > 200) return undefined
  try {
    const cid = CID.parse(text)
    return hashOf(cid) !== undefined && (cid.code === RAW || cid.code === DAG_PB) ? cid : undefined
  } catch {
    return undefined
  }
}
