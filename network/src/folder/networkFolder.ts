// The folder that is a network: what lies in it, and why it may not be one.
import {
  constants,
  accessSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { NetworkFault } from './fault.ts'
import { writeWhole } from './wholeFile.ts'

/** What a network remembers of how it was started. */
export type Habits = {
  /** The port of its chain; those of its services follow. */
  readonly portBase: number
  readonly workers: number
}

/** How folders are laid out now. One with a higher number was written by a later version. */
const LAYOUT = 1

const ABOUT_FILE = 'folder.json'
const LARGEST_PORT = 65_535

/** All that a network makes in its folder. */
const OWN_ENTRIES =
  /^(?:(?:folder|network|running|head|registry)\.json(?:\.part)?|running\.lock(?:-journal)?|keys|chain|logs|results|market|storage|scheduler|keeper|web|registry|worker-\d+)$/u

/** What a start makes before it writes down that the folder is a network: only `start --detach` makes the logs so early. */
const FIRST_ENTRIES = /^(?:folder\.json\.part|running\.lock(?:-journal)?|logs)$/u

/** What lies in those of them whose names others use, too, where the file that says whose they are is of no use. */
const INNER_ENTRIES: Readonly<Record<string, RegExp>> = {
  keys: /^(?:faucet|app-owner|requester|pool-owner|keeper|worker-\d+)(?:\.part)?$/u,
  logs: /^(?:supervisor|chain|market|storage|scheduler|keeper|web|registry|worker-\d+)\.log$/u,
  results: /^(?:of-image|std(?:out|err)\.txt|tile\.png)$/u,
}

/**
 * The folder of a network, as the options name it.
 *
 * @param name of a network in the home of the user; `local` is the one that `iexec` finds by itself
 * @example
 * folderNamed({ name: 'local' }) // '/home/ada/.iexec/networks/local'
 */
export function folderNamed({
  name,
  dataDir,
}: {
  readonly name: string
  readonly dataDir?: string | undefined
}): string {
  return dataDir === undefined ? join(homedir(), '.iexec', 'networks', name) : resolve(dataDir)
}

/**
 * Makes the folder of a network, or looks whether one can go on in it.
 *
 * @returns how it was started the last time; undefined when it is new
 * @throws NetworkFault when it cannot be written, is of a later version, or holds something else
 */
export function openFolder(path: string): Habits | undefined {
  try {
    makeFolder(path)
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (cause) {
    throw new NetworkFault(
      `${path} cannot be the folder of a network: ${whyNot(cause)}. Name another one with --data-dir.`,
      {
        cause,
      },
    )
  }
  const habits = readHabits(path)
  const foreign = habits === undefined ? findForeign(path, FIRST_ENTRIES) : undefined
  if (foreign === undefined) return habits
  throw new NetworkFault(
    `${path} is no folder of a network, and is not empty: it holds ${foreign}. Name another one with --data-dir.`,
  )
}

/** Something in a folder that no network made. */
function findForeign(path: string, own: RegExp): string | undefined {
  return readdirSync(path).find((entry) => !own.test(entry) || !holdsOwn(join(path, entry), INNER_ENTRIES[entry]))
}

function holdsOwn(path: string, own: RegExp | undefined): boolean {
  if (own === undefined) return true
  return statSync(path).isDirectory() && readdirSync(path).every((entry) => own.test(entry))
}

/** Not `recursive`: where a folder cannot be, as in `/proc`, node would try for ever. */
function makeFolder(path: string): void {
  if (existsSync(path) && readdirSync(path).length >= 0) return
  if (dirname(path) !== path) makeFolder(dirname(path))
  mkdirSync(path, { mode: 0o700 })
}

const WORDS: Readonly<Record<string, string>> = {
  EACCES: 'you may not write there',
  EPERM: 'you may not write there',
  EROFS: 'nothing can be written there',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a file has this name',
  EEXIST: 'a file has this name',
  ENOENT: 'no folder can be made there',
}

function whyNot(cause: unknown): string {
  const { code = '', message } = cause as { readonly code?: string; readonly message: string }
  return WORDS[code] ?? message
}

/**
 * How the network of a folder was started the last time; undefined when there is none.
 *
 * @throws NetworkFault when the folder is of a later version, or nobody can read it
 */
export function readHabits(path: string): Habits | undefined {
  const file = join(path, ABOUT_FILE)
  const about = readAbout(file)
  if (about === undefined) return undefined
  const { layout, portBase, workers } = about
  if (isWhole(layout, Infinity) && layout > LAYOUT) {
    throw new NetworkFault(
      `The network in ${path} was written by a later version (layout ${layout}, and this one knows ${LAYOUT}): use that version, or another --data-dir.`,
    )
  }
  if (layout === LAYOUT && isWhole(portBase, LARGEST_PORT) && isWhole(workers, LARGEST_PORT))
    return { portBase, workers }
  if (isNetworkFolder(path)) throw new NetworkFault(`${file} is broken: iexec network reset begins the network anew.`)
  throw new NetworkFault(`${file} is not that of a network: name another folder with --data-dir.`)
}

function readAbout(file: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return Object(JSON.parse(readFileSync(file, 'utf8'))) as Readonly<Record<string, unknown>>
  } catch (cause) {
    if (cause instanceof SyntaxError) return {}
    if (['ENOENT', 'ENOTDIR'].includes(String((cause as { readonly code?: unknown }).code))) return undefined
    throw new NetworkFault(`${file} cannot be read: ${whyNot(cause)}.`, { cause })
  }
}

function isWhole(value: unknown, most: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most
}

/** Remembers how a network was started. */
export function writeHabits(path: string, habits: Habits): void {
  writeWhole(join(path, ABOUT_FILE), { layout: LAYOUT, ...habits })
}

/**
 * Whether a network has ever been started in a folder, whatever has become of it. Others have files of this name, too: one that is
 * broken counts only where nothing else lies than what networks make.
 */
export function isNetworkFolder(path: string): boolean {
  const about = readAbout(join(path, ABOUT_FILE))
  if (about === undefined) return false
  const { layout, portBase, workers } = about
  if (isWhole(layout, Infinity) && isWhole(portBase, LARGEST_PORT) && isWhole(workers, LARGEST_PORT)) return true
  return findForeign(path, OWN_ENTRIES) === undefined
}

/** What stays while something of the network is still to be removed: what says that it is one, and of what. */
const ABOUT_REST = [ABOUT_FILE, 'registry.json']
/** A start that looks for it meets whoever holds it. */
const LOCK = /^running\.lock/u

/** What says that this is a network goes last but the lock: whoever is stopped in between can do it again. */
function lateness(entry: string): number {
  return LOCK.test(entry) ? 2 : Number(entry === ABOUT_FILE)
}

/** What is not removed, besides all that no network made. */
type Clearing = {
  /** Its registry of images could not be ended: what says where it is stays, for another try. */
  readonly keepsRegistry?: boolean
}

/**
 * Removes what a network has made in its folder, and the folder when nothing else is in it.
 *
 * @example
 * clearFolder('/home/ada/.iexec/networks/local')
 */
export function clearFolder(path: string, { keepsRegistry = false }: Clearing = {}): void {
  const entries = readdirSync(path).filter((entry) => OWN_ENTRIES.test(entry))
  const kept = keepsRegistry ? [...ABOUT_REST, 'registry'] : []
  for (const entry of entries.filter((name) => !kept.includes(name)).toSorted((a, b) => lateness(a) - lateness(b)))
    rmSync(join(path, entry), { recursive: true, force: true, maxRetries: 3 })
  if (readdirSync(path).length === 0) rmdirSync(path)
}
