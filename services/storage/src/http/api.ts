// The part of kubo's HTTP API that clients of a storage use: add and cat, and the blocks of whoever keeps his here.
import type { Context, Hono } from 'hono'
import type { ImportCandidate } from 'ipfs-unixfs-importer'
import type { CID } from 'multiformats/cid'
import type { HttpEnv } from '@iexec/service'
import { LARGEST_BLOCK, hashBytes, hashOf, rawCid, readCid } from '../blocks/hash.ts'
import { BlockMissing, NotAFile, find, type GetBlock } from '../content/find.ts'
import { importFiles, type ImportForm, type Imported } from '../content/importFiles.ts'
import { readFile } from '../content/readFile.ts'
import { dropHolding } from '../keep/drop.ts'
import { DISK_FULL, type Disk } from '../keep/fullDisk.ts'
import { NoRoom } from '../keep/room.ts'
import { openUpload, type Shelf, type Upload } from '../keep/upload.ts'
import { BadBody, readParts, type Part } from './multipart.ts'
import { beginBody } from './node.ts'
import { STRANGER_HEADERS } from './contentType.ts'
import { streamBody, type OnBreak } from './stream.ts'
import type { Turnstile } from './turnstile.ts'
import { admit, type Admission, type Admitted } from './who.ts'

/** What the API works with. */
export type ApiDeps = {
  readonly shelf: Shelf
  readonly admission: Admission
  /** Gets a block that the world may see. */
  readonly get: GetBlock
  /** Of one request. */
  readonly maxUploadBytes: number
  readonly version: string
  readonly disk: Disk
  readonly onBreak: OnBreak
  readonly turnstile: Turnstile
}

const MOST_FILES = 10_000

/**
 * Adds the API to an app.
 *
 * @example
 * addApi(app, { shelf, admission, get, maxUploadBytes: 2e9, version: '0.1.0', disk, onBreak, turnstile })
 */
export function addApi(app: Hono<HttpEnv>, deps: ApiDeps): void {
  const routes: Readonly<Record<string, (context: Context<HttpEnv>, deps: ApiDeps) => Promise<Response>>> = {
    version: async (context) =>
      Promise.resolve(
        context.json({ Version: deps.version, Commit: '', Repo: '', System: 'iexec-storage', Golang: '' }),
      ),
    add: async (context) => deps.turnstile(context, async () => addFiles(context, deps)),
    cat: catFile,
    'block/get': getOne,
    'block/stat': describeOne,
    'block/put': putOne,
    'block/rm': async (context) => removeOne(context, deps),
    'pin/ls': listOwn,
    'pin/rm': async (context) => removeOne(context, deps),
  }
  for (const [name, answer] of Object.entries(routes)) {
    app.post(`/api/v0/${name}`, async (context) => {
      try {
        return await answer(context, deps)
      } catch (error) {
        return refusalOf(context, error, deps)
      }
    })
  }
  // As kubo: what a page of another origin could ask without being asked itself is not answered.
  app.get('/api/v0/*', (context) => refuse(context, 405, 'This API is asked by POST.'))
}

function refusalOf(context: Context<HttpEnv>, error: unknown, { disk }: ApiDeps): Response {
  if (error instanceof BadBody) return refuse(context, error.status, error.message)
  if (error instanceof NoRoom) return refuse(context, error.of === 'storage' ? 507 : 413, error.message)
  if (disk.note(error)) return refuse(context, 507, DISK_FULL)
  if (error instanceof BlockMissing) return refuse(context, 404, `block was not found: ${error.message}`)
  if (error instanceof NotAFile) return refuse(context, 400, error.message)
  throw error
}

type Status = 400 | 401 | 403 | 404 | 405 | 413 | 507

/** In the words of this house and of kubo. */
function refuse(context: Context<HttpEnv>, status: Status, error: string): Response {
  return context.json({ ok: false, error, Message: error, Code: 0, Type: 'error' }, status)
}

async function addFiles(context: Context<HttpEnv>, deps: ApiDeps): Promise<Response> {
  const { shelf, admission, maxUploadBytes } = deps
  const admitted = admit(context, admission)
  if ('error' in admitted) return refuse(context, admitted.status, admitted.error)
  const form = readForm(context)
  if (typeof form === 'string') return refuse(context, 400, form)
  const limits = { maxBytes: maxUploadBytes, maxFiles: MOST_FILES }
  const announced = Number(context.req.header('content-length') ?? 0)
  // The words between the files are not counted: a body that is far too long for its files is.
  if (announced > maxUploadBytes + 1e6)
    throw new BadBody(413, `The files have more than ${maxUploadBytes} bytes together.`)
  const parts = candidatesOf(readParts(beginBody(context), limits))
  const added =
    context.req.query('only-hash') === 'true'
      ? await collect(importFiles(parts, async () => Promise.resolve(), form))
      : await keep(shelf, admitted, (upload) => importFiles(parts, upload.take, form))
  const isQuiet = context.req.query('quieter') === 'true'
  const lines = (isQuiet ? added.slice(-1) : added).map(({ cid, path, size }) =>
    // As kubo: a file without a name is called by its content, a folder around all not at all.
    JSON.stringify({
      Name: path === '' && !form.wrapWithDirectory ? cid.toString() : path,
      Hash: cid.toString(),
      Size: size.toString(),
    }),
  )
  return context.body(`${lines.join('\n')}\n`, 200, {
    'content-type': 'application/json',
    'x-stream-output': '1',
    'x-chunked-output': '1',
  })
}

async function collect(imported: AsyncIterable<Imported>): Promise<readonly Imported[]> {
  const all: Imported[] = []
  for await (const one of imported) all.push(one)
  if (all.length === 0) throw new BadBody(400, 'There is no file in the body.')
  return all
}

async function keep(
  shelf: Shelf,
  { uploader, keepMs }: Admitted,
  bring: (upload: Upload) => AsyncIterable<Imported>,
): Promise<readonly Imported[]> {
  const upload = await openUpload(shelf, uploader)
  try {
    const added = await collect(bring(upload))
    const root = added.at(-1)?.cid
    if (root === undefined) throw new BadBody(400, 'There is no file in the body.')
    const keepUntil = keepMs === undefined ? undefined : shelf.now() + keepMs
    await upload.finish({ root, state: 'public', keepUntil })
    return added
  } catch (error) {
    await upload.abandon()
    throw error
  }
}

async function* candidatesOf(parts: AsyncIterable<Part>): AsyncGenerator<ImportCandidate, void> {
  for await (const { path, content } of parts) {
    if (content !== undefined) yield path === undefined ? { content } : { path, content }
    else if (path !== undefined) yield { path }
  }
}

/** The form that the options ask for, or why it is not offered. */
function readForm(context: Context<HttpEnv>): ImportForm | string {
  const query = context.req.query()
  const version = query['cid-version'] ?? '0'
  if (version !== '0' && version !== '1') return `There is no version ${version.slice(0, 20)} of content identifiers.`
  const chunker = query['chunker'] ?? 'size-262144'
  if (chunker !== 'size-262144') return `The chunker ${chunker.slice(0, 40)} is not offered; size-262144 is.`
  const hash = query['hash'] ?? 'sha2-256'
  if (hash !== 'sha2-256') return `The hash ${hash.slice(0, 40)} is not offered; sha2-256 is.`
  const other = ['trickle', 'nocopy', 'inline', 'fscache'].find((name) => query[name] === 'true')
  if (other !== undefined) return `The option ${other} is not offered.`
  const rawLeaves = query['raw-leaves']
  return {
    cidVersion: version === '1' ? 1 : 0,
    // As kubo: version 1 has raw leaves unless told otherwise.
    rawLeaves: rawLeaves === undefined ? version === '1' : rawLeaves === 'true',
    wrapWithDirectory: query['wrap-with-directory'] === 'true',
  }
}

async function catFile(context: Context<HttpEnv>, deps: ApiDeps): Promise<Response> {
  const [cid = '', ...names] = (context.req.query('arg') ?? '').replace(/^\/ipfs\//u, '').split('/')
  const root = readCid(cid)
  if (root === undefined) return refuse(context, 400, 'The argument is no content identifier of a file.')
  const { get } = deps
  const { signal } = context.req.raw
  const found = await find(root, names, { get, signal })
  if (found?.kind !== 'file') return refuse(context, found === undefined ? 404 : 400, 'The argument is no file.')
  const offset = readNumber(context.req.query('offset')) ?? 0
  const start = Math.min(found.size, offset)
  const end = Math.min(found.size, start + (readNumber(context.req.query('length')) ?? found.size))
  const source = readFile(found.cid, { start, end, signal }, get)
  return context.body(await streamBody(context, source, deps.onBreak), 200, {
    ...STRANGER_HEADERS,
    'content-type': 'application/octet-stream',
    'content-length': String(end - start),
    'x-stream-output': '1',
  })
}

function readNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/u.test(text) ? Number(text) : undefined
}

async function getOne(context: Context<HttpEnv>, deps: ApiDeps): Promise<Response> {
  const { bytes } = await readOne(context, deps)
  return context.body(new Uint8Array(bytes), 200, { ...STRANGER_HEADERS, 'content-type': 'application/octet-stream' })
}

async function describeOne(context: Context<HttpEnv>, deps: ApiDeps): Promise<Response> {
  const { cid, bytes } = await readOne(context, deps)
  return context.json({ Key: cid.toString(), Size: bytes.length })
}

async function readOne(
  context: Context<HttpEnv>,
  deps: ApiDeps,
): Promise<{ readonly cid: CID; readonly bytes: Uint8Array }> {
  const cid = readCid(context.req.query('arg') ?? '')
  const hash = cid && hashOf(cid)
  if (cid === undefined || hash === undefined) throw new BadBody(400, 'The argument is no content identifier.')
  const bytes = await deps.get(hash, context.req.raw.signal)
  if (bytes === undefined) throw new BlockMissing(cid)
  return { cid, bytes }
}

/** What the asker himself brought; all of it is pinned with what it links to. */
async function listOwn(context: Context<HttpEnv>, { shelf, admission }: ApiDeps): Promise<Response> {
  const admitted = admit(context, admission)
  if ('error' in admitted) return refuse(context, admitted.status, admitted.error)
  const { arg, type = 'all', stream } = context.req.query()
  const held = await shelf.database.read
    .selectFrom('holding')
    .select('root')
    .where('owner', '=', admitted.uploader.owner)
    .where('kind', 'in', ['added', 'block'])
    .where('state', '=', 'public')
    .$if(arg !== undefined, (query) => query.where('root', '=', (arg ?? '').replace(/^\/ipfs\//u, '')))
    .execute()
  const roots = type === 'all' || type === 'recursive' ? held.map(({ root }) => root) : []
  if (arg !== undefined && roots.length === 0) return refuse(context, 404, `path '${arg.slice(0, 200)}' is not pinned`)
  const pin = { Type: 'recursive' }
  if (stream !== 'true') return context.json({ Keys: Object.fromEntries(roots.map((root) => [root, pin])) })
  return context.body(roots.map((root) => `${JSON.stringify({ Cid: root, ...pin })}\n`).join(''))
}

/** Keeps one block for itself, for a storage that keeps its blocks here. */
async function putOne(context: Context<HttpEnv>, { shelf, admission }: ApiDeps): Promise<Response> {
  const admitted = admit(context, admission)
  if ('error' in admitted) return refuse(context, admitted.status, admitted.error)
  const parts = readParts(beginBody(context), { maxBytes: LARGEST_BLOCK, maxFiles: 1 })
  const { value: part } = await parts.next()
  if (part?.content === undefined) throw new BadBody(400, 'There is no block in the body.')
  const pieces: Uint8Array[] = []
  for await (const piece of part.content) pieces.push(piece)
  await parts.return()
  const bytes = Buffer.concat(pieces)
  const hash = hashBytes(bytes)
  const cid = rawCid(hash)
  const upload = await openUpload(shelf, { ...admitted.uploader, kind: 'block' })
  try {
    await upload.take(hash, bytes)
    const keepUntil = admitted.keepMs === undefined ? undefined : shelf.now() + admitted.keepMs
    await upload.finish({ root: cid, state: 'public', keepUntil })
  } catch (error) {
    await upload.abandon()
    throw error
  }
  return context.json({ Key: cid.toString(), Size: bytes.length })
}

/** Lets go of what the asker himself brought under a content identifier. */
async function removeOne(context: Context<HttpEnv>, { shelf, admission }: ApiDeps): Promise<Response> {
  const admitted = admit(context, admission)
  if ('error' in admitted) return refuse(context, admitted.status, admitted.error)
  const cid = readCid((context.req.query('arg') ?? '').replace(/^\/ipfs\//u, ''))
  if (cid === undefined) return refuse(context, 400, 'The argument is no content identifier.')
  const isGone = await shelf.database.write(async (writer) => {
    const held = await writer
      .selectFrom('holding')
      .select('id')
      .where('root', '=', cid.toString())
      .where('owner', '=', admitted.uploader.owner)
      .where('kind', 'in', ['added', 'block'])
      .where('state', '=', 'public')
      .execute()
    for (const { id } of held) await dropHolding(writer, id)
    return held.length > 0
  })
  if (!isGone) return refuse(context, 404, `not pinned: you brought no ${cid.toString()}.`)
  return context.json({ Pins: [cid.toString()], Hash: cid.toString() })
}
