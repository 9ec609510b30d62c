// What may be typed behind the commands of a network, and with which exit code one ends that cannot do it.
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { UsageError } from '../folder/fault.ts'
import { folderNamed } from '../folder/networkFolder.ts'
import { USUAL_REGISTRY_IMAGE } from '../registry/registry.ts'

/** Exit code of a call that was refused or failed. */
const FAILED = 1
/** Exit code of a line that cannot be used: nothing was done. */
const WRONG_USAGE = 2

/** Which network is meant. */
export type Place = { readonly name: string; readonly dataDir?: string }

/** A command with its examples: each a line, and what it means. */
export type Described = {
  readonly name: string
  readonly description: string
  readonly examples: readonly (readonly [line: string, meaning: string])[]
}

/**
 * A command that is about one network of this machine.
 *
 * @example
 * networkCommand({ name: 'stop', description: 'Ends the network.', examples: [] }).helpInformation()
 */
export function networkCommand({ name, description, examples }: Described): Command {
  const lines = examples.map(([line, meaning]) => `  ${meaning}:\n    ${line}`)
  return new Command(`iexec network ${name}`)
    .description(description)
    .addHelpText('after', `\nExamples:\n${lines.join('\n\n')}`)
    .showHelpAfterError('(--help lists all settings)')
    .exitOverride()
    .addOption(
      new Option('--name <name>', 'which of the networks of this machine; iexec finds local by itself')
        .argParser(asName)
        .default('local'),
    )
    .addOption(
      new Option('--data-dir <folder>', 'where the network is kept (default: ~/.iexec/networks and its name)')
        .argParser(asText)
        .conflicts('name'),
    )
}

/** Parses what was typed. @throws CommanderError after it has told why */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- what the command's options are, only the caller knows
export function parseLine<Options extends object>(command: Command, args: readonly string[]): Options {
  command.parse([...args], { from: 'user' })
  return command.opts<Options>()
}

/** The folder of the network that is meant. */
export function folderOf({ name, dataDir }: Place): string {
  return folderNamed({ name, dataDir })
}

/** The words by which another command names the same network. */
export function wordsOf({ name, dataDir }: Place): string {
  if (dataDir !== undefined) return ` --data-dir ${folderNamed({ name, dataDir })}`
  return name === 'local' ? '' : ` --name ${name}`
}

/**
 * Tells why a command ended early, unless the parser of the line has told it already.
 *
 * @returns the exit code: 0 after help, 2 when the line cannot be used, else 1
 * @example
 * process.exitCode = tellFailure(error)
 */
export function tellFailure(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USAGE
  console.error(error instanceof Error ? error.message : error)
  return error instanceof UsageError ? WRONG_USAGE : FAILED
}

/** Makes a reader of whole numbers, both bounds included, which throws InvalidArgumentError. */
export function whole(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (/^\d+$/u.test(text) && value >= least && value <= most) return value
    throw new InvalidArgumentError(`It is not a whole number from ${least} to ${most}.`)
  }
}

/** Reads a text that is not empty. @throws InvalidArgumentError */
function asText(text: string): string {
  if (text.trim() !== '') return text
  throw new InvalidArgumentError('It is empty.')
}

function asName(text: string): string {
  if (/^[a-z\d][a-z\d-]{0,30}$/u.test(text)) return text
  throw new InvalidArgumentError('It is not a name: up to 31 lower-case letters, digits and -.')
}

/** Where the container engine is. */
export function dockerHostOption(): Option {
  return new Option(
    '--docker-host <url>',
    'Docker engine, as DOCKER_HOST has it (default: that of this machine)',
  ).argParser(asEngine)
}

/** Without a container engine. */
export function noDockerOption(): Option {
  return new Option('--no-docker', 'run WebAssembly alone')
}

/** Whose pages may use the chain. */
export function allowOriginOption(): Option {
  return new Option(
    '--allow-origin <origin...>',
    'until it ends, pages of these websites may use the chain, too (always: those of this machine, and wallets)',
  ).argParser(collectOrigins)
}

/** Reads the origin of a website, behind those before it. @throws InvalidArgumentError */
function collectOrigins(text: string, before: readonly string[] = []): readonly string[] {
  const url = URL.parse(text)
  if (url !== null && /^https?:$/u.test(url.protocol) && url.origin === text && !text.includes('*'))
    return [...before, text]
  const meant =
    url === null || url.origin === 'null' || url.origin === text
      ? 'such as https://remix.ethereum.org'
      : `perhaps ${url.origin}`
  throw new InvalidArgumentError(`It is no origin of a website, ${meant}.`)
}

/** Of which image the registry of images is. */
export function registryImageOption(): Option {
  return new Option(
    '--registry-image <image>',
    `the registry of images is a container of this image (default: as before, else ${USUAL_REGISTRY_IMAGE})`,
  ).argParser(asText)
}

/** Reads where a Docker Engine listens. @throws InvalidArgumentError */
function asEngine(text: string): string {
  const url = URL.parse(text)
  if (url?.protocol === 'unix:' || (/^(?:tcp|https?):$/u.test(url?.protocol ?? '') && url?.hostname !== '')) return text
  throw new InvalidArgumentError(
    'It is no address of an engine, such as unix:///var/run/docker.sock or tcp://host:2376.',
  )
}
