// Uploads, what is seen of them, quotas, and the collection of garbage.
import * as fc from 'fast-check'
import { CID } from 'multiformats/cid'
import { expect, test } from 'vitest'
import { onBothEngines } from '@iexec/service/test/database'
import { hashOf, type BlockHash } from '../blocks/hash.ts'
import { importFiles, mostBytesOfBlocks, type Imported } from '../content/importFiles.ts'
import { dropHolding } from './drop.ts'
import { bytesOf } from './room.ts'
import { sweep, LONGEST_UPLOAD_MS } from './sweep.ts'
import { bring, listFiles, openTestShelf, readWhole, somebody, type TestShelf } from './testShelf.ts'
import { openUpload } from './upload.ts'
import { isPublic } from './visible.ts'

const CHUNK = 262_144

/** Files of whole chunks; equal letters are equal blocks. */
function chunks(letters: string): Uint8Array {
  const bytes = new Uint8Array(letters.length * CHUNK)
  for (const [index, letter] of letters.split('').entries())
    bytes.fill(letter.charCodeAt(0), index * CHUNK, (index + 1) * CHUNK)
  return bytes
}

function hashOfRoot(root: CID): BlockHash {
  const hash = hashOf(root)
  if (hash === undefined) throw new Error('There is no hash.')
  return hash
}

async function dropRoot({ database }: TestShelf, root: CID): Promise<void> {
  const { id } = await database.read
    .selectFrom('holding')
    .select('id')
    .where('root', '=', root.toString())
    .executeTakeFirstOrThrow()
  await database.write(async (writer) => dropHolding(writer, id))
}

async function sweepNow(shelf: TestShelf): Promise<void> {
  await sweep(shelf, shelf.now() - LONGEST_UPLOAD_MS)
}

onBothEngines('what is kept', (engine) => {
  test('a file is seen when its last block is on the disk, and not before', async () => {
    const shelf = await openTestShelf(engine)
    const upload = await openUpload(shelf, somebody)
    let root: CID | undefined
    for await (const { cid } of importFiles([{ content: chunks('abc') }], upload.take)) root = cid
    if (root === undefined) throw new Error('Nothing was imported.')
    const before = await isPublic(shelf.database.read, hashOfRoot(root))

    await upload.finish({ root, state: 'public', keepUntil: undefined })

    expect(before).toBe(false)
    expect(await isPublic(shelf.database.read, hashOfRoot(root))).toBe(true)
    expect((await readWhole(shelf, root, 3 * CHUNK)).equals(chunks('abc'))).toBe(true)
  })

  test('equal blocks of several files are stored once', async () => {
    const shelf = await openTestShelf(engine)

    await bring(shelf, chunks('aab'))
    await bring(shelf, chunks('bba'), { uploader: { ...somebody, owner: 'other' } })

    expect(await listFiles(shelf.folder)).toHaveLength(4)
  })

  test('what the same uploader brings twice counts once, and is kept for the longer time', async () => {
    const shelf = await openTestShelf(engine)
    await bring(shelf, chunks('a'), { keepUntil: shelf.now() + 2 })

    await bring(shelf, chunks('a'), { keepUntil: shelf.now() + 1 })

    const holdings = await shelf.database.read.selectFrom('holding').select('keep_until').execute()
    expect(holdings).toEqual([{ keep_until: shelf.now() + 2 }])
  })

  test('an uploader may have exactly his quota', async () => {
    const shelf = await openTestShelf(engine)
    const size = await bytesOf(shelf.database.read, 'nobody')
    await bring(shelf, chunks('a'))
    const one = await bytesOf(shelf.database.read, somebody.owner)

    await bring(shelf, chunks('b'), { uploader: { ...somebody, quotaBytes: 2 * one } })
    const third = bring(shelf, Uint8Array.of(1), { uploader: { ...somebody, quotaBytes: 2 * one + 8 } })

    await expect(third).rejects.toThrow(
      `With this you would have ${2 * one + 9} bytes here, and may have ${2 * one + 8}.`,
    )
    expect(size).toBe(0)
  })

  test('a full storage takes nothing more, and forgets what it took of the file', async () => {
    const shelf = await openTestShelf(engine, { quotaBytes: 2 * CHUNK })

    await expect(bring(shelf, chunks('abcdefgh'))).rejects.toMatchObject({ name: 'NoRoom', of: 'storage' })
    await sweepNow(shelf)

    expect(await listFiles(shelf.folder)).toEqual([])
    expect(await shelf.database.read.selectFrom('total').select('bytes').execute()).toEqual([{ bytes: 0 }])
  })

  test('what lies in the spool needs room until it is stored, or forgotten', async () => {
    const shelf = await openTestShelf(engine, { quotaBytes: 5 * CHUNK })
    const coming = await openUpload(shelf, somebody, CHUNK)
    await openUpload(shelf, somebody, CHUNK)

    await expect(openUpload(shelf, somebody, CHUNK / 2 + 1)).rejects.toMatchObject({ name: 'NoRoom', of: 'storage' })
    await expect(bring(shelf, chunks('a'))).rejects.toMatchObject({ name: 'NoRoom', of: 'storage' })
    await coming.abandon()
    await bring(shelf, chunks('a'))
    shelf.clock.now += LONGEST_UPLOAD_MS + 1
    await sweepNow(shelf)
    await bring(shelf, chunks('b'))

    expect(await listFiles(shelf.folder)).toHaveLength(2)
  })

  test('what was let into the spool has room for its blocks, whatever else comes meanwhile', async () => {
    const room = mostBytesOfBlocks(3 * CHUNK)
    const shelf = await openTestShelf(engine, { quotaBytes: 4 * room })
    const uploads = [await openUpload(shelf, somebody, room), await openUpload(shelf, somebody, room)]
    const contents = ['abc', 'cde'].map(chunks)

    await expect(bring(shelf, Uint8Array.of(1))).rejects.toThrow(/would hold \d+ bytes, and may hold/u)
    const roots = await Promise.all(
      uploads.map(async ({ take }, index) => importFiles([{ content: contents[index] ?? chunks('') }], take).next()),
    )
    for (const [index, { value }] of roots.entries())
      await uploads[index]?.finish({ root: (value as Imported).cid, state: 'public', keepUntil: undefined })

    await expect(bring(shelf, Uint8Array.of(1))).resolves.toBeDefined()
  })

  test('of what is coming counts for an uploader what lies in the spool, or what is stored of it, not both', async () => {
    const shelf = await openTestShelf(engine)
    const root = await bring(shelf, chunks('ab'))
    const size = await bytesOf(shelf.database.read, somebody.owner)
    const uploader = { ...somebody, owner: 'other', quotaBytes: size + 8 }
    const upload = await openUpload(shelf, uploader, size)

    const more = bring(shelf, Uint8Array.of(1), { uploader })
    await expect(more).rejects.toThrow(`With this you would have ${size + 9} bytes here, and may have ${size + 8}.`)
    for await (const { cid } of importFiles([{ content: chunks('ab') }], upload.take)) expect(cid).toEqual(root)
    await upload.finish({ root, state: 'public', keepUntil: undefined })

    expect(await bytesOf(shelf.database.read, 'other')).toBe(size)
  })

  test('a file goes at the very moment at which its time has passed', async () => {
    const shelf = await openTestShelf(engine)
    const root = await bring(shelf, chunks('ab'), { keepUntil: shelf.now() + 10 })

    shelf.clock.now += 9
    await sweepNow(shelf)
    const before = await isPublic(shelf.database.read, hashOfRoot(root))
    shelf.clock.now += 1
    await sweepNow(shelf)

    expect(before).toBe(true)
    expect(await isPublic(shelf.database.read, hashOfRoot(root))).toBe(false)
    expect(await listFiles(shelf.folder)).toEqual([])
  })

  test('a block that another file holds stays', async () => {
    const shelf = await openTestShelf(engine)
    const gone = await bring(shelf, chunks('ab'))
    const stays = await bring(shelf, chunks('bc'))

    await dropRoot(shelf, gone)
    await sweepNow(shelf)

    expect((await readWhole(shelf, stays, 2 * CHUNK)).equals(chunks('bc'))).toBe(true)
    expect(await listFiles(shelf.folder)).toHaveLength(3)
  })

  test('a block of a file that is just coming stays', async () => {
    const shelf = await openTestShelf(engine)
    const gone = await bring(shelf, chunks('ab'))
    const upload = await openUpload(shelf, { ...somebody, owner: 'other' })
    let root: CID | undefined
    for await (const { cid } of importFiles([{ content: chunks('ab') }], upload.take)) root = cid

    await dropRoot(shelf, gone)
    await sweepNow(shelf)
    await upload.finish({ root: root ?? gone, state: 'public', keepUntil: undefined })

    expect((await readWhole(shelf, gone, 2 * CHUNK)).equals(chunks('ab'))).toBe(true)
  })

  test('the leftovers of an upload whose process is gone are removed, a younger upload stays', async () => {
    const shelf = await openTestShelf(engine)
    const leave = async (letter: string): Promise<void> => {
      const upload = await openUpload(shelf, somebody)
      await importFiles([{ content: chunks(letter) }], upload.take).next()
    }
    await leave('a')
    shelf.clock.now += 1

    await leave('b')
    await sweep(shelf, shelf.now())

    expect(await listFiles(shelf.folder)).toHaveLength(1)
  })

  test('whatever uploads, removals and sweeps do at the same time, files are whole and nothing is left over', async () => {
    const alphabet = ['a', 'b', 'c', 'd']
    const work = fc.record({
      letters: fc.string({ unit: fc.constantFrom(...alphabet), minLength: 1, maxLength: 3 }),
      act: fc.constantFrom('bring', 'bring', 'abandon', 'drop', 'sweep'),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(work, { maxLength: 14 }), async (works) => {
        const shelf = await openTestShelf(engine)
        const owners = works.map((_, index) => ({ ...somebody, owner: String(index) }))
        const running = works.map(async ({ letters, act }, index) => {
          const uploader = owners[index] ?? somebody
          if (act === 'sweep') return sweepNow(shelf)
          if (act === 'abandon') {
            const upload = await openUpload(shelf, uploader)
            await importFiles([{ content: chunks(letters) }], upload.take).next()
            return upload.abandon()
          }
          const root = await bring(shelf, chunks(letters), { uploader })
          if (act === 'bring') return undefined
          await dropRoot(shelf, root)
          return sweepNow(shelf)
        })

        await Promise.all(running)
        await sweepNow(shelf)

        const kept = await shelf.database.read.selectFrom('holding').select('root').execute()
        const needed = new Set<string>()
        for (const { root } of kept) {
          for (const { hash } of await heldBy(shelf, root)) needed.add(hash)
          await expect(readWhole(shelf, CID.parse(root), CHUNK)).resolves.toHaveLength(CHUNK)
        }
        expect(new Set(await listFiles(shelf.folder))).toEqual(needed)
      }),
      { numRuns: engine === 'sqlite' ? 12 : 3 },
    )
  })
})

async function heldBy({ database }: TestShelf, root: string): Promise<readonly { readonly hash: string }[]> {
  return database.read
    .selectFrom('held')
    .innerJoin('holding', 'holding.id', 'held.holding')
    .select('hash')
    .where('root', '=', root)
    .execute()
}
