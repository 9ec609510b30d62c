// What the owner of a worker may set: by option, by environment variable (WORKER_…), or in one file.
import { homedir } from 'node:os'
import { join } from 'node:path'
import { parseRlc } from '@iexec/protocol'
import {
  asAddress,
  asGateway,
  asSocket,
  asText,
  asUrl,
  collectUrls,
  LOG_LEVELS,
  longest,
  setting,
  whole,
  type LogLevel,
} from '@iexec/service'
import { Command, InvalidArgumentError, Option } from 'commander'
import type { Address } from 'viem'

/** What each of the variables of the environment begins with. */
export const PREFIX = 'WORKER'

/** Secrets: variables alone, because every process of a machine can read command lines. */
export const SECRET_VARIABLES: readonly string[] = [`${PREFIX}_KEY`, `${PREFIX}_PASSWORD`]

/** What the options are called once they are parsed. */
export type Options = {
  readonly config?: string
  readonly pool?: Address
  readonly chain?: string
  readonly rpc?: readonly string[]
  readonly ws?: string
  readonly hub?: Address
  readonly market?: string
  readonly scheduler?: string
  readonly storage?: readonly string[]
  readonly ipfsGateway?: readonly string[]
  readonly walletFile?: string
  readonly passwordFile?: string
  readonly keyFile?: string
  readonly dataDir: string
  readonly places?: number
  readonly name?: string
  readonly allowNetwork?: boolean
  readonly allowPrivateInputs?: boolean
  readonly gpu?: boolean
  readonly docker: boolean
  readonly dockerHost?: string
  readonly dockerConfig?: string
  readonly maxStake?: bigint
  readonly maxFeePerGas: number
  readonly retention: number
  readonly polling: number
  readonly rpcTimeout: number
  readonly host: string
  readonly port: number
  readonly logLevel: LogLevel
  readonly json?: boolean
  readonly raw?: boolean
  readonly quiet?: boolean
}

/** Days that make sense; seconds of more would not fit into a timer. */
const MOST_DAYS = 3_650

/**
 * A command of the worker with all its options.
 *
 * @example
 * workerCommand('start', 'Joins a pool and computes for it.').helpInformation()
 */
export function workerCommand(name: string, description: string, examples: string = ''): Command {
  const command = new Command(`iexec worker ${name}`)
    .description(description)
    .showHelpAfterError('(--help lists all settings)')
    .exitOverride()
  if (examples !== '') command.addHelpText('after', examples)
  const all = [...poolOptions(), ...walletOptions(), ...machineOptions(), ...shellOptions(), ...formOptions()]
  for (const one of all) command.addOption(one)
  return command
}

/** What a command needs that only looks at a folder. */
const OF_FOLDERS: ReadonlySet<string> = new Set(['config', 'dataDir', 'raw', 'json', 'quiet'])

/**
 * A command that looks at the folder of a worker. It takes all options, so that one file and one environment serve every command, and
 * explains those that count.
 *
 * @param examples each a line, and what it means
 * @example
 * folderCommand('status', 'Says how a worker is.', [['iexec worker status', 'of the usual folder']]).helpInformation()
 */
export function folderCommand(
  name: string,
  description: string,
  examples: readonly (readonly [line: string, meaning: string])[],
): Command {
  const lines = examples.map(([line, meaning]) => `  ${meaning}:\n    ${line}`)
  const command = workerCommand(name, description, `\nExamples:\n${lines.join('\n\n')}`)
  for (const one of command.options) if (!OF_FOLDERS.has(one.attributeName())) one.hideHelp()
  return command
}

function poolOptions(): readonly Option[] {
  return [
    option('--pool <address>', 'the workerpool to work for; that of a network of this machine when left out').argParser(
      asAddress,
    ),
    option(
      '--chain <name>',
      'name or id of a chain: of chain.json in this folder, one that is known, or a network of this machine',
    ).argParser(asText),
    option('--rpc <urls...>', 'HTTP address of a node; several are tried in this order').argParser(collectUrls),
    option('--ws <url>', 'websocket of a node: only brings news sooner, so it may fail').argParser(asSocket),
    option('--hub <address>', 'address of the hub contract').argParser(asAddress),
    option('--market <url>', 'market that tells where the scheduler of the pool is').argParser(asUrl),
    option('--scheduler <url>', 'the scheduler of the pool, for who knows it').argParser(asUrl),
    option('--storage <urls...>', 'storages for results, before those of the pool').argParser(collectUrls),
    option('--ipfs-gateway <urls...>', 'gateways for files of IPFS, before the storages').argParser(collectGateways),
  ]
}

function walletOptions(): readonly Option[] {
  return [
    option(
      '--wallet-file <file>',
      `wallet of the worker: a keystore (password by --password-file or ${PREFIX}_PASSWORD), or wallet.json`,
    ).argParser(asText),
    option('--password-file <file>', 'file whose first line is the password of the wallet').argParser(asText),
    option('--key-file <file>', `file with the private key alone; or set ${PREFIX}_KEY`).argParser(asText),
    option('--max-stake <rlc>', 'the most RLC that a vote may lock; a task that wants more is refused').argParser(
      asRlc,
    ),
    option('--max-fee-per-gas <gwei>', 'the most that a unit of gas may cost').argParser(positive).default(100),
  ]
}

function machineOptions(): readonly Option[] {
  return [
    option('--data-dir <folder>', 'where places, votes and results are kept; one process at a time has it')
      .argParser(asText)
      .default(join(homedir(), '.iexec', 'worker'), '~/.iexec/worker'),
    option('--places <number>', 'tasks at a time (default: one for each cpu, as far as memory goes)').argParser(
      whole(1, 1_000),
    ),
    option('--name <text>', 'what the pool calls this machine (default: its host name)').argParser(asText),
    option('--allow-network', 'let apps reach the internet, where their deal asks for it'),
    option('--allow-private-inputs', 'let tasks fetch from private addresses, this machine included'),
    option('--gpu', 'this machine has a graphics card for apps'),
    option('--docker-host <url>', 'Docker engine, as DOCKER_HOST has it (default: that of this machine)').argParser(
      asEngine,
    ),
    option(
      '--docker-config <file>',
      'logins of private registries, as docker login keeps them in ~/.docker/config.json',
    ).argParser(asText),
    option('--no-docker', 'run WebAssembly alone'),
    option('--retention <days>', 'how long results are kept, and offered again to storages that lost them')
      .argParser(whole(0, MOST_DAYS))
      .default(7),
  ]
}

function shellOptions(): readonly Option[] {
  return [
    option('--config <file>', 'a JSON file with any of these settings').argParser(asText),
    option('--polling <ms>', 'how often to ask the node for a new block')
      .argParser(whole(10, longest.polling))
      .default(250),
    option('--rpc-timeout <seconds>', 'how long a node may take for one answer')
      .argParser(whole(1, longest.rpcTimeout))
      .default(10),
    option('--host <address>', 'where to show /health, /metrics and a status page')
      .argParser(asText)
      .default('127.0.0.1'),
    option('--port <number>', 'where to show them; 0 for any free one').argParser(whole(0, 65_535)).default(0),
    option('--log-level <level>', 'how much to log, as JSON lines on stderr').choices(LOG_LEVELS).default('warn'),
  ]
}

/** Those of every command of iexec. */
function formOptions(): readonly Option[] {
  return [
    new Option('--raw', 'print one line of JSON in the shape that existing scripts know').conflicts('json'),
    option('--json', 'print JSON, for programs: one document; start prints a line for each event'),
    new Option('--quiet', 'print the result only'),
  ]
}

function option(flags: string, text: string): Option {
  return setting(PREFIX, flags, text)
}

function collectGateways(text: string, previous: readonly string[] | undefined): readonly string[] {
  return [...(previous ?? []), ...text.split(',').map((url) => asGateway(url.trim()))]
}

/** Reads where a Docker Engine listens. @throws InvalidArgumentError */
export function asEngine(text: string): string {
  const url = URL.parse(text)
  if (url?.protocol === 'unix:' || (/^(?:tcp|https?):$/u.test(url?.protocol ?? '') && url?.hostname !== '')) return text
  throw new InvalidArgumentError(
    'It is no address of an engine, such as unix:///var/run/docker.sock or tcp://host:2376.',
  )
}

function positive(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && value >= 0 && Number.isFinite(value)) return value
  throw new InvalidArgumentError('It is not a number from 0 on.')
}

function asRlc(text: string): bigint {
  try {
    return parseRlc(text, 'RLC')
  } catch {
    throw new InvalidArgumentError('It is not an amount of RLC, such as 5 or 0.5.')
  }
}
