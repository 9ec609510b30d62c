// What lives in packages above the command: found where npm puts packages, and run as if it were a part of it.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { CliError } from './cliError.ts'

/** A group of commands that comes with a package of its own. */
export type OuterPackage = { readonly name: string; readonly packageName: string; readonly summary: string }

/** All of them, in the order of the help. */
export const OUTER_PACKAGES: readonly OuterPackage[] = [
  { name: 'worker', packageName: '@iexec/worker', summary: 'earn RLC with a machine that computes' },
  { name: 'network', packageName: '@iexec/network', summary: 'a whole market on this machine, to try things' },
  { name: 'store', packageName: '@iexec/store', summary: 'a store of apps as a site of your own' },
]

/** Where a package may be. */
export type Places = {
  /** Where the command was called. */
  readonly folder: string
  /** A file of this command. */
  readonly beside: string
  /** Prefixes of global installations. */
  readonly prefixes: readonly string[]
}

/**
 * The file to run; the project's own package first, then the one beside this command, then a global one.
 *
 * @returns undefined when it is nowhere
 */
function findOuterPackage({ name, packageName }: OuterPackage, places: Places): string | undefined {
  const shelves = [
    ...shelvesAbove(places.folder),
    ...shelvesAbove(dirname(realpathSync(places.beside))),
    ...places.prefixes.map((prefix) => join(prefix, 'lib/node_modules')),
  ]
  const room = shelves.map((shelf) => join(shelf, packageName)).find((path) => existsSync(join(path, 'package.json')))
  return room === undefined ? undefined : binOf(room, name)
}

/** node_modules of a folder and of all above it, as node looks for packages. */
function shelvesAbove(folder: string): readonly string[] {
  const above = dirname(folder)
  return [join(folder, 'node_modules'), ...(above === folder ? [] : shelvesAbove(above))]
}

function binOf(room: string, name: string): string {
  const { bin } = JSON.parse(readFileSync(join(room, 'package.json'), 'utf8')) as { readonly bin?: unknown }
  const bins = typeof bin === 'string' ? { [name]: bin } : ((bin ?? {}) as Readonly<Record<string, string>>)
  const file = bins[`iexec-${name}`] ?? bins[name] ?? Object.values(bins)[0]
  if (file !== undefined && existsSync(join(room, file))) return join(room, file)
  throw new CliError('Failed', `The package in ${room} has no program to run.`, { hints: ['Install it again.'] })
}

/**
 * Runs a command of a package above this one: same streams, same exit code.
 *
 * @param line the words behind the name
 * @throws CliError `Failed` with the line that installs it, when it is absent
 */
export async function runOuterPackage(outer: OuterPackage, line: readonly string[], places: Places): Promise<number> {
  const { name, packageName } = outer
  const file = findOuterPackage(outer, places)
  if (file === undefined) {
    throw new CliError('Failed', `iexec ${name} is a package of its own, ${packageName}, and it is not installed.`, {
      hints: [`npm install -g ${packageName} installs it.`],
    })
  }
  const child = spawn(process.execPath, [file, ...line], { stdio: 'inherit', cwd: places.folder })
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

/** Where npm installs globally: as it was told, or beside this very node. */
export function globalPrefixes(): readonly string[] {
  const told = process.env['npm_config_prefix'] ?? process.env['NPM_CONFIG_PREFIX']
  return [...(told === undefined ? [] : [told]), join(dirname(process.execPath), '..')]
}
