import * as fc from 'fast-check'
import type { ImportCandidate } from 'ipfs-unixfs-importer'
import { expect, test } from 'vitest'
import { hashBytes } from '../blocks/hash.ts'
import { importFiles, mostBytesOfBlocks, USUAL_FORM, type ImportForm } from './importFiles.ts'
import { cidOfFile, cidOfFolder } from './testKubo.ts'

const take = async (): Promise<void> => Promise.resolve()

async function rootOf(source: readonly ImportCandidate[], form: Partial<ImportForm> = {}): Promise<string> {
  let root = ''
  for await (const { cid } of importFiles(source, take, { ...USUAL_FORM, ...form })) root = cid.toString()
  return root
}

const text = (words: string): Uint8Array => new TextEncoder().encode(words)

/** Bytes that look random and are the same each time. */
function patterned(length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  for (let at = 0; at < length; at++) bytes[at] = (at * 2_654_435_761) >>> 13
  return bytes
}

test.each([1, 262_144, 262_145, 3 * 262_144, 174 * 262_144, 174 * 262_144 + 1, 348 * 262_144 + 1])(
  'the blocks of a file of %d bytes have no more bytes than is said before, and hardly less',
  async (length) => {
    let bytes = 0
    const piece = new Uint8Array(1_048_576)
    const content = (function* () {
      for (let at = 0; at < length; at += piece.length) yield piece.subarray(0, Math.min(piece.length, length - at))
    })()

    for await (const _ of importFiles([{ content }], async (_hash, block) => {
      bytes += block.length
    }));

    expect(bytes).toBeLessThanOrEqual(mostBytesOfBlocks(length))
    expect(bytes).toBeGreaterThan(0.999 * mostBytesOfBlocks(length) - 128)
  },
)

test.each([
  ['hello world\n', 'QmT78zSuBmuS4z925WZfrqQ1qHaJ56DQaTfyMUF7F8ff5o'],
  ['hello world', 'Qmf412jQZiuVUtdgnB36FXFX7xg5V6KEbSJ4dpQuhkLyfD'],
  ['', 'QmbFMke1KXqnYyBBWxB74N4c5SBnJMVAiMNRcGu6x1AwQH'],
])('the file %j has the content identifier that kubo gives it', async (words, cid) => {
  expect(await rootOf([{ content: text(words) }])).toBe(cid)
})

test('the empty folder has the content identifier that kubo gives it', async () => {
  expect(await rootOf([{ path: 'empty' }])).toBe('QmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3Nn')
})

test.each([1, 262_143, 262_144, 262_145, 3 * 262_144, 174 * 262_144, 174 * 262_144 + 1])(
  'a file of %d bytes is cut and linked as kubo does',
  async (length) => {
    const content = patterned(length)

    expect(await rootOf([{ content }])).toBe(cidOfFile(content))
  },
)

test('how the bytes arrive makes no difference', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat({ max: 200_000 }), { maxLength: 8 }), async (lengths) => {
      const whole = patterned(lengths.reduce((sum, length) => sum + length, 0))
      let at = 0
      const pieces = lengths.map((length) => whole.subarray(at, (at += length)))

      expect(await rootOf([{ content: pieces }])).toBe(cidOfFile(whole))
    }),
    { numRuns: 15 },
  )
})

test('a folder around a file is linked as kubo does', async () => {
  const root = await rootOf([{ path: 'list.json', content: text('[]') }], { wrapWithDirectory: true })

  expect(root).toBe(cidOfFolder({ 'list.json': text('[]') }))
})

test('the files of a folder are sorted by the bytes of their names', async () => {
  const files = { 'b.txt': text('b'), 'a.txt': text('a'), é: text('e'), Z: text('z') }
  const source = Object.entries(files).map(([name, content]) => ({ path: `top/${name}`, content }))

  expect(await rootOf(source)).toBe(cidOfFolder(files))
})

test('version 1 with raw leaves names a small file by the hash of its bytes', async () => {
  const root = await rootOf([{ content: text('hello world\n') }], { cidVersion: 1, rawLeaves: true })

  expect(root).toBe('bafkreifjjcie6lypi6ny7amxnfftagclbuxndqonfipmb64f2km2devei4')
})

test('every block is taken under the hash of its bytes', async () => {
  const taken: string[] = []

  const imported = importFiles([{ content: patterned(600_000) }], async (hash, bytes) => {
    await Promise.resolve()
    expect(hashBytes(bytes)).toBe(hash)
    taken.push(hash)
  })
  await imported.next()

  expect(new Set(taken).size).toBe(4)
})
