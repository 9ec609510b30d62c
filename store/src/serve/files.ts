// The files of a site: found in the first of some folders that has them, kept in memory with their packed form.
import { createHash } from 'node:crypto'
import { readFile, realpath, stat } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'

/** A file, ready to be sent. */
export type SiteFile = {
  readonly body: Uint8Array<ArrayBuffer>
  /** Packed, where that is worth it. */
  readonly packed: Uint8Array<ArrayBuffer> | undefined
  readonly type: string
  readonly etag: string
}

/** Finds files by their path below the site, without a slash before it. */
export type SiteFiles = (path: string) => Promise<SiteFile | undefined>

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8',
  '.gif': 'image/gif',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpeg': 'image/jpeg',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.xml': 'application/xml',
}
const PACKED = /^(?:text\/|application\/(?:json|manifest|wasm|xml)|image\/svg)/u
/** Below this, packing costs more than it saves. */
const LEAST_PACKED = 1_000
/** What is kept in memory, of all files together: many times a whole site. */
const MOST_KEPT = 64 * 1024 * 1024

const pack = promisify(gzip)

/** Whether a path names a file rather than a page: `/app/0x12` and `/search/ada.eth` are pages. */
export function isFileName(path: string): boolean {
  return extname(path).toLowerCase() in TYPES
}

/**
 * The files of some folders; where two have the same one, the first wins. Nothing outside of them is ever found, nor what begins
 * with a dot.
 *
 * @example
 * const files = openFiles(['/data/site', 'web/dist'])
 * await files('config.json')
 */
export function openFiles(folders: readonly string[]): SiteFiles {
  const kept = new Map<string, { readonly stamp: string; readonly file: SiteFile }>()
  let bytesKept = 0
  const read = async (name: string): Promise<SiteFile> => {
    const { mtimeMs, size } = await stat(name)
    const stamp = `${mtimeMs} ${size}`
    const known = kept.get(name)
    if (known?.stamp === stamp) return known.file
    const file = await readSiteFile(name)
    bytesKept += size
    if (bytesKept > MOST_KEPT) {
      kept.clear()
      bytesKept = size
    }
    if (size <= MOST_KEPT) kept.set(name, { stamp, file })
    return file
  }
  return async (path) => {
    for (const folder of folders) {
      const name = await locate(folder, path)
      if (name !== undefined) return read(name)
    }
    return undefined
  }
}

/** The real name of a file, when there is one inside of the folder. */
async function locate(folder: string, path: string): Promise<string | undefined> {
  if (path.includes('\0') || path.includes('\\') || path.split('/').some((part) => part.startsWith('.')))
    return undefined
  try {
    const [root, name] = await Promise.all([realpath(folder), realpath(join(folder, path))])
    // A link may lead out of the folder.
    return name.startsWith(root + sep) && (await stat(name)).isFile() ? name : undefined
  } catch {
    return undefined
  }
}

async function readSiteFile(name: string): Promise<SiteFile> {
  const body = Uint8Array.from(await readFile(name))
  const type = TYPES[extname(name).toLowerCase()] ?? 'application/octet-stream'
  const packed =
    PACKED.test(type) && body.length >= LEAST_PACKED ? Uint8Array.from(await pack(body, { level: 9 })) : undefined
  return { body, packed, type, etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"` }
}
