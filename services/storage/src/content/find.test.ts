import { CID } from 'multiformats/cid'
import { expect, test } from 'vitest'
import type { BlockHash } from '../blocks/hash.ts'
import { find, type GetBlock } from './find.ts'
import { importFiles } from './importFiles.ts'

async function keepFolder(names: readonly string[]): Promise<{ readonly root: CID; readonly get: GetBlock }> {
  const blocks = new Map<BlockHash, Uint8Array>()
  const source = names.map((name) => ({ path: `top/${name}`, content: new TextEncoder().encode(name) }))
  let root: CID | undefined
  const imported = importFiles(source, async (hash, bytes) => {
    blocks.set(hash, bytes)
    await Promise.resolve()
  })
  for await (const { cid } of imported) root = cid
  if (root === undefined) throw new Error('Nothing was imported.')
  return { root, get: async (hash) => Promise.resolve(blocks.get(hash)) }
}

async function namesOf(root: CID, get: GetBlock): Promise<readonly string[]> {
  const found = await find(root, [], { get })
  const names: string[] = []
  if (found?.kind === 'folder') for await (const { name } of found.entries()) names.push(name)
  return names
}

const getNothing: GetBlock = async () => Promise.resolve(undefined)
const getRubbish: GetBlock = async () => Promise.resolve(Uint8Array.of(1, 2, 3))

test('a file deep in a folder is found by its path', async () => {
  const { root, get } = await keepFolder(['a/b/c.txt', 'd.txt'])

  expect(await find(root, ['a', 'b', 'c.txt'], { get })).toMatchObject({ kind: 'file', size: 9 })
  expect(await find(root, ['a', 'b'], { get })).toMatchObject({ kind: 'folder' })
})

test.each([[['x']], [['d.txt', 'x']], [['a', '']], [['a\\', 'b']], [Array.from({ length: 65 }, () => 'a')]])(
  'a path that leads nowhere finds nothing: %j',
  async (names) => {
    const { root, get } = await keepFolder(['a/b/c.txt', 'd.txt'])

    expect(await find(root, names, { get })).toBeUndefined()
  },
)

test('a folder that is too large for one block is found through, and listed whole', async () => {
  const names = Array.from({ length: 6_000 }, (_, index) => `result-of-task-${index}.txt`)
  const { root, get } = await keepFolder(names)

  expect(await find(root, ['result-of-task-4711.txt'], { get })).toMatchObject({ kind: 'file', size: 23 })
  expect((await namesOf(root, get)).toSorted()).toEqual(names.toSorted())
})

test('a block on the way that is not here is named', async () => {
  const root = CID.parse('QmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3Nn')

  await expect(find(root, ['a'], { get: getNothing })).rejects.toThrow(`The block ${root.toString()} is not here.`)
})

test('bytes that are no node of a file are refused', async () => {
  const root = CID.parse('QmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3Nn')

  await expect(find(root, [], { get: getRubbish })).rejects.toThrow('is no file and no folder')
})
