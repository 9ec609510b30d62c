// Downloads on bad days: real servers that are slow, break off, lie, and lead astray.
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { startServer, type Answer, type FileServer } from '../../test/fileServer.ts'
import { MachineFault, type FetchProgress } from '../job.ts'
import { budgetOf, download, type DownloadOptions, type Downloaded } from './download.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iexec-download-'))
})
afterAll(async () => rm(folder, { recursive: true }))

const servers: FileServer[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map(async (server) => server.stop()))
})

async function serve(answer: Answer): Promise<FileServer> {
  const server = await startServer(answer)
  servers.push(server)
  return server
}

async function get(
  url: string,
  options: Partial<DownloadOptions> = {},
): Promise<Downloaded & { readonly text: string }> {
  const file = join(folder, 'file')
  const got = await download(new URL(url), file, {
    signal: new AbortController().signal,
    budget: budgetOf(1_000_000),
    seconds: 60,
    allowsPrivate: true,
    patience: { stallMs: 10_000, pauseMs: 0, tries: 3 },
    ...options,
  })
  return { ...got, text: await readFile(file, 'utf8') }
}

const CONTENT = 'abcdefghijklmnopqrstuvwxyz'.repeat(1000)
const HASH = `0x${createHash('sha256').update(CONTENT).digest('hex')}`

/** Sends the first part of the content, and breaks the connection when it is on its way. */
function breakOff(response: ServerResponse, bytes: number): void {
  response.setHeader('content-length', CONTENT.length)
  response.write(CONTENT.slice(0, bytes), () => response.destroy())
}

test('a file comes with its size and its hash', async () => {
  const server = await serve((_, response) => response.end(CONTENT))
  const seen: FetchProgress[] = []

  const got = await get(server.url, { onProgress: (progress) => seen.push(progress) })

  expect(got).toEqual({ bytes: CONTENT.length, sha256: HASH, text: CONTENT })
  expect(seen.at(-1)).toEqual({ doneBytes: CONTENT.length, totalBytes: CONTENT.length })
  expect(server.requests[0]?.headers['accept-encoding']).toBe('identity')
})

test('a broken transfer goes on where it broke off, when the server has the same version still', async () => {
  const server = await serve((request, response) => {
    response.setHeader('etag', '"one"')
    const from = Number(/bytes=(\d+)-/u.exec(request.headers.range ?? '')?.[1] ?? 0)
    if (from === 0) return breakOff(response, 10_000)
    response.writeHead(206, { 'content-range': `bytes ${from}-${CONTENT.length - 1}/${CONTENT.length}` })
    response.end(CONTENT.slice(from))
  })

  const got = await get(server.url)

  expect(got.sha256).toBe(HASH)
  expect(got.text).toBe(CONTENT)
  expect(server.requests[1]?.headers).toMatchObject({ range: 'bytes=10000-', 'if-range': '"one"' })
})

test('a broken transfer begins anew when the version changed, or has no name', async () => {
  for (const etag of ['"one"', undefined]) {
    const server = await serve((_, response) => {
      if (etag !== undefined) response.setHeader('etag', etag)
      if (server.requests.length === 1) breakOff(response, 10_000)
      else response.end('new')
    })

    expect((await get(server.url, { budget: budgetOf(30_000) })).text).toBe('new')
  }
})

test('a rest that begins at another place is not taken for the rest', async () => {
  const server = await serve((request, response) => {
    response.setHeader('etag', '"one"')
    if (server.requests.length === 1) breakOff(response, 10_000)
    else if (request.headers.range === undefined) response.end(CONTENT)
    else response.writeHead(206, { 'content-range': 'bytes 5-9/10' }).end('wrong')
  })

  expect((await get(server.url)).sha256).toBe(HASH)
})

test('a server that always breaks off without anything new is given up', async () => {
  const server = await serve((_, response) => response.destroy())

  await expect(get(server.url)).rejects.toMatchObject({ name: 'FetchFault', reason: 'unreachable' })
  expect(server.requests.length).toBe(3)
})

test('a server that is busy is asked again, and one that says no is not', async () => {
  const busy = await serve((_, response) => {
    if (busy.requests.length < 3) response.writeHead(503).end()
    else response.end('now')
  })
  const absent = await serve((_, response) => response.writeHead(404).end())

  expect((await get(busy.url)).text).toBe('now')
  await expect(get(absent.url)).rejects.toMatchObject({
    reason: 'absent',
    message: expect.stringContaining('answers 404'),
  })
  expect(absent.requests.length).toBe(1)
})

test('a file that says that it is too large is not begun', async () => {
  const server = await serve((_, response) => {
    response.writeHead(200, { 'content-length': 1e12 }).flushHeaders()
  })

  await expect(get(server.url)).rejects.toMatchObject({
    reason: 'too-large',
    message: expect.stringContaining('it has 1000000000000 bytes, and all files together may have 1000000'),
  })
})

test('an endless file is cut off at the limit', async () => {
  const server = await serve((_, response) => {
    const send = (): void => {
      while (!response.destroyed && response.write(CONTENT));
    }
    response.on('drain', send)
    send()
  })

  await expect(get(server.url)).rejects.toMatchObject({ reason: 'too-large' })
})

test('a file as large as the limit is no byte too large, and two share a limit', async () => {
  const server = await serve((_, response) => response.end('12345'))
  const budget = budgetOf(10)

  await get(server.url, { budget })
  await get(server.url, { budget })

  await expect(get(server.url, { budget })).rejects.toMatchObject({ reason: 'too-large' })
})

test('what was thrown away does not count', async () => {
  const broken = await serve((_, response) => breakOff(response, 10_000))
  const server = await serve((_, response) => response.end(CONTENT))
  const budget = budgetOf(CONTENT.length)

  await expect(get(broken.url, { budget })).rejects.toMatchObject({ reason: 'unreachable' })
  expect((await get(server.url, { budget })).sha256).toBe(HASH)
  expect(budget.left).toBe(0)
})

test('a time longer than a timer can be is no time that is over', async () => {
  const server = await serve((_, response) => response.end('x'))

  expect((await get(server.url, { seconds: 1e9 })).text).toBe('x')
})

test('a body that drips for ever ends with the time', async () => {
  const server = await serve((_, response) => {
    const drip = setInterval(() => response.write('.'), 20)
    response.on('close', () => clearInterval(drip))
  })

  await expect(get(server.url, { seconds: 0.3 })).rejects.toMatchObject({
    reason: 'too-slow',
    message: expect.stringContaining('did not come within 0.3 s'),
  })
})

test('a silent connection is given up before the time ends', async () => {
  const server = await serve((_, response) => {
    if (server.requests.length === 1) response.write('half')
    else response.end('whole')
  })

  expect((await get(server.url, { patience: { stallMs: 100, pauseMs: 0, tries: 2 } })).text).toBe('whole')
})

test.each([
  ['http://127.0.0.1:1/', '127.0.0.1'],
  ['http://0x7f.1/', '127.0.0.1'],
  ['http://2130706433/', '127.0.0.1'],
  ['http://10.1.2.3/', '10.1.2.3'],
  ['http://169.254.169.254/latest', '169.254.169.254'],
  ['http://[::1]/', '::1'],
  ['http://[::ffff:192.168.0.1]/', '::ffff:c0a8:1'],
  ['http://[fd00::1]/', 'fd00::1'],
  ['http://[fe80::1]/', 'fe80::1'],
  ['http://[64:ff9b::7f00:1]/', '64:ff9b::7f00:1'],
  ['http://224.0.0.1/', '224.0.0.1'],
  ['http://0.0.0.0/', '0.0.0.0'],
  ['http://100.64.0.1/', '100.64.0.1'],
])('%s is not reached', async (url, address) => {
  await expect(get(url, { allowsPrivate: false })).rejects.toMatchObject({
    reason: 'forbidden',
    message: expect.stringContaining(`${address} is not a public address`),
  })
})

test('a name that leads to a private address is not reached', async () => {
  const server = await serve((_, response) => response.end('secret'))

  await expect(get(`http://localhost:${server.port}/`, { allowsPrivate: false })).rejects.toMatchObject({
    reason: 'forbidden',
    message: expect.stringContaining('which is not public'),
  })
  expect(server.requests).toEqual([])
})

test('a redirect out of what is allowed is not followed, whoever sends it', async () => {
  const inner = await serve((_, response) => response.end('secret'))
  const targets = [`http://127.0.0.1:${inner.port}/`, `http://localhost:${inner.port}/`, 'http://169.254.169.254/']
  for (const location of targets) {
    const gateway = await serve((_, response) => response.writeHead(302, { location }).end())
    const wish = { allowsPrivate: false, trusted: new URL(gateway.url) }

    await expect(get(gateway.url, wish)).rejects.toMatchObject({ reason: 'forbidden' })
  }
  expect(inner.requests).toEqual([])
})

test('a gateway of the owner is reached wherever it is, and so are names below it', async () => {
  const server = await serve((request, response) => {
    if (request.url === '/') response.writeHead(301, { location: `http://cid.localhost:${server.port}/file` }).end()
    else response.end('found')
  })
  const url = `http://localhost:${server.port}/`

  expect((await get(url, { allowsPrivate: false, trusted: new URL(url) })).text).toBe('found')
})

test('redirects end after five', async () => {
  const server = await serve((_, response) => response.writeHead(302, { location: '/again' }).end())

  await expect(get(server.url)).rejects.toMatchObject({ message: expect.stringContaining('more than 5 times') })
  expect(server.requests.length).toBe(6)
})

test('a redirect to something that is not http is refused', async () => {
  const server = await serve((_, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end())

  await expect(get(server.url)).rejects.toMatchObject({ reason: 'forbidden' })
})

test('what the sender packed is kept packed', async () => {
  const packed = gzipSync(Buffer.alloc(100_000))
  const server = await serve((_, response) => response.setHeader('content-encoding', 'gzip').end(packed))

  expect((await get(server.url, { budget: budgetOf(1000) })).bytes).toBe(packed.length)
})

test('a disk that cannot be written is a fault of this machine', async () => {
  const server = await serve((_, response) => response.end('x'))

  await expect(
    download(new URL(server.url), join(folder, 'none', 'file'), {
      signal: new AbortController().signal,
      budget: budgetOf(10),
      seconds: 10,
      allowsPrivate: true,
    }),
  ).rejects.toThrow(MachineFault)
})

test('whoever takes a download back gets his own reason', async () => {
  const controller = new AbortController()
  const server = await serve(() => controller.abort(new Error('Enough.')))

  await expect(get(server.url, { signal: controller.signal })).rejects.toThrow('Enough.')
})
