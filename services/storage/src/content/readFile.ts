// The bytes of a file, or of a part of it, as fast as they are taken and no faster: whoever reads slowly costs no memory.
import type { CID } from 'multiformats/cid'
import { getBlock, NotAFile, readNode, type GetBlock } from './find.ts'

/** The bytes from `start` to `end`, without that one. */
export type Part = { readonly start: number; readonly end: number; readonly signal?: AbortSignal | undefined }

const RAW = 0x55
/** A file of 2^53 bytes has 6 levels. */
const DEEPEST = 16

/**
 * Reads a part of a file. One block is held, and the one after it is fetched meanwhile.
 *
 * @throws BlockMissing when a block is not here; NotAFile when the file is not as long as its nodes say
 * @example
 * for await (const bytes of readFile(cid, { start: 0, end: 10 }, blocks.get)) response.write(bytes)
 */
export async function* readFile(
  root: CID,
  { start, end, signal }: Part,
  get: GetBlock,
): AsyncGenerator<Uint8Array, void> {
  if (start >= end) return
  let left = end - start
  for await (const bytes of walk({
    cid: root,
    block: getBlock(root, get, signal),
    from: 0,
    size: undefined,
    depth: 0,
  })) {
    left -= bytes.length
    if (left < 0) throw new NotAFile(`${root.toString()} has more bytes than it says.`)
    yield bytes
  }
  if (left > 0) throw new NotAFile(`${root.toString()} has fewer bytes than it says.`)

  async function* walk({ cid, block, from, size, depth }: Place): AsyncGenerator<Uint8Array, void> {
    const bytes = await block
    signal?.throwIfAborted()
    if (cid.code === RAW) {
      requireSize(cid, bytes.length, size)
      yield* cut(bytes, from)
      return
    }
    const { unixfs, links } = readNode(cid, bytes)
    requireSize(cid, Number(unixfs.fileSize()), size)
    const own = unixfs.data ?? new Uint8Array()
    yield* cut(own, from)
    if (links.length !== unixfs.blockSizes.length || depth >= DEEPEST) {
      throw new NotAFile(`${cid.toString()} does not say how long its parts are.`)
    }
    yield* walkAll(wantedOf(links, unixfs.blockSizes, from + own.length), depth + 1)
  }

  async function* walkAll(wanted: readonly Child[], depth: number): AsyncGenerator<Uint8Array, void> {
    let next = ask(wanted[0])
    for (const [index, child] of wanted.entries()) {
      const block = next ?? getBlock(child.cid, get, signal)
      next = ask(wanted[index + 1])
      yield* walk({ ...child, block, depth })
    }
  }

  function ask(child: Child | undefined): Promise<Uint8Array> | undefined {
    if (child === undefined) return undefined
    const asked = getBlock(child.cid, get, signal)
    // When the reader leaves before, nobody hears how it ended.
    asked.catch(() => undefined)
    return asked
  }

  function* cut(bytes: Uint8Array, from: number): Generator<Uint8Array, void> {
    const wanted = bytes.subarray(Math.max(0, start - from), Math.max(0, end - from))
    if (wanted.length > 0) yield wanted
  }

  function wantedOf(links: readonly CID[], sizes: readonly bigint[], first: number): readonly Child[] {
    let from = first
    return links.flatMap((cid, index) => {
      const child = { cid, from, size: Number(sizes[index]) }
      from += child.size
      return from > start && child.from < end && from > child.from ? [child] : []
    })
  }
}

/** Without this, nodes that promise bytes and have none could be walked through for years. */
function requireSize(cid: CID, has: number, promised: number | undefined): void {
  if (promised === undefined || has === promised) return
  throw new NotAFile(`${cid.toString()} has ${has} bytes, and ${promised} were promised.`)
}

type Child = {
  readonly cid: CID
  readonly from: number
  /** As its parent says; the root has none. */
  readonly size: number | undefined
}

type Place = Child & { readonly block: Promise<Uint8Array>; readonly depth: number }
