// The settings that every service has, as options of its command.
import { homedir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { PLACES } from '../db/place.ts'
import { asAddress, asSocket, asText, collectUrls, setting, whole } from './option.ts'

/** From the most to the least. */
export const LOG_LEVELS: readonly ['debug', 'info', 'warn', 'error', 'silent'] = [
  'debug',
  'info',
  'warn',
  'error',
  'silent',
] as const
/** How much is logged. */
export type LogLevel = (typeof LOG_LEVELS)[number]

/** The most that a time may be: milliseconds of `polling`, seconds of the others. Far beyond what makes sense, a timer would not wait at all. */
export const longest = { polling: 600_000, rpcTimeout: 600, rateWindow: 86_400 } as const

/** What is different in each service. */
export type ServiceFacts = {
  /** `iexec-keeper`. */
  readonly name: string
  /** What its environment variables begin with: `KEEPER`. */
  readonly prefix: string
  readonly description: string
  readonly version: string
  readonly port: number
  /** The folder below `~/.iexec` where its database is unless told otherwise. */
  readonly folder: string
  /** Shown below the options. */
  readonly examples?: string
}

/**
 * The command of a service with the settings that all of them have; its own are added to it.
 *
 * @example
 * serviceCommand({ name: 'iexec-keeper', prefix: 'KEEPER', description: '…', version: '0.1.0', port: 3003, folder: 'keeper' })
 */
export function serviceCommand(facts: ServiceFacts): Command {
  const command = new Command(facts.name)
    .description(facts.description)
    .version(facts.version, '--version', 'says which version this is')
    .showHelpAfterError('(--help lists all settings)')
  if (facts.examples !== undefined) command.addHelpText('after', facts.examples)
  for (const option of [...chainOptions(facts), ...hostOptions(facts)]) command.addOption(option)
  return command
}

function chainOptions({ prefix, folder }: ServiceFacts): readonly ReturnType<typeof setting>[] {
  const option = (flags: string, text: string): ReturnType<typeof setting> => setting(prefix, flags, text)
  return [
    option('--config <file>', 'a JSON file with any of these settings').argParser(asText),
    option('--rpc <urls...>', 'HTTP address of a node; several are tried in this order').argParser(collectUrls),
    option('--ws <url>', 'websocket of a node: only brings news sooner, so it may fail').argParser(asSocket),
    option('--hub <address>', 'address of the hub contract').argParser(asAddress),
    option('--polling <ms>', 'how often to ask the node for a new block')
      .argParser(whole(10, longest.polling))
      .default(250),
    option('--rpc-timeout <seconds>', 'how long a node may take for one answer')
      .argParser(whole(1, longest.rpcTimeout))
      .default(10),
    option('--database <place>', PLACES).default(join(homedir(), '.iexec', folder), `~/.iexec/${folder}`),
  ]
}

function hostOptions({ prefix, port }: ServiceFacts): readonly ReturnType<typeof setting>[] {
  const option = (flags: string, text: string): ReturnType<typeof setting> => setting(prefix, flags, text)
  return [
    option('--host <address>', 'where to listen').argParser(asText).default('127.0.0.1'),
    option('--port <number>', 'where to listen; 0 for any free one').argParser(whole(0, 65_535)).default(port),
    option('--rate-limit <number>', 'requests of one address in a window').argParser(whole(1)).default(100),
    option('--rate-window <seconds>', 'length of that window').argParser(whole(1, longest.rateWindow)).default(60),
    option('--log-level <level>', 'how much to log, as JSON lines on stderr').choices(LOG_LEVELS).default('info'),
  ]
}
