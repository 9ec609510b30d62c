// A storage whose disk is full says so, counts nothing that it refused, and goes on once there is room.
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import type { Hub } from '../result/hub.ts'
import { startTestApp, type TestApp } from '../testApp.ts'
import { hashToken } from '../http/who.ts'
import { LONGEST_UPLOAD_MS, sweep } from './sweep.ts'
import { bring, listFiles, openTestShelf, somebody } from './testShelf.ts'
import { openUpload } from './upload.ts'
import { hashBytes } from '../blocks/hash.ts'

/** SQLite's own way to have a full disk: no more pages than these, or those that it has. */
async function allowPages({ shelf }: TestApp, pages: number): Promise<void> {
  await shelf.database.write(async (writer) => sql`pragma max_page_count = ${sql.lit(pages)}`.execute(writer))
}

async function add(url: string, content: string): Promise<Response> {
  const form = new FormData()
  form.append('file', new Blob([content]), 'file')
  const headers = { authorization: 'Bearer a-token-of-a-requester' }
  return fetch(`${url}/api/v0/add`, { method: 'POST', body: form, headers })
}

test('a full disk is 507 with a sentence and unwell until there is room again', async () => {
  // An owner that takes many pages in the tables.
  const tokens = new Map([[hashToken('a-token-of-a-requester'), 'n'.repeat(100_000)]])
  const app = await startTestApp({ config: { tokens }, hub: { chainId: 1 } as Hub })
  const health = async (): Promise<Response> => fetch(`${app.url}/health`)
  await allowPages(app, 1)

  const before = await health()
  const refused = await add(app.url, 'no room')
  const during = await health()
  await allowPages(app, 1_000_000)

  expect([before.status, refused.status, during.status]).toEqual([200, 507, 503])
  expect(await refused.json()).toMatchObject({
    ok: false,
    error: 'The disk of this storage is full: bring it again later, or elsewhere.',
  })
  expect(await during.json()).toMatchObject({
    ok: false,
    reason: 'The disk is full, so nothing is taken: make room on it.',
    bytes: 0,
  })
  await expect.poll(async () => (await health()).json(), { timeout: 5_000 }).toMatchObject({ ok: true, reason: null })
  expect((await add(app.url, 'room')).status).toBe(200)
  // What was tried is gone.
  expect(await listFiles(app.shelf.folder)).toHaveLength(1)
})

test('a storage whose quota is used up is unwell, and well again with some room', async () => {
  const app = await startTestApp({ config: { quotaBytes: 200_000_000 }, hub: { chainId: 1 } as Hub })
  const hold = async (bytes: number): Promise<unknown> => {
    await app.shelf.database.write(async (writer) => writer.updateTable('total').set({ bytes }).execute())
    return (await fetch(`${app.url}/health`)).json()
  }

  const [full, roomy] = [await hold(199_800_000), await hold(199_700_000)]

  expect(full).toMatchObject({
    ok: false,
    reason: 'The quota is used up, 199.8 MB of 200.0 MB, so nothing is taken: raise --quota.',
  })
  expect(roomy).toMatchObject({ ok: true, reason: null })
})

test('what was refused is not counted, also when it could not be forgotten at once', async () => {
  const shelf = await openTestShelf('sqlite')
  const { database } = shelf
  const setReadable = async (isOnly: boolean): Promise<void> => {
    await database.write(async (writer) => sql`pragma query_only = ${sql.lit(isOnly ? 1 : 0)}`.execute(writer))
  }
  await bring(shelf, new Uint8Array([1]))
  const upload = await openUpload(shelf, somebody)
  const bytes = new Uint8Array(1_000)
  await upload.take(hashBytes(bytes), bytes)

  await setReadable(true)
  await upload.abandon()
  await setReadable(false)
  await sweep(shelf, shelf.now() - LONGEST_UPLOAD_MS)

  const { bytes: counted } = await database.read.selectFrom('total').select('bytes').executeTakeFirstOrThrow()
  expect(counted).toBeLessThan(1_000)
  expect(await listFiles(shelf.folder)).toHaveLength(1)
  expect(shelf.abandoned.size).toBe(0)
})
