// Archives: the same bytes from the same files, readable by others.
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { crc32 } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPromise } from 'yauzl'
import { MachineFault } from '../job.ts'
import { entryOf, writeArchive, type ArchiveEntry } from './archive.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iexec-archive-'))
})
afterAll(async () => rm(folder, { recursive: true }))

async function fileEntry(name: string, content: string | Buffer): Promise<ArchiveEntry> {
  const path = join(folder, createHash('sha256').update(name).digest('hex'))
  await writeFile(path, content)
  return { name, size: Buffer.byteLength(content), crc32: crc32(content), content: path }
}

async function unzip(file: string): Promise<Readonly<Record<string, string>>> {
  const zip = await openPromise(file, { lazyEntries: true, autoClose: false })
  const files: Record<string, string> = {}
  for await (const entry of zip.eachEntry()) {
    files[entry.fileName] = (await buffer(await zip.openReadStreamPromise(entry))).toString()
  }
  zip.close()
  return files
}

test('others unpack what was put in, whatever its name', async () => {
  const file = join(folder, 'names.zip')
  const contents = { 'a/b.txt': 'content', 'line\nbreak': '', 'é\u{1F600}': 'x' }
  const entries = await Promise.all(Object.entries(contents).map(async ([name, content]) => fileEntry(name, content)))

  const archive = await writeArchive(file, [...entries, entryOf('stdout.txt', Buffer.from('hello'))])

  expect(await unzip(file)).toEqual({ ...contents, 'stdout.txt': 'hello' })
  const bytes = await readFile(file)
  expect(archive).toEqual({
    file,
    bytes: bytes.length,
    sha256: `0x${createHash('sha256').update(bytes).digest('hex')}`,
  })
})

test('order, times and where the files are change nothing', async () => {
  const entries = [await fileEntry('b', 'B'), await fileEntry('a', 'A'), entryOf('stdout.txt', Buffer.from(''))]
  const one = await writeArchive(join(folder, 'one.zip'), entries)
  for (const { content } of entries) if (typeof content === 'string') await utimes(content, 1, 1)
  const other = await writeArchive(join(folder, 'other.zip'), [
    entryOf('a', Buffer.from('A')),
    ...entries.toReversed().slice(0, 1),
    ...entries.slice(0, 1),
  ])

  expect(other.sha256).toBe(one.sha256)
})

test('these are the bytes of an archive, on every machine', async () => {
  const { sha256, bytes } = await writeArchive(join(folder, 'vector.zip'), [
    entryOf('a.txt', Buffer.from('hello')),
    entryOf('stdout.txt', Buffer.from('')),
  ])

  expect([bytes, sha256]).toMatchInlineSnapshot(`
    [
      209,
      "0xde6fe1090384654a67d30ba1d4ca3e4232f9f390c18c01a255d4f0d7e1e26e6b",
    ]
  `)
})

test('an empty archive is one', async () => {
  const { bytes } = await writeArchive(join(folder, 'empty.zip'), [])

  expect(bytes).toBe(22)
})

test('a file that changed since it was hashed makes no archive', async () => {
  const entry = await fileEntry('changing', 'before')
  const file = join(folder, 'changed.zip')
  if (typeof entry.content === 'string') await writeFile(entry.content, 'behind')

  await expect(writeArchive(file, [entry])).rejects.toThrow(MachineFault)
  expect([existsSync(file), existsSync(`${file}.part`)]).toEqual([false, false])
})

test('a large file needs little memory', async () => {
  const size = 100_000_000
  const content = Buffer.alloc(size)
  const entry = await fileEntry('large', content)
  const before = process.memoryUsage().arrayBuffers

  let most = 0
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage().arrayBuffers - before)
  }, 5)
  const { bytes } = await writeArchive(join(folder, 'large.zip'), [entry])
  clearInterval(watch)

  expect(bytes).toBeGreaterThan(size)
  expect(most).toBeLessThan(20_000_000)
})
