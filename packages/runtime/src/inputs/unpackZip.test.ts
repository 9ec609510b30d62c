// Zip files of strangers: bombs, ways out of the folder, links; and those that are fine.
import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ZipFile } from 'yazl'
import { unpackZip, type Unpacked, type ZipBudget } from './unpackZip.ts'

let base: string
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'iexec-zip-'))
})
afterAll(async () => rm(base, { recursive: true }))

type File = { readonly name: string; readonly content?: string | Buffer; readonly mode?: number }

async function zipOf(files: readonly File[]): Promise<Buffer> {
  const zip = new ZipFile()
  for (const { name, content = '', mode = 0o10_0644 } of files) zip.addBuffer(Buffer.from(content), name, { mode })
  zip.end()
  return buffer(zip.outputStream)
}

let folders = 0
async function unpack(
  zip: Buffer,
  budget: ZipBudget = { bytes: 1_000_000, entries: 100 },
): Promise<{ readonly files: readonly Unpacked[]; readonly folder: string }> {
  const folder = join(base, String(folders++))
  await mkdir(folder)
  await writeFile(`${folder}.zip`, zip)
  const files = await unpackZip(`${folder}.zip`, { folder, budget, signal: new AbortController().signal })
  return { files, folder }
}

/** A zip file in which one name was replaced by another of the same length, in all places. */
function rename(zip: Buffer, from: string, to: string): Buffer {
  return Buffer.from(zip.toString('latin1').replaceAll(from, to), 'latin1')
}

test('files and folders come out, with the right to be run where they had it', async () => {
  const { folder, files } = await unpack(
    await zipOf([
      { name: 'data/a.csv', content: 'a' },
      { name: 'run.sh', content: 'exit', mode: 0o10_0755 },
      { name: 'line\nbreak' },
    ]),
  )

  expect(await readFile(join(folder, 'data/a.csv'), 'utf8')).toBe('a')
  expect((await stat(join(folder, 'run.sh'))).mode & 0o777).toBe(0o755)
  expect(files.map(({ name }) => name)).toEqual(['data/a.csv', 'run.sh', 'line\nbreak'])
})

test('a zip bomb is refused before a byte of it is written', async () => {
  const bomb = await zipOf([{ name: 'zeros', content: Buffer.alloc(2_000_000) }])
  const budget = { bytes: 1_999_999, entries: 100 }

  await expect(unpack(bomb, budget)).rejects.toMatchObject({
    name: 'FetchFault',
    message: expect.stringContaining('more bytes than the 1999999 that are allowed'),
  })
  expect(await readdir(join(base, String(folders - 1)))).toEqual([])
  expect(budget).toEqual({ bytes: 1_999_999, entries: 100 })
})

test('what grows to more than two hundred times its size is refused, even where there would be room', async () => {
  const bomb = await zipOf([{ name: 'zeros', content: Buffer.alloc(100_000_001) }])

  await expect(unpack(bomb, { bytes: 1e9, entries: 1 })).rejects.toThrow('grows to more than 200 times its size')
})

test('a bomb that lies about its size is cut off at that size', async () => {
  const zip = await zipOf([{ name: 'zeros', content: Buffer.alloc(500_000) }])
  const size = Buffer.alloc(4)
  size.writeUInt32LE(500_000)
  const lie = Buffer.alloc(4)
  lie.writeUInt32LE(10)

  await expect(unpack(rename(zip, size.toString('latin1'), lie.toString('latin1')))).rejects.toThrow(
    'A zip file cannot be unpacked',
  )
})

test('a path that not every worker can name is refused by all of them', async () => {
  const folder = `${'d'.repeat(248)}/`.repeat(12)

  expect((await unpack(await zipOf([{ name: folder + 'e'.repeat(12) }]))).files).toHaveLength(1)
  await expect(unpack(await zipOf([{ name: folder + 'e'.repeat(13) }]))).rejects.toThrow('a name in it is too long')
})

test('too many files are refused, over all zip files together', async () => {
  const budget = { bytes: 1000, entries: 3 }
  await unpack(await zipOf([{ name: 'a' }, { name: 'b' }]), budget)

  await expect(unpack(await zipOf([{ name: 'a' }, { name: 'b' }]), budget)).rejects.toThrow('more files than the 1')
})

test.each([
  ['aa/bb.txt', '../bb.txt'],
  ['aa/bb.txt', '/a/bb.txt'],
  ['aa/bb.txt', 'a//bb.txt'],
  ['aa/bb.txt', 'C:/bb.txt'],
  ['aa/bb.txt', '..\\bb.txt'],
  ['aaa/b', 'a/../'],
])('%s that became %s does not leave the folder', async (from, to) => {
  const zip = rename(await zipOf([{ name: from, content: 'x' }]), from, to)

  await expect(unpack(zip)).rejects.toMatchObject({ name: 'FetchFault', reason: 'forbidden' })
})

test('links and devices are refused', async () => {
  for (const mode of [0o12_0777, 0o06_0666, 0o01_0666]) {
    await expect(unpack(await zipOf([{ name: 'x', content: '/etc/passwd', mode }]))).rejects.toThrow(
      'is a link or a special file',
    )
  }
})

test('what is no zip file, or packed in an unknown way, is left as it is', async () => {
  const strange = await zipOf([{ name: 'a', content: 'x'.repeat(100) }])
  // The method stands in both headers.
  const unknown = rename(strange, '\u0014\0\0\b\b\0', '\u0014\0\0\b\u005f\0')

  expect((await unpack(Buffer.from('PK is not enough'))).files).toEqual([])
  expect((await unpack(Buffer.alloc(0))).files).toEqual([])
  expect((await unpack(unknown)).files).toEqual([])
})

test('what stands in the folder already stays', async () => {
  const folder = join(base, String(folders))
  const zip = await zipOf([
    { name: 'a', content: 'new' },
    { name: 'a/b', content: 'new' },
  ])
  const { files } = await unpack(zip)

  expect(await readFile(join(folder, 'a'), 'utf8')).toBe('new')
  expect(files.map(({ name }) => name)).toEqual(['a'])
})
