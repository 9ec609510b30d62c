// Asks other storages for blocks that are not here. What they answer is believed by its hash alone.
import { hashBytes, LARGEST_BLOCK, rawCid, type BlockHash } from './hash.ts'

/** Gets a block from whichever peer has it; `undefined` when none has. */
export type AskPeers = (hash: BlockHash, signal?: AbortSignal) => Promise<Uint8Array | undefined>

const PATIENCE_MS = 10_000

/**
 * Asks each peer in turn for the bytes of a block. A peer is told to answer only from what it has itself, so that two storages
 * which name each other do not ask for ever.
 *
 * @param urls of gateways: `<url>/ipfs/<cid>?format=raw`
 * @example
 * const bytes = await askPeers(['https://storage.example'])(hash)
 */
export function askPeers(urls: readonly string[]): AskPeers {
  return async (hash, signal) => {
    for (const url of urls) {
      const bytes = await askPeer(url, hash, signal).catch(() => undefined)
      signal?.throwIfAborted()
      if (bytes !== undefined && hashBytes(bytes) === hash) return bytes
    }
    return undefined
  }
}

async function askPeer(url: string, hash: BlockHash, signal?: AbortSignal): Promise<Uint8Array | undefined> {
  const answer = await fetch(`${url.replace(/\/+$/u, '')}/ipfs/${rawCid(hash).toString()}?format=raw`, {
    headers: { accept: 'application/vnd.ipld.raw', 'cache-control': 'only-if-cached' },
    signal: AbortSignal.any([AbortSignal.timeout(PATIENCE_MS), ...(signal === undefined ? [] : [signal])]),
  })
  if (!answer.ok || answer.body === null) {
    await answer.body?.cancel()
    return undefined
  }
  return readAtMost(answer.body, LARGEST_BLOCK)
}

async function readAtMost(body: ReadableStream<Uint8Array>, limit: number): Promise<Uint8Array | undefined> {
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of body) {
    size += piece.length
    if (size > limit) return undefined
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}
