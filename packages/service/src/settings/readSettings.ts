// Reads the settings of a service: an option wins over the environment, and both over the file.
import type { Command } from 'commander'
import type { Address } from 'viem'
import { PLACES, isPlace } from '../db/place.ts'
import type { LogLevel } from './command.ts'
import { readSettingsFile, type FileOnly, type FileSettings } from './file.ts'
import { dropEmptyVariables, prefixOf } from './text.ts'

/** What every service is told. */
export type CommonSettings = {
  /** Tried in this order; the next one is asked when one fails. */
  readonly rpcUrls: readonly string[]
  /** Only brings news sooner. */
  readonly wsUrl: string | undefined
  readonly hub: Address
  readonly pollingMs: number
  /** How long one request to a node may take. */
  readonly rpcTimeoutMs: number
  /** A file, a folder, or `postgres://…`. */
  readonly database: string
  readonly host: string
  readonly port: number
  readonly rateLimit: { readonly requests: number; readonly windowMs: number }
  readonly logLevel: LogLevel
}

type Parsed = {
  readonly config?: string
  readonly rpc?: readonly string[]
  readonly ws?: string
  readonly hub?: Address
  readonly polling: number
  readonly rpcTimeout: number
  readonly database: string
  readonly host: string
  readonly port: number
  readonly rateLimit: number
  readonly rateWindow: number
  readonly logLevel: LogLevel
}

/**
 * Reads the settings of a command that `serviceCommand` made.
 *
 * @param args what stands after the command
 * @param fileOnly what may stand in the file alone, such as lists: zod schemas by name
 * @returns the common settings, and the command's own by their names in camel case
 * @throws CommanderError when something is missing or wrong; with `exitOverride`, instead of ending the process
 * @example
 * readSettings<{ readonly batch: number }>(['--rpc', url, '--hub', hub], keeperCommand()).batch // 50
 */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- what the command's own options are, only the caller knows
export function readSettings<Own extends object>(
  args: readonly string[],
  command: Command,
  fileOnly: FileOnly = {},
): CommonSettings & Own {
  const inFile = parseSettings(args, command, (path) => readSettingsFile(path, command, fileOnly))
  const { rpc: rpcUrls = [], ws, hub, ...parsed } = command.opts<Parsed & Own>()
  const prefix = prefixOf(command)
  if (rpcUrls.length === 0) command.error(`No node was named: give --rpc, ${prefix}_RPC, or "rpc" in the file.`)
  if (hub === undefined) return command.error(`No hub was named: give --hub, ${prefix}_HUB, or "hub" in the file.`)
  const { polling, rpcTimeout, rateLimit, rateWindow, config: _, ...rest } = parsed
  return {
    ...(rest as unknown as Own & typeof rest),
    ...Object.fromEntries(Object.keys(fileOnly).map((name) => [name, inFile[name]])),
    rpcUrls,
    wsUrl: ws,
    hub,
    pollingMs: polling,
    rpcTimeoutMs: rpcTimeout * 1000,
    rateLimit: { requests: rateLimit, windowMs: rateWindow * 1000 },
  }
}

/**
 * Parses the options, and takes from the file what neither they nor the environment say.
 *
 * @param read reads the file; called only when one is named
 * @returns what stands in the file
 * @throws CommanderError when something is wrong
 */
export function parseSettings<File extends FileSettings>(
  args: readonly string[],
  command: Command,
  read: (path: string) => File,
): File | FileSettings {
  dropEmptyVariables(command)
  command.parse([...args], { from: 'user' })
  const { config } = command.opts<Parsed>()
  const file = config === undefined ? {} : read(config)
  for (const [name, value] of Object.entries(file)) {
    if (command.getOptionValueSource(name) === 'default' || command.getOptionValueSource(name) === undefined) {
      command.setOptionValueWithSource(name, value, 'config')
    }
  }
  // Not by the option itself, which would show what it was given, and so a password.
  if (!isPlace(command.opts<Parsed>().database)) {
    command.error(`error: option '--database <place>' is invalid. It is not ${PLACES}.`)
  }
  return file
}
