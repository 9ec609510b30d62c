// The folder that is a network: what lies in it, and why it may not be one.
import { constants, accessSync, existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs'
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

/** All that a network makes in its folder, besides what `worker-1`, `worker-2` … keep. */
const OWN_ENTRIES =
  /^(?:folder\.json|network\.json|running\.json|running\.lock(?:-journal)?|head\.json|keys|chain|logs|results|market|storage|scheduler|keeper|web|registry|registry\.json|worker-\d+|.+\.part)$/u

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
  const foreign = habits === undefined ? readdirSync(path).find((entry) => !OWN_ENTRIES.test(entry)) : undefined
  if (foreign === undefined) return habits
  throw new NetworkFault(
    `${path} is no folder of a network, and is not empty: it holds ${foreign}. Name another one with --data-dir.`,
  )
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
  if (typeof layout === 'number' && layout > LAYOUT) {
    throw new NetworkFault(
      `The network in ${path} was written by a later version (layout ${layout}, and this one knows ${LAYOUT}): use that version, or another --data-dir.`,
    )
  }
  if (layout === LAYOUT && isWhole(portBase, LARGEST_PORT) && isWhole(workers, LARGEST_PORT))
    return { portBase, workers }
  throw new NetworkFault(`${file} is broken: iexec network reset begins the network anew.`)
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

/** Whether a network has ever been started in a folder, whatever has become of it. */
export function isNetworkFolder(path: string): boolean {
  return existsSync(join(path, ABOUT_FILE))
}

/** Removes what a network has made in its folder, and the folder when nothing else is in it. */
export function clearFolder(path: string): void {
  // What says that this is a network goes last: whoever is stopped in between can do it again.
  const entries = readdirSync(path).filter((entry) => OWN_ENTRIES.test(entry) && entry !== ABOUT_FILE)
  for (const entry of [...entries, ABOUT_FILE])
    rmSync(join(path, entry), { recursive: true, force: true, maxRetries: 3 })
  if (readdirSync(path).length === 0) rmdirSync(path)
}
