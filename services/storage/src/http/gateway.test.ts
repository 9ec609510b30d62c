import { connect } from 'node:net'
import { once } from 'node:events'
import { rm, writeFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { CID } from 'multiformats/cid'
import { expect, test } from 'vitest'
import { hashOf } from '../blocks/hash.ts'
import { addFile, startTestApp } from '../testApp.ts'

const content = new Uint8Array(700_000).map((_, at) => (at * 2_654_435_761) >>> 11)
const text = (words: string): Uint8Array => new TextEncoder().encode(words)

async function bytesOf(answer: Response): Promise<Buffer> {
  return Buffer.from(await answer.arrayBuffer())
}

test('a file is served whole, by its content identifier in both versions', async () => {
  const { url } = await startTestApp()
  const cid = await addFile(url, content)

  const answers = [await fetch(`${url}/ipfs/${cid}`), await fetch(`${url}/ipfs/${CID.parse(cid).toV1().toString()}`)]

  for (const answer of answers) {
    expect(answer.status).toBe(200)
    expect((await bytesOf(answer)).equals(content)).toBe(true)
  }
  expect(answers[0]?.headers.get('etag')).toBe(`"${cid}"`)
  expect(answers[0]?.headers.get('cache-control')).toContain('immutable')
  expect(answers[0]?.headers.get('content-length')).toBe('700000')
})

test('HEAD says the same without the bytes', async () => {
  const { url } = await startTestApp()
  const cid = await addFile(url, content)

  const answer = await fetch(`${url}/ipfs/${cid}`, { method: 'HEAD' })

  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-length')).toBe('700000')
  expect(await bytesOf(answer)).toHaveLength(0)
})

test.each([
  ['bytes=0-99', 0, 100],
  ['bytes=262143-262145', 262_143, 262_146],
  ['bytes=699990-', 699_990, 700_000],
  ['bytes=-7', 699_993, 700_000],
])('the range %s is served alone', async (range, start, end) => {
  const { url } = await startTestApp()
  const cid = await addFile(url, content)

  const answer = await fetch(`${url}/ipfs/${cid}`, { headers: { range } })

  expect(answer.status).toBe(206)
  expect(answer.headers.get('content-range')).toBe(`bytes ${start}-${end - 1}/700000`)
  expect((await bytesOf(answer)).equals(content.subarray(start, end))).toBe(true)
})

test('a range behind the end, and several at once, are refused with the size', async () => {
  const { url } = await startTestApp()
  const cid = await addFile(url, text('0123456789'))

  for (const range of ['bytes=10-', 'bytes=0-1,3-4']) {
    const answer = await fetch(`${url}/ipfs/${cid}`, { headers: { range } })

    expect(answer.status).toBe(416)
    expect(answer.headers.get('content-range')).toBe('bytes */10')
  }
})

test('a range of another version of a file is answered with the whole file', async () => {
  const { url } = await startTestApp()
  const cid = await addFile(url, content)

  const answer = await fetch(`${url}/ipfs/${cid}`, { headers: { range: 'bytes=0-1', 'if-range': '"other"' } })

  expect(answer.status).toBe(200)
  expect(await bytesOf(answer)).toHaveLength(700_000)
})

test('who has the file already is told so without it', async () => {
  const { url } = await startTestApp()
  const cid = await addFile(url, content)

  for (const known of [`"${cid}"`, `W/"${cid}"`, '*', `"other", "${cid}"`]) {
    const answer = await fetch(`${url}/ipfs/${cid}`, { headers: { 'if-none-match': known } })

    expect(answer.status).toBe(304)
  }
})

test.each(['page.html', 'drawing.svg', 'script.js', 'feed.xml', 'page.xhtml', 'page.HTML'])(
  "a stranger's %s is saved, not run",
  async (name) => {
    const { url } = await startTestApp()
    const cid = await addFile(url, text('<script>alert(1)</script>'), name)

    const answer = await fetch(`${url}/ipfs/${cid}?filename=${name}`)

    expect(answer.headers.get('content-type')).toBe('application/octet-stream')
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment/u)
    expect(answer.headers.get('content-security-policy')).toContain('sandbox')
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    await answer.body?.cancel()
  },
)

test('a folder is listed as JSON or as a page in which names are only text', async () => {
  const { url } = await startTestApp()
  const form = new FormData()
  form.append('file', new Blob(['1']), encodeURIComponent('<img src=x>.txt'))
  form.append('file', new Blob(['2']), encodeURIComponent('deep/two.txt'))
  const added = await fetch(`${url}/api/v0/add?wrap-with-directory=true&quieter=true`, { method: 'POST', body: form })
  const { Hash: cid } = (await added.json()) as { readonly Hash: string }

  const list = (await (await fetch(`${url}/ipfs/${cid}/`)).json()) as {
    readonly entries: readonly { readonly name: string }[]
  }
  const page = await fetch(`${url}/ipfs/${cid}`, { headers: { accept: 'text/html' } })

  expect(list.entries.map(({ name }) => name)).toEqual(['<img src=x>.txt', 'deep'])
  const html = await page.text()
  expect(html).toContain('&lt;img src=x&gt;.txt')
  expect(html).not.toContain('<img')
  expect(page.headers.get('content-security-policy')).toContain('sandbox')
  expect(await (await fetch(`${url}/ipfs/${cid}/deep/two.txt`)).text()).toBe('2')
  expect((await fetch(`${url}/ipfs/${cid}/deep/three.txt`)).status).toBe(404)
  expect((await fetch(`${url}/ipfs/${cid}/%2e%2e/x`)).status).toBe(400)
})

test('a raw block is served for whoever verifies by himself', async () => {
  const { url } = await startTestApp()
  const cid = await addFile(url, text('hello world\n'))

  const answer = await fetch(`${url}/ipfs/${cid}?format=raw`)

  const bytes = await bytesOf(answer)
  expect(answer.headers.get('content-type')).toBe('application/vnd.ipld.raw')
  expect(bytes.subarray(-4).toString('hex')).toBe('640a180c')
  expect((await fetch(`${url}/ipfs/${cid}?format=car`)).status).toBe(400)
})

test.each(['nonsense', 'QmbFMke1KXqnYyBBWxB74N4c5SBnJMVAiMNRcGu6x1AwQ0', 'bafyaabakaieac', ''])(
  'what is no content identifier of a file is refused: %j',
  async (cid) => {
    const { url } = await startTestApp()

    expect((await fetch(`${url}/ipfs/${cid}`)).status).toBe(400)
  },
)

test('what nobody brought is not found', async () => {
  const { url } = await startTestApp()

  expect((await fetch(`${url}/ipfs/QmbFMke1KXqnYyBBWxB74N4c5SBnJMVAiMNRcGu6x1AwQH`)).status).toBe(404)
})

test('a block that the disk has damaged is not served, and is mended by whoever brings it again', async () => {
  const { url, shelf } = await startTestApp()
  const cid = await addFile(url, text('hello'))
  const hash = hashOf(CID.parse(cid)) ?? ''
  await writeFile(join(shelf.folder, hash.slice(0, 2), hash), 'other')

  const damaged = await fetch(`${url}/ipfs/${cid}`)

  expect(damaged.status).toBe(404)
})

test('a file that breaks off in the middle ends the connection, so that nobody takes a part for the whole', async () => {
  const { url, shelf } = await startTestApp()
  const cid = await addFile(url, content)
  const root = hashOf(CID.parse(cid)) ?? ''
  const first = hashOf(CID.parse(await addFile(url, content.subarray(0, 262_144)))) ?? ''
  for (const folder of await readdir(shelf.folder)) {
    for (const name of await readdir(join(shelf.folder, folder))) {
      if (name !== root && name !== first) await rm(join(shelf.folder, folder, name), { recursive: true })
    }
  }

  const answer = await fetch(`${url}/ipfs/${cid}`)

  expect(answer.status).toBe(200)
  await expect(answer.arrayBuffer()).rejects.toThrow('terminated')
})

test('who hangs up in the middle of a file disturbs nobody', async () => {
  const { url } = await startTestApp()
  const cid = await addFile(url, content)
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.write(`GET /ipfs/${cid} HTTP/1.1\r\nhost: x\r\n\r\n`)
  await once(socket, 'data')

  socket.destroy()

  expect((await bytesOf(await fetch(`${url}/ipfs/${cid}`))).equals(content)).toBe(true)
})

test('a peer is asked for what is not here, and believed by its hashes', async () => {
  const one = await startTestApp()
  const cid = await addFile(one.url, content)
  const two = await startTestApp({ config: { peers: ['http://127.0.0.1:1', one.url] } })

  const answer = await fetch(`${two.url}/ipfs/${cid}`)

  expect((await bytesOf(answer)).equals(content)).toBe(true)
})

test('two storages that name each other do not ask for ever', async () => {
  const one = await startTestApp()
  const two = await startTestApp({ config: { peers: [one.url] } })
  const cid = 'QmbFMke1KXqnYyBBWxB74N4c5SBnJMVAiMNRcGu6x1AwQH'

  const cached = await fetch(`${two.url}/ipfs/${cid}`, { headers: { 'cache-control': 'only-if-cached' } })

  expect(cached.status).toBe(412)
  expect((await fetch(`${two.url}/ipfs/${cid}`)).status).toBe(404)
})
