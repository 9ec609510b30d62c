// From which byte two results differ.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { entryOf, type ArchiveEntry } from '../contract/archive.ts'
import { compareOutputs } from './compareOutputs.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iexec-compare-'))
})
afterAll(async () => rm(folder, { recursive: true }))

async function onDisk(name: string, content: Buffer): Promise<ArchiveEntry> {
  const path = join(folder, name)
  await writeFile(path, content)
  return { name: 'result', size: content.length, crc32: 0, content: path }
}

test('the first byte that differs is found, also far behind the beginning', async () => {
  const content = Buffer.alloc(300_000, 'x')
  const changed = Buffer.from(content)
  changed[200_000] = 0x79
  const [one, other] = [await onDisk('one', content), await onDisk('other', changed)]

  expect(await compareOutputs([one], [other])).toEqual([
    { output: 'result', fromByte: 200_000, excerpts: ['x'.repeat(40), `y${'x'.repeat(39)}`] },
  ])
  expect(await compareOutputs([one], [one])).toEqual([])
})

test('a file that ends earlier differs from where it ends', async () => {
  const [short, long] = [await onDisk('short', Buffer.alloc(65_536)), await onDisk('long', Buffer.alloc(65_537))]

  expect(await compareOutputs([short], [long])).toMatchObject([{ fromByte: 65_536 }])
  expect(await compareOutputs([long], [short])).toMatchObject([{ fromByte: 65_536 }])
})

test('files that only one of them has are named', async () => {
  const [one, other] = [entryOf('a', Buffer.from('')), entryOf('b', Buffer.from(''))]

  expect(await compareOutputs([one], [other])).toEqual([
    { output: 'a', missingIn: 'second' },
    { output: 'b', missingIn: 'first' },
  ])
})

test('any two contents are compared right', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array(), fc.uint8Array(), async (one, other) => {
      const found = await compareOutputs([entryOf('x', one)], [entryOf('x', other)])

      const length = Math.max(one.length, other.length)
      const place = Array.from({ length }, (_, at) => one[at] === other[at]).indexOf(false)
      expect(found[0]?.fromByte ?? -1).toBe(place)
    }),
  )
})
