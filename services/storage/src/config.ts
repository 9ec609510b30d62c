// What an operator may set: by option, by environment variable, or in one file.
import { readFileSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Command } from 'commander'
import type { Address } from 'viem'
import {
  asAddress,
  asGateway,
  asText,
  asUrl,
  locateDatabase,
  readSettings,
  serviceCommand,
  setting,
  whole,
  type CommonSettings,
} from '@iexec/service'
import manifest from '../package.json' with { type: 'json' }
import { hashToken, type Whom } from './http/who.ts'

/** Where blocks are kept. */
export type BlocksPlace =
  | { readonly kind: 'folder'; readonly folder: string }
  | {
      readonly kind: 's3'
      readonly bucket: string
      readonly prefix: string
      readonly endpoint: string
      readonly region: string
    }
  | { readonly kind: 'node'; readonly url: string }

/** Everything that the service is told. Sizes in bytes, times in milliseconds. */
export type Config = CommonSettings & {
  readonly blocks: BlocksPlace
  /** Folder of archives that are just coming. */
  readonly spool: string
  readonly quotaBytes: number
  readonly uploaderQuotaBytes: number
  readonly addressQuotaBytes: number
  readonly maxUploadBytes: number
  readonly open: Whom
  /** Names of uploaders by the hash of their tokens. */
  readonly tokens: ReadonlyMap<string, string>
  readonly keepResultsMs: number
  readonly keepStrangersMs: number
  readonly sweepMs: number
  /** Other storages. */
  readonly peers: readonly string[]
  /** Whose results are taken; of all pools when empty. */
  readonly pools: readonly Address[]
}

type Own = {
  readonly blocks?: string
  readonly spool?: string
  readonly s3Endpoint: string
  readonly s3Region: string
  readonly quota: number
  readonly uploaderQuota: number
  readonly addressQuota: number
  readonly maxUpload: number
  readonly addFrom: Whom
  readonly tokens?: string
  readonly keepResults: number
  readonly keepAdded: number
  readonly sweep: number
  readonly peer?: readonly string[]
  readonly pools?: readonly Address[]
}

const PREFIX = 'STORAGE'
const MEGABYTE = 1_000_000
const DAY_MS = 24 * 3_600_000
const SHORTEST_TOKEN = 16
/** A page with many pictures, or a peer that fetches a large file block by block, asks this often. */
const USUAL_RATE = 6_000

const EXAMPLES = `
Examples:
  A storage for this machine's chain, with everything in one folder:
    pnpm --filter @iexec/storage start --rpc http://127.0.0.1:8545 --hub 0x… --database ./storage

  Blocks in a bucket (its keys in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY), reachable from outside:
    pnpm --filter @iexec/storage start --rpc https://one.example --hub 0x… --host 0.0.0.0 \\
      --blocks s3://results/blocks/ --s3-endpoint https://s3.example

  Blocks at an IPFS node:
    pnpm --filter @iexec/storage start --rpc https://one.example --hub 0x… --blocks ipfs+http://127.0.0.1:5001

docs/run-a-storage.md tells more.`

/** The command with all its options: what `--help` shows. */
export function storageCommand(): Command {
  const command = serviceCommand({
    name: 'iexec-storage',
    prefix: PREFIX,
    description: 'Keeps results and files by their content, and serves them as a gateway of IPFS.',
    version: manifest.version,
    port: 3002,
    folder: 'storage',
    examples: EXAMPLES,
  })
  command.options.find((option) => option.attributeName() === 'rateLimit')?.default(USUAL_RATE)
  for (const option of ownOptions()) command.addOption(option)
  return command
}

function ownOption(flags: string, text: string): ReturnType<typeof setting> {
  return setting(PREFIX, flags, text)
}

function ownOptions(): readonly ReturnType<typeof setting>[] {
  const megabytes = (flags: string, text: string, usual: number): ReturnType<typeof setting> =>
    ownOption(flags, text).argParser(whole(1)).default(usual)
  return [
    ownOption(
      '--blocks <place>',
      'a folder, s3://bucket/prefix, or ipfs+http://host:5001 (default: the folder blocks beside the database)',
    ).argParser(asText),
    ownOption('--s3-endpoint <url>', 'where the bucket is').argParser(asUrl).default('https://s3.amazonaws.com'),
    ownOption('--s3-region <name>', 'in which region').argParser(asText).default('us-east-1'),
    ownOption(
      '--spool <folder>',
      'for results that are just coming (default: the folder spool beside the database)',
    ).argParser(asText),
    megabytes('--quota <megabytes>', 'what is kept in all', 100_000),
    megabytes(
      '--uploader-quota <megabytes>',
      'what one worker, one holder of a token, or this machine may have',
      10_000,
    ),
    megabytes('--address-quota <megabytes>', 'what one address without a token may have', 1_000),
    megabytes('--max-upload <megabytes>', 'the largest result, or files of one request', 2_000),
    ownOption('--add-from <whom>', 'who may add files without a token')
      .choices(['local', 'local-pages', 'everyone'])
      .default('local'),
    ownOption('--tokens <file>', 'a JSON file of names and tokens that only its owner may read').argParser(asText),
    ownOption('--keep-results <days>', 'how long results are kept after the end of their task')
      .argParser(whole(1, 36_500))
      .default(30),
    ownOption('--keep-added <days>', 'how long files are kept that strangers added')
      .argParser(whole(1, 36_500))
      .default(30),
    ownOption('--sweep <seconds>', 'how often garbage is collected').argParser(whole(1, 86_400)).default(60),
    ownOption('--peer <urls...>', 'other storages, asked for what is not here').argParser(collectGateways),
    ownOption('--pools <addresses...>', 'the workerpools whose results are taken (default: all)').argParser(
      collectPools,
    ),
  ]
}

function collectGateways(text: string, previous: readonly string[] | undefined): readonly string[] {
  return [...(previous ?? []), ...text.split(',').map((url) => asGateway(url.trim()))]
}

function collectPools(text: string, previous: readonly Address[] | undefined): readonly Address[] {
  return [...(previous ?? []), ...text.split(',').map((pool) => asAddress(pool.trim()))]
}

/**
 * Reads the settings.
 *
 * @param args what stands after the command
 * @throws CommanderError when something is missing or wrong; with `exitOverride`, instead of ending the process
 * @example
 * readConfig(['--rpc', 'http://127.0.0.1:8545', '--hub', hub], storageCommand()).port // 3002
 */
export function readConfig(args: readonly string[], command: Command): Config {
  const { blocks, spool, s3Endpoint, s3Region, ...own } = readSettings<Own>(args, command)
  const folder = folderBeside(own.database)
  return {
    ...own,
    blocks: placeOfBlocks(blocks ?? join(folder, 'blocks'), { endpoint: s3Endpoint, region: s3Region }, command),
    spool: spool ?? join(folder, 'spool'),
    quotaBytes: own.quota * MEGABYTE,
    uploaderQuotaBytes: own.uploaderQuota * MEGABYTE,
    addressQuotaBytes: own.addressQuota * MEGABYTE,
    maxUploadBytes: own.maxUpload * MEGABYTE,
    open: own.addFrom,
    tokens: own.tokens === undefined ? new Map() : readTokens(own.tokens, command),
    keepResultsMs: own.keepResults * DAY_MS,
    keepStrangersMs: own.keepAdded * DAY_MS,
    sweepMs: own.sweep * 1000,
    peers: own.peer ?? [],
    pools: own.pools ?? [],
  }
}

function folderBeside(database: string): string {
  const location = locateDatabase(database, 'storage')
  if (location.engine === 'sqlite' && location.file !== ':memory:') return dirname(location.file)
  return join(homedir(), '.iexec', 'storage')
}

function placeOfBlocks(
  text: string,
  s3: { readonly endpoint: string; readonly region: string },
  command: Command,
): BlocksPlace {
  const bucket = /^s3:\/\/([a-z0-9.-]+)(?:\/(.*))?$/u.exec(text)
  if (bucket?.[1] !== undefined) return { kind: 's3', bucket: bucket[1], prefix: bucket[2] ?? '', ...s3 }
  const node = /^ipfs\+(https?:\/\/.+)$/u.exec(text)?.[1]
  if (node !== undefined && URL.canParse(node)) return { kind: 'node', url: node }
  if (!text.includes('://')) return { kind: 'folder', folder: text }
  return command.error(
    "error: option '--blocks <place>' is invalid. It is not a folder, s3://bucket/prefix or ipfs+http://host:5001.",
  )
}

function readTokens(path: string, command: Command): ReadonlyMap<string, string> {
  const wrong = (why: string): never => command.error(`${path} cannot be used: ${why}.`)
  try {
    if ((statSync(path).mode & 0o077) !== 0) return wrong('others than its owner may read it; chmod 600 it')
    const content: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (typeof content !== 'object' || content === null || Array.isArray(content))
      return wrong('it holds no names and tokens')
    const tokens = new Map<string, string>()
    for (const [name, token] of Object.entries(content)) {
      if (typeof token !== 'string' || token.length < SHORTEST_TOKEN || /\s/u.test(token)) {
        return wrong(`the token of ${name} is no text of ${SHORTEST_TOKEN} characters or more without spaces`)
      }
      tokens.set(hashToken(token), name)
    }
    return tokens
  } catch (cause) {
    if (cause instanceof SyntaxError) return wrong('it is not valid JSON')
    if (cause instanceof Error && 'syscall' in cause) return wrong('it is not there, or not readable')
    throw cause
  }
}
