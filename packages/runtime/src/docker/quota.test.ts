// What counts as written, and where counting stops.
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { addToQuota, measure } from './quota.ts'

let folder: string
const boundless = { outputBytes: Infinity, outputFiles: Infinity }

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iexec-quota-'))
})

afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

test('files, folders and links are counted, and the sizes of the files alone', async () => {
  await mkdir(join(folder, 'a/b'), { recursive: true })
  await writeFile(join(folder, 'a/b/c'), '12345')
  await symlink('/', join(folder, 'root'))

  const usage = await measure([folder], boundless)

  expect(usage).toEqual({ bytes: 5, entries: 4 })
})

test('a sparse file counts as long as it says to be', async () => {
  await writeFile(join(folder, 'sparse'), '')
  await truncate(join(folder, 'sparse'), 1e12)

  const usage = await measure([folder], boundless)

  expect(usage).toEqual({ bytes: 1e12, entries: 1 })
})

test('exactly the quota is allowed, and one more is not', async () => {
  await writeFile(join(folder, 'a'), '123')
  await writeFile(join(folder, 'b'), '45')

  const usages = await Promise.all([
    measure([folder], { outputBytes: 5, outputFiles: 2 }),
    measure([folder], { outputBytes: 4, outputFiles: 2 }),
    measure([folder], { outputBytes: 5, outputFiles: 1 }),
  ])

  expect(usages).toEqual([{ bytes: 5, entries: 2 }, 'too-much', 'too-much'])
})

test('a path below the folder may be long, and one more byte is too much, wherever the folder is', async () => {
  const deep = join(folder, ...Array.from({ length: 12 }, () => 'd'.repeat(248)))
  await mkdir(deep, { recursive: true })

  await writeFile(join(deep, 'e'.repeat(12)), '')
  const longest = await measure([folder], boundless)
  await writeFile(join(deep, 'e'.repeat(13)), '')
  const longer = await measure([folder], boundless)

  expect([longest, longer]).toEqual([{ bytes: 0, entries: 13 }, 'too-much'])
})

test('what was there before is added to the quota', () => {
  const quota = addToQuota({ outputBytes: 100, outputFiles: 10 }, { bytes: 5, entries: 1 })

  expect(quota).toEqual({ outputBytes: 105, outputFiles: 11 })
})

test('a folder that is not there counts as nothing', async () => {
  const usage = await measure([join(folder, 'gone')], boundless)

  expect(usage).toEqual({ bytes: 0, entries: 0 })
})
