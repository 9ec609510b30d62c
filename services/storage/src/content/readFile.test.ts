import * as fc from 'fast-check'
import { encode, prepare } from '@ipld/dag-pb'
import { UnixFS } from 'ipfs-unixfs'
import { CID } from 'multiformats/cid'
import { create } from 'multiformats/hashes/digest'
import { expect, test } from 'vitest'
import { hashBytes, type BlockHash } from '../blocks/hash.ts'
import { find, type GetBlock } from './find.ts'
import { importFiles, USUAL_FORM } from './importFiles.ts'
import { readFile } from './readFile.ts'

type Kept = { readonly root: CID; readonly get: GetBlock; readonly asked: BlockHash[] }

async function keep(content: Uint8Array, rawLeaves = false): Promise<Kept> {
  const blocks = new Map<BlockHash, Uint8Array>()
  const asked: BlockHash[] = []
  const take = async (hash: BlockHash, bytes: Uint8Array): Promise<void> => {
    blocks.set(hash, bytes)
    await Promise.resolve()
  }
  let root: CID | undefined
  for await (const { cid } of importFiles([{ content }], take, { ...USUAL_FORM, rawLeaves })) root = cid
  if (root === undefined) throw new Error('Nothing was imported.')
  const get = async (hash: BlockHash): Promise<Uint8Array | undefined> => {
    asked.push(hash)
    return Promise.resolve(blocks.get(hash))
  }
  return { root, get, asked }
}

async function read({ root, get }: Kept, start: number, end: number): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const piece of readFile(root, { start, end }, get)) pieces.push(piece)
  return Buffer.concat(pieces)
}

function cidOf(bytes: Uint8Array): CID {
  return CID.createV1(0x70, create(0x12, Buffer.from(hashBytes(bytes), 'hex')))
}

const content = new Uint8Array(1_000_000).map((_, at) => (at * 2_654_435_761) >>> 11)

test('any part of a file is what was put in', async () => {
  const kept = [await keep(content), await keep(content, true)] as const

  await fc.assert(
    fc.asyncProperty(
      fc.nat({ max: content.length }),
      fc.nat({ max: content.length }),
      fc.boolean(),
      async (one, other, raw) => {
        const [start, end] = [Math.min(one, other), Math.max(one, other)]

        const found = await read(kept[raw ? 1 : 0], start, end)

        expect(found.equals(content.subarray(start, end))).toBe(true)
      },
    ),
    { numRuns: 50 },
  )
})

test('only the blocks of the part are fetched', async () => {
  const kept = await keep(content)

  await read(kept, 500_000, 500_001)

  expect(kept.asked).toHaveLength(2)
})

test('blocks are fetched as they are taken, one ahead', async () => {
  const kept = await keep(content)
  const reader = readFile(kept.root, { start: 0, end: content.length }, kept.get)

  await reader.next()

  expect(kept.asked).toHaveLength(3)
  await reader.return()
})

test('a missing block ends the reading, and is named', async () => {
  const { root } = await keep(content)

  await expect(read({ root, get: async () => Promise.resolve(undefined), asked: [] }, 0, 1)).rejects.toThrow(
    `The block ${root.toString()} is not here.`,
  )
})

test('a file that is shorter or longer than its root says is not read to its end', async () => {
  const kept = await keep(content)
  const size = (await find(kept.root, [], kept)) as { readonly size: number }

  expect(size).toMatchObject({ kind: 'file', size: content.length })
  await expect(read(kept, 0, content.length + 1)).rejects.toThrow('has fewer bytes than it says')
})

test('a node that does not say how long its parts are is refused', async () => {
  const leaf = encode(prepare({ Data: new UnixFS({ type: 'file', data: new Uint8Array(3) }).marshal(), Links: [] }))
  const links = [{ Name: '', Hash: cidOf(leaf), Tsize: 3 }]
  const root = encode(prepare({ Data: new UnixFS({ type: 'file' }).marshal(), Links: links }))
  const get: GetBlock = async () => Promise.resolve(root)

  await expect(read({ root: cidOf(root), get, asked: [] }, 0, 3)).rejects.toThrow('does not say how long')
})

test('nodes that promise bytes and have none are not walked through for ever', async () => {
  const blocks = new Map<BlockHash, Uint8Array>()
  const keepNode = (links: readonly CID[]): CID => {
    const data = new UnixFS({ type: 'file', blockSizes: links.map(() => 1n) }).marshal()
    const node = encode(prepare({ Data: data, Links: links.map((Hash) => ({ Name: '', Hash, Tsize: 1 })) }))
    blocks.set(hashBytes(node), node)
    return cidOf(node)
  }
  let root = keepNode([])
  for (let level = 0; level < 5; level++) root = keepNode(Array.from({ length: 1000 }, () => root))
  const get: GetBlock = async (hash) => Promise.resolve(blocks.get(hash))

  await expect(read({ root, get, asked: [] }, 0, 1000)).rejects.toThrow('has 1000 bytes, and 1 were promised')
})
