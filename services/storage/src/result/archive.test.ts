import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findDigests } from '@iexec/protocol'
import { expect, onTestFinished, test } from 'vitest'
import { BadArchive, readArchive } from './archive.ts'
import { makeArchive } from './testArchive.ts'

async function written(bytes: Uint8Array): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'archive-test-'))
  onTestFinished(async () => rm(folder, { recursive: true, force: true }))
  const path = join(folder, 'result.zip')
  await writeFile(path, bytes)
  return path
}

const files = { 'result.txt': 'forty-two', 'deep/er.txt': 'x'.repeat(100_000), 'stdout.txt': 'hello' }

test.each([true, false])(
  'files are found with their digests, also those that were written as a stream (%s)',
  async (isStreamed) => {
    const path = await written(await makeArchive(files, { isStreamed }))

    const found = await readArchive(path)

    expect(found.map(({ name, size }) => [name, size])).toEqual([
      ['result.txt', 9],
      ['deep/er.txt', 100_000],
      ['stdout.txt', 5],
    ])
    expect(findDigests(found, false)[0]?.covers).toEqual(['deep/er.txt', 'result.txt'])
  },
)

test('the bytes of a file that says something of the result are at hand', async () => {
  const path = await written(await makeArchive({ 'determinism.iexec': `0x${'ab'.repeat(32)}` }))

  const [digest] = findDigests(await readArchive(path), false)

  expect(digest).toMatchObject({ rule: 'declared', digest: `0x${'ab'.repeat(32)}` })
})

test('an archive that unpacks to more than is allowed is refused before it is unpacked', async () => {
  const path = await written(await makeArchive({ 'bomb.txt': '0'.repeat(3_000_000) }))

  await expect(readArchive(path, { maxBytes: 2_999_999, maxFiles: 10 })).rejects.toThrow('more than 2999999 bytes')
  await expect(readArchive(path, { maxBytes: 3_000_000, maxFiles: 10 })).resolves.toHaveLength(1)
})

test('an archive with more files than are allowed is refused', async () => {
  const path = await written(await makeArchive(files))

  await expect(readArchive(path, { maxBytes: 1e9, maxFiles: 2 })).rejects.toThrow('it has 3 files, and 2 at most')
})

test.each(['../up.txt', '/root.txt', 'a//b', 'a\\b', 'C:x', 'a/./b', 'nul\0'])(
  'the name %j is refused',
  async (name) => {
    // yazl refuses some of them itself: the name is put in afterwards.
    const bytes = await makeArchive({ ['n'.repeat(Buffer.byteLength(name))]: 'x' })
    const changed = Buffer.from(bytes.toString('latin1').replaceAll('n'.repeat(name.length), name), 'latin1')

    await expect(readArchive(await written(changed))).rejects.toThrow('leads out of its folder')
  },
)

test('a link is refused', async () => {
  const path = await written(await makeArchive({ link: '/etc/passwd' }, { mode: 0o12_0777 }))

  await expect(readArchive(path)).rejects.toThrow('is a link or a special file')
})

test('a lie about the size of a file is found out', async () => {
  const bytes = await makeArchive({ 'result.txt': 'x'.repeat(1000) })
  const at = bytes.indexOf(Buffer.from([0x50, 0x4b, 1, 2]))
  bytes.writeUInt32LE(10, at + 24)
  bytes.writeUInt32LE(10, 22)

  await expect(readArchive(await written(bytes))).rejects.toThrow(BadArchive)
})

test('a name that differs between the directory and the header before the file is refused', async () => {
  const bytes = await makeArchive({ 'result.txt': 'x' })
  bytes.write('resulT.txt', 30)

  await expect(readArchive(await written(bytes))).rejects.toThrow('says something else')
})

test.each([
  ['before its first file', (bytes: Buffer) => Buffer.concat([Buffer.from('x'), bytes])],
  ['behind its end', (bytes: Buffer) => Buffer.concat([bytes, Buffer.from('x')])],
  ['between its files', (bytes: Buffer) => insertBehindFirst(bytes)],
])('a byte %s is refused', async (_, change) => {
  const bytes = await makeArchive({ 'a.txt': 'a', 'b.txt': 'b' })

  await expect(readArchive(await written(change(bytes)))).rejects.toThrow(BadArchive)
})

/** Puts a byte behind the first file, and moves all that stand behind it. */
function insertBehindFirst(bytes: Buffer): Buffer {
  const second = bytes.indexOf(Buffer.from([0x50, 0x4b, 3, 4]), 4)
  const changed = Buffer.concat([bytes.subarray(0, second), Buffer.from('x'), bytes.subarray(second)])
  const end = changed.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]))
  changed.writeUInt32LE(changed.readUInt32LE(end + 16) + 1, end + 16)
  const entries = changed.indexOf(Buffer.from([0x50, 0x4b, 1, 2]))
  const next = changed.indexOf(Buffer.from([0x50, 0x4b, 1, 2]), entries + 4)
  changed.writeUInt32LE(changed.readUInt32LE(next + 42) + 1, next + 42)
  return changed
}

test('a damaged file is refused', async () => {
  const bytes = await makeArchive({ 'a.txt': 'abc' }, { compress: false })
  bytes[bytes.indexOf('abc')] = 0x78

  await expect(readArchive(await written(bytes))).rejects.toThrow('is damaged')
})

test('what is no archive is refused', async () => {
  await expect(readArchive(await written(Buffer.from('hello')))).rejects.toThrow('it is no zip archive')
})
