// A registry as a folder: `<org>/<name>/…`, and how its files are read: strangers propose them, so no link is followed, and nothing huge is read.
import { existsSync, lstatSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { UsageError } from '../fault.ts'

/** A folder with a listing. */
export type ListingFolder = {
  readonly org: string
  readonly name: string
  readonly path: string
  /** How faults name it: relative to what was asked for. */
  readonly shown: string
}

/** What was found at a path. */
export type RegistryFolder = {
  readonly path: string
  /** Whether it is the root of a registry, which may have a registry.json. */
  readonly isRoot: boolean
  readonly listings: readonly ListingFolder[]
}

/** By these a folder is known as that of a listing, also when the others are missing. */
const LISTING_FILES = ['iexec.json', 'deployed.json', 'store.json']

/**
 * Finds the listings of a path: of a registry, of one org of it, or the one whose folder it is.
 *
 * @throws UsageError when there is no such folder
 * @example
 * openRegistry('registry').listings.map(({ shown }) => shown) // ['iexec/ray-tracer']
 */
export function openRegistry(place: string): RegistryFolder {
  const path = resolve(place)
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new UsageError(`${place} is no folder.`)
  }
  if (isListing(path)) {
    return { path, isRoot: false, listings: [{ org: basename(dirname(path)), name: basename(path), path, shown: '' }] }
  }
  const ofOrg = listingsOf(path, basename(path), '')
  if (ofOrg.length > 0) return { path, isRoot: false, listings: ofOrg }
  const listings = foldersOf(path).flatMap((org) => listingsOf(join(path, org), org, `${org}/`))
  return { path, isRoot: true, listings }
}

function listingsOf(path: string, org: string, above: string): readonly ListingFolder[] {
  return foldersOf(path)
    .map((name) => ({ org, name, path: join(path, name), shown: `${above}${name}` }))
    .filter((folder) => isListing(folder.path))
}

/** In one order on every machine; what begins with a dot is of git and its hosts. */
function foldersOf(path: string): readonly string[] {
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules')
    .map(({ name }) => name)
    .toSorted()
}

function isListing(path: string): boolean {
  return LISTING_FILES.some((name) => existsSync(join(path, name)))
}

/** What came of reading a file: its bytes, or why not, as the end of a sentence. */
export type ReadFile =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly isMissing: boolean; readonly why: string }

/** The most that a file of a listing may have. */
export const MOST_BYTES: { readonly json: number; readonly text: number; readonly picture: number } = {
  json: 256 * 1024,
  text: 1024 * 1024,
  picture: 2 * 1024 * 1024,
}

/**
 * Reads a file of a listing.
 *
 * @param name a path below the folder
 * @example
 * readListed(folder, 'logo.png', MOST_BYTES.picture)
 */
export function readListed(folder: string, name: string, mostBytes: number): ReadFile {
  if (!/^[\w][\w ./-]*$/u.test(name) || name.split('/').includes('..')) {
    return { ok: false, isMissing: false, why: `"${name}" is no path below the folder` }
  }
  const parts = name.split('/').map((_, place, all) => join(folder, ...all.slice(0, place + 1)))
  const found = parts.map((part) => lstatSync(part, { throwIfNoEntry: false }))
  if (found.some((each) => each?.isSymbolicLink() === true)) {
    return { ok: false, isMissing: false, why: `${name} is a link: put the file itself there` }
  }
  const last = found.at(-1)
  if (last?.isFile() !== true) return { ok: false, isMissing: true, why: `${name} is missing` }
  if (last.size > mostBytes) {
    return { ok: false, isMissing: false, why: `${name} may have ${mostBytes} bytes at most, and has ${last.size}` }
  }
  return { ok: true, bytes: new Uint8Array(readFileSync(join(folder, name))) }
}
