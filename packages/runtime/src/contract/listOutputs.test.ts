// What apps leave, at their worst.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { closeSync, existsSync, openSync } from 'node:fs'
import { link, mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { crc32 } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { MachineFault } from '../job.ts'
import { removeFolder } from './folders.ts'
import { listOutputs, readPlain, type OutputFile } from './listOutputs.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iexec-outputs-'))
})
afterEach(async () => rm(folder, { recursive: true, force: true }))

const limits = { outputBytes: 1_000_000, outputFiles: 100 }

async function list(): Promise<readonly OutputFile[]> {
  return listOutputs(folder, limits)
}

test('every plain file is found, with its size and hashes, however it is called', async () => {
  await mkdir(join(folder, 'sub/deep'), { recursive: true })
  const contents = { 'a.txt': 'a', 'sub/deep/b': '', 'line\nbreak': 'x', 'é \u{1F600}': 'y', '-rf *': 'z' }
  for (const [name, content] of Object.entries(contents)) await writeFile(join(folder, name), content)

  const files = await list()

  expect(Object.fromEntries(files.map(({ name, size }) => [name, size]))).toEqual({
    'a.txt': 1,
    'sub/deep/b': 0,
    'line\nbreak': 1,
    'é \u{1F600}': 1,
    '-rf *': 1,
  })
  const file = files.find(({ name }) => name === 'a.txt')
  expect(file?.sha256()).toBe(`0x${createHash('sha256').update('a').digest('hex')}`)
  expect(file?.crc32).toBe(crc32('a'))
})

test('a large file is hashed piece by piece', async () => {
  const content = Buffer.alloc(3_000_000, 'abc')
  await writeFile(join(folder, 'large'), content)

  const [file] = await listOutputs(folder, { ...limits, outputBytes: 3_000_000 })

  expect(file?.sha256()).toBe(`0x${createHash('sha256').update(content).digest('hex')}`)
})

test.each([
  ['to a file outside', '/etc/passwd'],
  ['to a folder outside', '/etc'],
  ['to nothing', 'none'],
  ['to a file beside it', 'real'],
])('a symbolic link %s is refused', async (_, target) => {
  await writeFile(join(folder, 'real'), 'x')
  await symlink(target, join(folder, 'link'))

  await expect(list()).rejects.toMatchObject({
    kind: 'RESULT_REFUSED',
    message: 'The app left "link", which is a symbolic link.',
  })
})

test('a pipe is refused, and nobody waits for its other end', async () => {
  execFileSync('sh', ['-c', 'mkfifo pipe'], { cwd: folder })

  await expect(list()).rejects.toMatchObject({
    kind: 'RESULT_REFUSED',
    message: expect.stringContaining('special file'),
  })
})

test('a socket is refused', async () => {
  const server = createServer()
  await new Promise<void>((resolve) => {
    server.listen(join(folder, 'socket'), resolve)
  })

  await expect(list()).rejects.toMatchObject({ kind: 'RESULT_REFUSED' })
  server.close()
})

test.each(['a\\b', 'C:x'])('the name %j, which leads out of its folder on some systems, is refused', async (name) => {
  await writeFile(join(folder, name), 'x')

  await expect(list()).rejects.toMatchObject({ kind: 'RESULT_REFUSED' })
})

test('a name that is not UTF-8 is refused, because nobody could name it in an archive', async () => {
  await writeFile(Buffer.concat([Buffer.from(`${folder}/`), Buffer.of(0xff, 0xfe)]), 'x')

  await expect(list()).rejects.toMatchObject({ message: expect.stringContaining('not UTF-8') })
})

test('as many files and bytes as are allowed are fine, and one more is too many', async () => {
  await writeFile(join(folder, 'a'), '12345')
  await mkdir(join(folder, 'b'))
  await writeFile(join(folder, 'b/c'), '12345')

  expect((await listOutputs(folder, { outputBytes: 10, outputFiles: 3 })).length).toBe(2)
  await expect(listOutputs(folder, { outputBytes: 9, outputFiles: 3 })).rejects.toMatchObject({ kind: 'APP_DISK_FULL' })
  await expect(listOutputs(folder, { outputBytes: 10, outputFiles: 2 })).rejects.toMatchObject({
    kind: 'APP_DISK_FULL',
  })
})

test('a file that is long and empty counts as long as it says', async () => {
  await writeFile(join(folder, 'sparse'), '')
  await truncate(join(folder, 'sparse'), 1e12)

  await expect(list()).rejects.toMatchObject({ kind: 'APP_DISK_FULL' })
})

test('two names for one file are two files', async () => {
  await writeFile(join(folder, 'a'), 'x')
  await link(join(folder, 'a'), join(folder, 'b'))

  expect((await list()).length).toBe(2)
})

test('a hundred thousand files are too many, and that is known soon', async () => {
  // In memory where that is possible: only to make them takes long on a disk.
  const many = await mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'iexec-outputs-'))
  for (let file = 0; file < 100_000; file++) closeSync(openSync(join(many, String(file)), 'w'))

  await expect(listOutputs(many, limits)).rejects.toMatchObject({ kind: 'APP_DISK_FULL' })
  await rm(many, { recursive: true })
})

test('folders deeper than can be named are too many, and can be removed nevertheless', async () => {
  const loop = 'i=0; while [ $i -lt 60 ]; do mkdir $0 && cd -P $0 || exit; i=$((i+1)); done'
  execFileSync('sh', ['-c', loop, 'd'.repeat(100)], { cwd: folder })

  await expect(list()).rejects.toMatchObject({ name: 'OutputFault' })
  await removeFolder(folder)
  expect(existsSync(folder)).toBe(false)
})

test('a path below the folder may be long, and one more byte is too much, wherever the folder is', async () => {
  const deep = join(folder, ...Array.from({ length: 12 }, () => 'd'.repeat(248)))
  await mkdir(deep, { recursive: true })

  await writeFile(join(deep, 'e'.repeat(12)), '')
  const longest = await list()
  await writeFile(join(deep, 'e'.repeat(13)), '')

  expect(longest).toHaveLength(1)
  await expect(list()).rejects.toMatchObject({ kind: 'APP_DISK_FULL' })
})

test('what an app locked is opened', async () => {
  await mkdir(join(folder, 'locked'))
  await writeFile(join(folder, 'locked/file'), 'x', { mode: 0o000 })
  execFileSync('chmod', ['000', join(folder, 'locked')])

  expect((await list()).map(({ name }) => name)).toEqual(['locked/file'])
})

test('a file that changes while it is read is noticed', async () => {
  const path = join(folder, 'a')
  await writeFile(path, '12345')
  const read = async (size: number): Promise<string> => text(readPlain(path, size))

  await expect(read(4)).rejects.toThrow(MachineFault)
  await expect(read(6)).rejects.toThrow(MachineFault)
  expect(await read(5)).toBe('12345')
})
