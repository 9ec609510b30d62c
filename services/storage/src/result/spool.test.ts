// What a process leaves in the spool when it is killed, and what the next one does about it.
import { spawnSync } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { onBothEngines } from '@iexec/service/test/database'
import { dropLoading } from '../keep/drop.ts'
import { bring, openTestShelf, somebody } from '../keep/testShelf.ts'
import { openUpload } from '../keep/upload.ts'
import { openSpool } from './spool.ts'

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'spool-test-'))
  onTestFinished(async () => rm(folder, { recursive: true, force: true }))
  return folder
}

onBothEngines('the spool', (engine) => {
  test('gives back at once the room of archives that a killed process was taking, and leaves those of a living one', async () => {
    const folder = await newFolder()
    const shelf = await openTestShelf(engine, { quotaBytes: 1_000_000 })
    const [killed, living] = [`${spawnSync('true').pid}-1`, `${process.ppid}-1`]
    for (const name of [killed, living]) {
      await openUpload({ ...shelf, process: name }, somebody, 200_000)
      await writeFile(join(folder, name), '')
    }
    const before = openUpload(shelf, somebody, 200_000)
    await expect(before).rejects.toThrow('This storage is full: with this it would hold 1200000 bytes')

    const own = await openSpool(folder, async (names) => dropLoading(shelf.database, names))

    await openUpload(shelf, somebody, 200_000)
    const loading = await shelf.database.read.selectFrom('holding').select('process').execute()
    expect(loading.map(({ process: name }) => name).toSorted()).toEqual([living, shelf.process].toSorted())
    expect((await readdir(folder)).toSorted()).toEqual([living, own].toSorted())
  })

  test('takes no file away that a killed process had brought to its end', async () => {
    const folder = await newFolder()
    const killed = `${spawnSync('true').pid}-1`
    const shelf = await openTestShelf(engine, { process: killed })
    await bring(shelf, Uint8Array.of(1))
    await writeFile(join(folder, killed), '')

    await openSpool(folder, async (names) => dropLoading(shelf.database, names))

    expect(await shelf.database.read.selectFrom('holding').select('state').execute()).toEqual([{ state: 'public' }])
  })
})
