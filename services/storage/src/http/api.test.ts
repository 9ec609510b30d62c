import { once } from 'node:events'
import { request } from 'node:http'
import { expect, test } from 'vitest'
import { cidOfFile, cidOfFolder } from '../content/testKubo.ts'
import { sweep } from '../keep/sweep.ts'
import { listFiles } from '../keep/testShelf.ts'
import { addFile, startTestApp } from '../testApp.ts'
import { hashToken } from './who.ts'

type Added = { readonly Name: string; readonly Hash: string; readonly Size: string }

type AddOptions = { readonly query?: string; readonly headers?: Readonly<Record<string, string>> }

async function add(
  url: string,
  files: Readonly<Record<string, string>>,
  { query = '', headers = {} }: AddOptions = {},
): Promise<Response> {
  const form = new FormData()
  for (const [name, content] of Object.entries(files))
    form.append('file', new Blob([content]), encodeURIComponent(name))
  return fetch(`${url}/api/v0/add?${query}`, { method: 'POST', body: form, headers })
}

function from(address: string): AddOptions {
  return { headers: { 'x-real-ip': address } }
}

async function linesOf(answer: Response): Promise<readonly Added[]> {
  const body = await answer.text()
  return body
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Added)
}

const text = (words: string): Uint8Array => new TextEncoder().encode(words)

test('a file is answered with one line, as kubo says it', async () => {
  const { url } = await startTestApp()

  const answer = await add(url, { 'list.json': 'hello world\n' }, { query: 'stream-channels=true&progress=false' })

  expect(await linesOf(answer)).toEqual([
    { Name: 'list.json', Hash: 'QmT78zSuBmuS4z925WZfrqQ1qHaJ56DQaTfyMUF7F8ff5o', Size: '20' },
  ])
})

test('each file of a folder has a line, and the folder around all the last one', async () => {
  const { url } = await startTestApp()

  const lines = await linesOf(await add(url, { 'a.txt': 'a', 'b.txt': 'b' }, { query: 'wrap-with-directory=true' }))

  expect(lines.map(({ Name: name }) => name)).toEqual(['a.txt', 'b.txt', ''])
  expect(lines.at(-1)?.Hash).toBe(cidOfFolder({ 'a.txt': text('a'), 'b.txt': text('b') }))
})

test('paths make folders, and quieter names only the last', async () => {
  const { url } = await startTestApp()

  const lines = await linesOf(await add(url, { 'top/a.txt': 'a' }, { query: 'quieter=true' }))

  expect(lines).toMatchObject([{ Name: 'top', Hash: cidOfFolder({ 'a.txt': text('a') }) }])
})

test('only-hash names a file and keeps nothing', async () => {
  const { url, shelf } = await startTestApp()

  const [line] = await linesOf(await add(url, { x: 'hello' }, { query: 'only-hash=true' }))

  expect(line?.Hash).toBe(cidOfFile(text('hello')))
  expect(await listFiles(shelf.folder)).toEqual([])
})

test('version 1 has raw leaves', async () => {
  const { url } = await startTestApp()

  const [line] = await linesOf(await add(url, { x: 'hello world\n' }, { query: 'cid-version=1' }))

  expect(line?.Hash).toBe('bafkreifjjcie6lypi6ny7amxnfftagclbuxndqonfipmb64f2km2devei4')
})

test.each(['chunker=size-1024', 'hash=blake3', 'trickle=true', 'cid-version=2'])(
  'what would make other identifiers is refused, not ignored: %s',
  async (query) => {
    const { url } = await startTestApp()

    const answer = await add(url, { x: 'x' }, { query })

    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ ok: false, Type: 'error' })
  },
)

test.each(['../x', 'a/../b', '/', '%00', '%zz'])('the name %j is refused', async (name) => {
  const { url } = await startTestApp()
  const body = `--b\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\n\r\nx\r\n--b--\r\n`

  const answer = await fetch(`${url}/api/v0/add`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'multipart/form-data; boundary=b' },
  })

  expect(answer.status).toBe(400)
})

test.each([
  ['text/plain', 'hello'],
  ['multipart/form-data', 'hello'],
  ['multipart/form-data; boundary=b', 'hello'],
  ['multipart/form-data; boundary=b', '--b\r\ncontent-disposition: form-data; name="file"; filename="x"\r\n\r\nx'],
  ['multipart/form-data; boundary=b', '--b--\r\n'],
])('a body that is no multipart of files is refused (%s, %j), and nothing is kept of it', async (type, body) => {
  const { url, shelf } = await startTestApp()

  const answer = await fetch(`${url}/api/v0/add`, { method: 'POST', body, headers: { 'content-type': type } })

  expect(answer.status).toBe(400)
  await sweep(shelf, 0)
  expect(await listFiles(shelf.folder)).toEqual([])
})

test('who hangs up in the middle of a file leaves nothing', async () => {
  const { url, shelf } = await startTestApp()
  const sending = request(`${url}/api/v0/add`, {
    method: 'POST',
    headers: { 'content-type': 'multipart/form-data; boundary=b', 'content-length': 10_000_000 },
  })
  sending.on('error', () => undefined)
  sending.write('--b\r\ncontent-disposition: form-data; name="file"; filename="x"\r\n\r\n')
  sending.write(Buffer.alloc(5_000_000))
  const blocks = shelf.database.read.selectFrom('block').select('hash')
  await expect.poll(async () => blocks.execute(), { message: 'blocks that are coming' }).not.toEqual([])

  sending.destroy()

  const holdings = shelf.database.read.selectFrom('holding').select('id')
  await expect.poll(async () => holdings.execute(), { message: 'what is kept or coming' }).toEqual([])
  await sweep(shelf, 0)
  expect(await listFiles(shelf.folder)).toEqual([])
})

test('files beyond the limit of a request are refused, whether their length is told or not', async () => {
  const { url } = await startTestApp({ config: { maxUploadBytes: 1_000_000 } })

  const told = await add(url, { x: 'x'.repeat(3_000_000) })
  const untold = await add(url, { x: 'x'.repeat(1_000_001) })
  const exact = await add(url, { x: 'x'.repeat(1_000_000) })

  expect([told.status, untold.status, exact.status]).toEqual([413, 413, 200])
})

test('a full storage says so with 507, an uploader without room with 413', async () => {
  const full = await startTestApp({ config: { quotaBytes: 1_000 } })
  const mine = await startTestApp({ config: { uploaderQuotaBytes: 1_000 } })

  expect((await add(full.url, { x: 'x'.repeat(1_001) })).status).toBe(507)
  expect((await add(mine.url, { x: 'x'.repeat(1_001) })).status).toBe(413)
})

test('by default, only this machine and holders of a token may add; a page in a browser is neither', async () => {
  const tokens = new Map([[hashToken('a-token-of-the-requester'), 'requester']])
  const { url, shelf } = await startTestApp({ config: { tokens } })
  const proxied = { 'x-real-ip': '203.0.113.7' }

  const answers = [
    await add(url, { x: '1' }),
    await add(url, { x: '2' }, { headers: proxied }),
    await add(url, { x: '3' }, { headers: { origin: 'https://page.example' } }),
    await add(url, { x: '4' }, { headers: { ...proxied, authorization: 'Bearer a-token-of-the-requester' } }),
    await add(url, { x: '5' }, { headers: { authorization: 'Bearer a-token-of-nobody' } }),
  ]

  expect(answers.map(({ status }) => status)).toEqual([200, 403, 403, 200, 401])
  const owners = await shelf.database.read.selectFrom('holding').select('owner').orderBy('owner').execute()
  expect(owners).toEqual([{ owner: 'local' }, { owner: 'token requester' }])
})

test('where pages of this machine may add, those of other websites and other machines may not', async () => {
  const { url, shelf } = await startTestApp({ config: { open: 'local-pages' } })
  const page = { headers: { origin: 'http://127.0.0.1:8551' } }

  const answers = [
    await add(url, { x: '1' }),
    await add(url, { x: '2' }, page),
    await add(url, { x: '3' }, { headers: { origin: 'https://page.example' } }),
    await add(url, { x: '4' }, { headers: { ...page.headers, 'x-real-ip': '203.0.113.7' } }),
  ]

  expect(answers.map(({ status }) => status)).toEqual([200, 200, 403, 403])
  expect(await answers[2]?.text()).toContain('Only programs and pages of the machine of this storage')
  const owners = await shelf.database.read.selectFrom('holding').select('owner').orderBy('owner').execute()
  expect(owners).toEqual([{ owner: 'address page' }, { owner: 'local' }])
})

test('where everybody may add, each address has its quota, and its files their time', async () => {
  const { url, shelf } = await startTestApp({
    config: { open: 'everyone', addressQuotaBytes: 1_000, keepStrangersMs: 5 },
  })

  const answers = [
    await add(url, { x: 'a'.repeat(900) }, from('203.0.113.7')),
    await add(url, { x: 'b'.repeat(900) }, from('203.0.113.7')),
    await add(url, { x: 'c'.repeat(900) }, from('203.0.113.8')),
  ]

  expect(answers.map(({ status }) => status)).toEqual([200, 413, 200])
  const kept = await shelf.database.read.selectFrom('holding').select('keep_until').execute()
  expect(kept.every(({ keep_until }) => keep_until !== null)).toBe(true)
})

test('cat gives a file or a part of it', async () => {
  const { url } = await startTestApp()
  const cid = await addFile(url, text('0123456789'))
  const cat = async (query: string): Promise<string> =>
    (await fetch(`${url}/api/v0/cat?${query}`, { method: 'POST' })).text()

  expect(await cat(`arg=${cid}`)).toBe('0123456789')
  expect(await cat(`arg=/ipfs/${cid}&offset=3&length=2`)).toBe('34')
})

test('an uploader takes back what he brought, and nobody else can', async () => {
  const tokens = new Map([[hashToken('a-token-of-the-requester'), 'requester']])
  const { url } = await startTestApp({ config: { tokens } })
  const cid = await addFile(url, text('mine'))
  const remove = async (headers: Readonly<Record<string, string>>): Promise<number> =>
    (await fetch(`${url}/api/v0/pin/rm?arg=${cid}`, { method: 'POST', headers })).status

  expect(await remove({ authorization: 'Bearer a-token-of-the-requester' })).toBe(404)
  expect(await remove({})).toBe(200)
  expect((await fetch(`${url}/ipfs/${cid}`)).status).toBe(404)
})

test('an uploader lists what he brought, and nobody else does', async () => {
  const tokens = new Map([[hashToken('a-token-of-the-requester'), 'requester']])
  const { url } = await startTestApp({ config: { tokens } })
  const cid = await addFile(url, text('mine'))
  const list = async (query: string, headers = {}): Promise<unknown> =>
    (await fetch(`${url}/api/v0/pin/ls?${query}`, { method: 'POST', headers })).json()

  expect(await list(`arg=/ipfs/${cid}&type=recursive`)).toEqual({ Keys: { [cid]: { Type: 'recursive' } } })
  expect(await list('stream=true')).toEqual({ Cid: cid, Type: 'recursive' })
  expect(await list('', { authorization: 'Bearer a-token-of-the-requester' })).toEqual({ Keys: {} })
  expect(await list('arg=other')).toMatchObject({ Message: "path 'other' is not pinned" })
})

test('a block is described by its length', async () => {
  const { url } = await startTestApp()
  const cid = await addFile(url, text('mine'))

  const answer = await fetch(`${url}/api/v0/block/stat?arg=${cid}`, { method: 'POST' })

  expect(await answer.json()).toEqual({ Key: cid, Size: 12 })
})

test('the API is not asked by GET', async () => {
  const { url } = await startTestApp()

  expect((await fetch(`${url}/api/v0/version`)).status).toBe(405)
  expect((await fetch(`${url}/api/v0/version`, { method: 'POST' })).status).toBe(200)
})

test('a client that asks before it sends is told to go on, and one that may not is not', async () => {
  const { url } = await startTestApp()
  const ask = async (
    headers: Readonly<Record<string, string>>,
  ): Promise<{ readonly isAsked: boolean; readonly status: number }> => {
    const body = '--b\r\ncontent-disposition: form-data; name="file"; filename="x"\r\n\r\nx\r\n--b--\r\n'
    const sending = request(`${url}/api/v0/add`, {
      method: 'POST',
      headers: {
        'content-type': 'multipart/form-data; boundary=b',
        'content-length': body.length,
        expect: '100-continue',
        ...headers,
      },
    })
    let isAsked = false
    sending.once('continue', () => {
      isAsked = true
      sending.end(body)
    })
    sending.flushHeaders()
    const [answer] = (await once(sending, 'response')) as [{ readonly statusCode: number; readonly resume: () => void }]
    answer.resume()
    sending.destroy()
    return { isAsked, status: answer.statusCode }
  }

  expect(await ask({})).toEqual({ isAsked: true, status: 200 })
  expect(await ask({ 'x-real-ip': '203.0.113.7' })).toEqual({ isAsked: false, status: 403 })
})

test('a name of more folders than can be asked for is refused', async () => {
  const { url } = await startTestApp()
  const addDeep = async (folders: number): Promise<Response> => {
    const form = new FormData()
    form.append('file', new Blob(['1']), encodeURIComponent(`${'d/'.repeat(folders)}file`))
    return fetch(`${url}/api/v0/add`, { method: 'POST', body: form })
  }

  expect([(await addDeep(63)).status, (await addDeep(64)).status]).toEqual([200, 400])
})
