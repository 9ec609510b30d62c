// `GET /ipfs/<cid>[/path]`: whatever is public here, as a gateway of IPFS serves it. https://specs.ipfs.tech/http-gateways/
import type { Context, Hono } from 'hono'
import type { CID } from 'multiformats/cid'
import { failed, type HttpEnv } from '@iexec/service'
import type { AskPeers } from '../blocks/peers.ts'
import { hashOf, readCid, type BlockHash } from '../blocks/hash.ts'
import { BlockMissing, NotAFile, find, type Found, type GetBlock } from '../content/find.ts'
import { readFile } from '../content/readFile.ts'
import { STRANGER_HEADERS, describeFile, dispositionOf } from './contentType.ts'
import { listLines, listingAsJson, listingAsPage } from './listing.ts'
import { readRange } from './range.ts'
import { streamBody, type OnBreak } from './stream.ts'

/** What a gateway serves from. */
export type GatewayDeps = {
  /** Gets a block that the world may see. */
  readonly get: GetBlock
  /** Whether the world may see a block. */
  readonly isSeen: (hash: BlockHash) => Promise<boolean>
  /** Other storages, for what is not here. */
  readonly askPeers: AskPeers | undefined
  readonly onBreak: OnBreak
}

/** A content identifier and the names below it. */
type Place = { readonly root: CID; readonly names: readonly string[]; readonly path: string }

const FOR_EVER = 'public, max-age=29030400, immutable'
const RAW_TYPE = 'application/vnd.ipld.raw'

/**
 * Adds the gateway to an app.
 *
 * @example
 * addGateway(app, { get: blocks.get, isSeen, askPeers: undefined, onBreak })
 */
export function addGateway(app: Hono<HttpEnv>, deps: GatewayDeps): void {
  app.get('/ipfs/*', async (context) => {
    const place = readPlace(context)
    if (place === undefined)
      return failed(context, 400, 'This is no /ipfs/<content identifier>[/path] of a file or folder.')
    try {
      return await serve(context, deps, place)
    } catch (error) {
      if (error instanceof BlockMissing) return failed(context, 404, error.message)
      if (error instanceof NotAFile) return failed(context, 415, error.message)
      throw error
    }
  })
}

function readPlace(context: Context<HttpEnv>): Place | undefined {
  const [, , cid = '', ...rest] = new URL(context.req.url).pathname.split('/')
  const root = readCid(cid)
  if (root === undefined) return undefined
  if (rest.at(-1) === '') rest.pop()
  try {
    const names = rest.map((name) => decodeURIComponent(name))
    if (names.some((name) => name === '' || name === '.' || name === '..')) return undefined
    return { root, names, path: ['/ipfs', cid, ...rest].join('/') }
  } catch {
    return undefined
  }
}

async function serve(context: Context<HttpEnv>, deps: GatewayDeps, { root, names, path }: Place): Promise<Response> {
  const isLocalOnly = /\bonly-if-cached\b/iu.test(context.req.header('cache-control') ?? '')
  const get = await sourceOf(deps, root, isLocalOnly)
  if (get === undefined) {
    return isLocalOnly
      ? context.json({ ok: false, error: `${root.toString()} is not here.` }, 412)
      : failed(context, 404, `${root.toString()} is not here.`)
  }
  const { signal } = context.req.raw
  if (isRawWanted(context)) {
    return names.length === 0
      ? sendBlock(context, root, get)
      : failed(context, 400, 'Raw blocks are asked for by their own content identifier, without a path.')
  }
  const format = context.req.query('format')
  if (format !== undefined) return failed(context, 400, `The format ${format.slice(0, 40)} is not offered; raw is.`)
  const found = await find(root, names, { get, signal })
  if (found === undefined) return failed(context, 404, `There is no ${path}.`)
  return found.kind === 'folder'
    ? sendFolder(context, found, path)
    : sendFile(context, found, { deps, get, path, names })
}

/** Blocks of what is public come from here; what is not public here may be at a peer's, where nothing of ours is told. */
async function sourceOf(deps: GatewayDeps, root: CID, isLocalOnly: boolean): Promise<GetBlock | undefined> {
  const { askPeers: ask, get } = deps
  const hash = hashOf(root)
  const isSeen = hash !== undefined && (await deps.isSeen(hash))
  if (isSeen)
    return ask === undefined || isLocalOnly ? get : async (one, signal) => (await get(one, signal)) ?? ask(one, signal)
  return isLocalOnly ? undefined : ask
}

function isRawWanted(context: Context<HttpEnv>): boolean {
  return context.req.query('format') === 'raw' || (context.req.header('accept') ?? '').includes(RAW_TYPE)
}

async function sendBlock(context: Context<HttpEnv>, cid: CID, get: GetBlock): Promise<Response> {
  const tag = `"${cid.toString()}.raw"`
  const hash = hashOf(cid)
  const bytes = hash === undefined ? undefined : await get(hash, context.req.raw.signal)
  if (bytes === undefined) throw new BlockMissing(cid)
  const headers = {
    ...STRANGER_HEADERS,
    etag: tag,
    'cache-control': FOR_EVER,
    'content-type': RAW_TYPE,
    'content-disposition': dispositionOf(`${cid.toString()}.bin`, true),
  }
  if (isKnown(context, tag)) return context.body(null, 304, headers)
  return context.body(new Uint8Array(bytes), 200, headers)
}

async function sendFolder(
  context: Context<HttpEnv>,
  { cid, entries }: Extract<Found, { kind: 'folder' }>,
  path: string,
): Promise<Response> {
  const isPage = (context.req.header('accept') ?? '').includes('text/html')
  const tag = `"${isPage ? 'page' : 'list'}-${cid.toString()}"`
  const headers = {
    ...STRANGER_HEADERS,
    etag: tag,
    vary: 'accept',
    'cache-control': 'public, max-age=604800',
    'x-ipfs-path': path,
    'content-type': isPage ? 'text/html; charset=utf-8' : 'application/json',
  }
  if (isKnown(context, tag)) return context.body(null, 304, headers)
  const lines = await listLines(entries())
  const body = isPage ? await listingAsPage(path, lines) : JSON.stringify(listingAsJson(path, lines))
  return context.body(body, 200, headers)
}

type Sent = {
  readonly deps: GatewayDeps
  readonly get: GetBlock
  readonly path: string
  readonly names: readonly string[]
}

async function sendFile(
  context: Context<HttpEnv>,
  { cid, size }: Extract<Found, { kind: 'file' }>,
  { deps, get, path, names }: Sent,
): Promise<Response> {
  const tag = `"${cid.toString()}"`
  const headers = { ...headersOf(context, names.at(-1)), etag: tag, 'x-ipfs-path': path }
  if (isKnown(context, tag)) return context.body(null, 304, headers)
  // A part of another file than the client has a part of would fit to nothing.
  const condition = context.req.header('if-range')
  const range = condition === undefined || condition === tag ? context.req.header('range') : undefined
  const wanted = readRange(range, size)
  if (wanted.kind === 'none') {
    context.header('content-range', `bytes */${size}`)
    return failed(context, 416, wanted.error)
  }
  const [start, end] = wanted.kind === 'all' ? [0, size] : [wanted.start, wanted.end]
  const length = { 'content-length': String(end - start) }
  const part = wanted.kind === 'all' ? {} : { 'content-range': `bytes ${start}-${end - 1}/${size}` }
  const status = wanted.kind === 'all' ? 200 : 206
  if (context.req.method === 'HEAD') return context.body(null, status, { ...headers, ...length, ...part })
  const source = readFile(cid, { start, end, signal: context.req.raw.signal }, get)
  return context.body(await streamBody(context, source, deps.onBreak), status, { ...headers, ...length, ...part })
}

function headersOf(context: Context<HttpEnv>, name: string | undefined): Readonly<Record<string, string>> {
  const asked = context.req.query('filename') ?? name
  const { contentType, isSaved } = describeFile(asked ?? '')
  const isDownload = isSaved || context.req.query('download') === 'true'
  return {
    ...STRANGER_HEADERS,
    'content-type': contentType,
    'cache-control': FOR_EVER,
    'accept-ranges': 'bytes',
    'content-disposition': asked === undefined ? 'attachment' : dispositionOf(asked, isDownload),
  }
}

function isKnown(context: Context<HttpEnv>, tag: string): boolean {
  const known = context.req.header('if-none-match')
  if (known === undefined) return false
  return known.split(',').some((one) => one.trim() === '*' || one.trim().replace(/^W\//u, '') === tag)
}
