// A shelf of its own for a test: an empty database and an empty folder.
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CID } from 'multiformats/cid'
import { onTestFinished } from 'vitest'
import type { Engine } from '@iexec/service'
import { openTestDatabase } from '@iexec/service/test/database'
import type { Blocks } from '../blocks/blocks.ts'
import { openFolder } from '../blocks/folder.ts'
import { importFiles } from '../content/importFiles.ts'
import { readFile } from '../content/readFile.ts'
import { migrations, type Tables } from './schema.ts'
import { openUpload, type Ending, type Shelf, type Uploader } from './upload.ts'

/** A shelf, a clock that stands still, and the folder of the blocks. */
export type TestShelf = Shelf & { readonly folder: string; readonly clock: { now: number } }

/** Opens a shelf that is gone after the test. */
export async function openTestShelf(engine: Engine, change: Partial<Shelf> = {}): Promise<TestShelf> {
  const folder = await mkdtemp(join(tmpdir(), 'storage-test-'))
  onTestFinished(async () => rm(folder, { recursive: true, force: true }))
  const blocks: Blocks = openFolder(folder)
  await blocks.open()
  const clock = { now: 1_700_000_000_000 }
  const database = await openTestDatabase<Tables>(engine, { migrations })
  const own = { process: 'this one', abandoned: new Set<string>(), folder, clock }
  return { database, blocks, quotaBytes: 1e9, now: () => clock.now, ...own, ...change }
}

/** Somebody with a gigabyte. */
export const somebody: Uploader = { kind: 'added', owner: 'somebody', quotaBytes: 1e9 }

/** Brings one file, and returns its content identifier. */
export async function bring(
  shelf: Shelf,
  content: Uint8Array,
  { uploader = somebody, ...change }: Partial<Ending> & { readonly uploader?: Uploader } = {},
): Promise<CID> {
  const upload = await openUpload(shelf, uploader)
  try {
    let root: CID | undefined
    for await (const { cid } of importFiles([{ content }], upload.take)) root = cid
    if (root === undefined) throw new Error('Nothing was imported.')
    await upload.finish({ root, state: 'public', keepUntil: undefined, ...change })
    return root
  } catch (error) {
    await upload.abandon()
    throw error
  }
}

/** The names of all files in the folder of blocks. */
export async function listFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name)
}

/** The whole content of a file. */
export async function readWhole(shelf: Shelf, root: CID, end: number): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const piece of readFile(root, { start: 0, end }, shelf.blocks.get)) pieces.push(piece)
  return Buffer.concat(pieces)
}
