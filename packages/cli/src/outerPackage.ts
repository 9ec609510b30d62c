// What lives in packages above the command: found where npm puts packages that nobody else can change, and run as if it were a part of it.
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { constants } from 'node:os'
import { basename, dirname, join, posix, win32 } from 'node:path'
import process from 'node:process'
import { CliError } from './cliError.ts'

/** A group of commands that comes with a package of its own. */
export type OuterPackage = {
  readonly name: string
  readonly packageName: string
  readonly summary: string
  /** Whether a clone of the source has it, so that it can be used before it is published. */
  readonly isInSource?: boolean
}

/** All of them, in the order of the help. */
export const OUTER_PACKAGES: readonly OuterPackage[] = [
  { name: 'worker', packageName: '@iexec/worker', summary: 'earn RLC with a machine that computes', isInSource: true },
  {
    name: 'network',
    packageName: '@iexec/network',
    summary: 'a whole market on this machine, to try things',
    isInSource: true,
  },
  { name: 'store', packageName: '@iexec/store', summary: 'a store of apps as a site of your own', isInSource: true },
  {
    name: 'registry',
    packageName: '@iexec/store',
    summary: 'listings of stores: check them, make their index',
    isInSource: true,
  },
]

/** Where a package may be. */
export type Places = {
  /** Where the command was called. */
  readonly folder: string
  /** A file of this command. */
  readonly beside: string
  /** `node_modules` of global installations. */
  readonly shelves: readonly string[]
  /** Whose files are run out of a project; undefined where files have no such owner (Windows). */
  readonly user: number | undefined
}

/** Where packages may be, as seen from a file of this command. */
export function placesFor(folder: string, beside: string): Places {
  return { folder, beside, shelves: globalShelves(process), user: process.getuid?.() }
}

/** What was found: the file to run, or else a package that is not run, because others can change it. */
export type Found = { readonly file?: string; readonly strangers?: string }

/**
 * The file to run: of the package beside this command, then a global one, then the one of the project, then the one of the project
 * that this command is a part of, as in a clone of its source.
 *
 * Folders above the current one may be anybody's (`/tmp`). Those of a project count only up to the folder whose package.json names
 * the package, and only when all of it belongs to the user, or to root, who can do anything here as it is.
 *
 * @example
 * findOuterPackage(OUTER_PACKAGES[0], { folder: process.cwd(), beside: import.meta.filename, shelves: [], user: process.getuid?.() })
 */
export function findOuterPackage({ name, packageName }: OuterPackage, places: Places): Found {
  const near = [...shelvesBeside(places.beside), ...places.shelves].map((shelf) => join(shelf, packageName))
  const room = near.find((path) => existsSync(join(path, 'package.json')))
  if (room !== undefined) return { file: binOf(room, name) }
  const folders = [places.folder, dirname(realpathSync(places.beside))]
  const found = folders.map((folder) => findInProject(folder, packageName)).find((each) => each !== undefined)
  if (found === undefined) return {}
  const { project, own } = found
  const real = realpathSync(own)
  const file = binOf(real, name)
  const parts = [
    join(project, 'package.json'),
    realpathSync(join(own, '../..')),
    real,
    join(real, 'package.json'),
    file,
  ]
  return parts.every((path) => isOf(places.user, path)) ? { file } : { strangers: own }
}

/** The package in the project of a folder that names it. */
function findInProject(
  folder: string,
  packageName: string,
): { readonly project: string; readonly own: string } | undefined {
  const project = projectOf(folder, packageName)
  if (project === undefined) return undefined
  const own = foldersAbove(folder)
    .filter((each) => each.startsWith(project))
    .map((each) => join(each, 'node_modules', packageName))
    .find((path) => existsSync(join(path, 'package.json')))
  return own === undefined ? undefined : { project, own }
}

/** The package that this command is, and every node_modules that it stands in. */
function shelvesBeside(file: string): readonly string[] {
  const above = foldersAbove(dirname(realpathSync(file)))
  const room = above.find((folder) => existsSync(join(folder, 'package.json')))
  return [
    ...(room === undefined ? [] : [join(room, 'node_modules')]),
    ...above.filter((folder) => basename(folder) === 'node_modules'),
  ]
}

/** A folder, and all above it. */
function foldersAbove(folder: string): readonly string[] {
  const above = dirname(folder)
  return [folder, ...(above === folder ? [] : foldersAbove(above))]
}

/** The nearest folder whose package.json names a package. */
function projectOf(folder: string, packageName: string): string | undefined {
  return foldersAbove(folder).find((each) => {
    const manifest = manifestOf(each)
    return LISTS.some((list) => Object.hasOwn(Object(manifest[list]) as object, packageName))
  })
}

const LISTS = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies']

function manifestOf(folder: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))) as Readonly<Record<string, unknown>>
  } catch {
    return {}
  }
}

function isOf(user: number | undefined, path: string): boolean {
  return user === undefined || [user, 0].includes(statSync(path).uid)
}

function binOf(room: string, name: string): string {
  const { bin } = manifestOf(room)
  const bins = typeof bin === 'string' ? { [name]: bin } : ((bin ?? {}) as Readonly<Record<string, string>>)
  const file = bins[`iexec-${name}`] ?? bins[name] ?? Object.values(bins)[0]
  if (typeof file === 'string' && existsSync(join(room, file))) return realpathSync(join(room, file))
  throw new CliError('Failed', `The package in ${room} has no program to run.`, { hints: ['Install it again.'] })
}

/**
 * Runs a command of a package above this one: same streams, same exit code.
 *
 * @param line the words behind the name
 * @throws CliError `Failed` with the line that installs it, when it is absent
 */
export async function runOuterPackage(outer: OuterPackage, line: readonly string[], places: Places): Promise<number> {
  const file = requireOuterPackage(outer, { places, what: `iexec ${outer.name}` })
  const child = spawn(process.execPath, [file, ...line], { stdio: 'inherit', cwd: places.folder })
  return untilEnded(child)
}

/**
 * Runs a command of a package above this one for a command of this one: what it prints is the answer, its progress is shown.
 *
 * @param what the command that needs it: `iexec app check`
 * @throws CliError as `runOuterPackage` does
 */
export async function askOuterPackage(
  outer: OuterPackage,
  line: readonly string[],
  { places, what }: { readonly places: Places; readonly what: string },
): Promise<{ readonly code: number; readonly said: string }> {
  const file = requireOuterPackage(outer, { places, what })
  const child = spawn(process.execPath, [file, ...line], { stdio: ['ignore', 'pipe', 'inherit'], cwd: places.folder })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const code = await untilEnded(child)
  return { code, said }
}

function requireOuterPackage(
  outer: OuterPackage,
  { places, what }: { readonly places: Places; readonly what: string },
): string {
  const { packageName } = outer
  const { file, strangers } = findOuterPackage(outer, places)
  if (file !== undefined) return file
  const refused = strangers === undefined ? [] : [`${strangers} is not run: it belongs to another user.`]
  const isOwn = what === `iexec ${outer.name}`
  const sentence = isOwn
    ? `${what} is a package of its own, ${packageName}, and it is not installed.`
    : `${what} needs the package ${packageName}, and it is not installed.`
  throw new CliError('Failed', sentence, {
    hints: [
      ...refused,
      `npm install -g ${packageName} installs it, once it is published.`,
      ...(outer.isInSource === true ? [untilPublished(what)] : []),
    ],
  })
}

/** What works today. */
function untilPublished(what: string): string {
  return `Until then a clone of the source has it: npx -y pnpm@12.21.0 ${what} there, or a link to it, which README.md gives under "Try it".`
}

async function untilEnded(child: ChildProcess): Promise<number> {
  // The terminal sends Ctrl-C to both; this one waits until the other has ended in its own way.
  process.on('SIGINT', () => undefined)
  const pass = (signal: NodeJS.Signals): void => {
    child.kill(signal)
  }
  process.on('SIGTERM', pass).on('SIGHUP', pass)
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  child.once('error', reject).once('close', (code, signal) => {
    // As shells count whoever was ended by a signal.
    resolve(code ?? 128 + constants.signals[signal ?? 'SIGTERM'])
  })
  return promise
}

/** What tells where npm installs globally. */
export type Machine = {
  readonly platform: NodeJS.Platform
  readonly env: Readonly<Record<string, string | undefined>>
  /** The node that runs this. */
  readonly execPath: string
}

/**
 * `node_modules` of global installations: where npm was told, where it puts them by itself, and beside this very node.
 *
 * @example
 * globalShelves({ platform: 'linux', env: {}, execPath: '/usr/bin/node' }) // ['/usr/lib/node_modules']
 */
export function globalShelves({ platform, env, execPath }: Machine): readonly string[] {
  const isWindows = platform === 'win32'
  const path = isWindows ? win32 : posix
  const told = env['npm_config_prefix'] ?? env['NPM_CONFIG_PREFIX']
  const roaming = env['APPDATA']
  const prefixes = isWindows
    ? [told, roaming === undefined ? undefined : path.join(roaming, 'npm'), path.dirname(execPath)]
    : [told, path.join(path.dirname(execPath), '..')]
  return prefixes
    .filter((prefix) => prefix !== undefined && path.isAbsolute(prefix))
    .map((prefix) => path.join(prefix ?? '', isWindows ? 'node_modules' : 'lib/node_modules'))
}
