// A small content-addressed storage for tests: kubo's way to add, a gateway's way to read, everything in memory.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { zipSync } from 'fflate'
import { computeCid } from '../src/storage/contentId.ts'

/** A storage that runs. */
export type TestStorage = {
  readonly url: string
  /** By their identifier. Tests may put something else under it. */
  readonly files: Map<string, Uint8Array>
  /** Stores a file, and says its identifier. */
  readonly add: (file: Uint8Array) => Promise<string>
  readonly stop: () => Promise<void>
}

/**
 * Starts a storage on a free port.
 *
 * @example
 * const storage = await startStorage()
 * const alice = await market.user(1, { storageUrl: storage.url, ipfsApiUrl: storage.url })
 */
export async function startStorage(): Promise<TestStorage> {
  const files = new Map<string, Uint8Array>()
  const add = async (file: Uint8Array): Promise<string> => {
    const cid = await computeCid(file)
    files.set(cid, file)
    return cid
  }
  const { url, stop } = await serve(async (request, response) => {
    if (request.method === 'POST' && request.url?.startsWith('/api/v0/add') === true) {
      const file = await fileOf(request)
      const answer = { Name: 'file', Hash: await add(file), Size: String(file.length) }
      response
        .setHeader('content-type', 'application/json')
        .end(`${JSON.stringify({ Name: 'file', Bytes: 1 })}\n${JSON.stringify(answer)}\n`)
      return
    }
    const file = files.get(request.url?.replace(/^\/ipfs\//u, '') ?? '')
    if (file === undefined) response.writeHead(404).end('ipfs: not found')
    else response.setHeader('content-length', file.length).end(request.method === 'HEAD' ? undefined : file)
  })
  return { url, files, add, stop }
}

/** An HTTP server on a free port. */
export async function serve(
  answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<{ readonly url: string; readonly stop: () => Promise<void> }> {
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error))
    })
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => {
        server.close(resolve)
      })
    },
  }
}

/** All that was sent. */
export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts)
}

/** The one file of a form, as any server's library reads it. */
async function fileOf(request: IncomingMessage): Promise<Uint8Array> {
  const headers = { 'content-type': request.headers['content-type'] ?? '' }
  const form = await new Response(new Uint8Array(await bodyOf(request)), { headers }).formData()
  const file = form.get('file')
  if (!(file instanceof Blob)) throw new Error('The form has no file.')
  return new Uint8Array(await file.arrayBuffer())
}

/** An archive of texts by their names. */
export function zipOf(files: Readonly<Record<string, string | Uint8Array>>): Uint8Array {
  return zipSync(Object.fromEntries(Object.entries(files).map(([name, content]) => [name, bytesOf(content)])))
}

function bytesOf(content: string | Uint8Array): Uint8Array {
  return typeof content === 'string' ? new TextEncoder().encode(content) : content
}
