// What an operator may set: by option, by environment variable, or in one file; an option wins over the environment, and both over the file.
import { asGateway, parseSettings, serviceCommand, setting, sharedFile, whole, type LogLevel } from '@iexec/service'
import type { Command, Option } from 'commander'
import type { Address } from 'viem'
import manifest from '../package.json' with { type: 'json' }
import { LONGEST_CHALLENGE, readFile, type FileSettings } from './configFile.ts'
import { usualListenerLimits, type ListenerLimits } from './live/places.ts'

/** One chain to serve. */
export type ChainConfig = {
  /** Tried in this order; the next one is asked when one fails. */
  readonly rpcUrls: readonly string[]
  /** Only wakes the indexer up. */
  readonly wsUrl: string | undefined
  readonly hub: Address
  /** Where the market begins; found by itself when not given. */
  readonly fromBlock: number | undefined
  /** A file, a folder that will hold one file per chain, or `postgres://…`. */
  readonly database: string
}

/** Everything that the service is told. */
export type Config = {
  readonly chains: readonly ChainConfig[]
  readonly host: string
  readonly port: number
  readonly maxOpenOrdersPerWallet: number
  readonly challengeLifetimeMs: number
  readonly rateLimit: { readonly requests: number; readonly windowMs: number }
  readonly listeners: ListenerLimits
  readonly pollingMs: number
  /** How long one request to a node may take. */
  readonly rpcTimeoutMs: number
  readonly undoBlocks: number
  /** Where files of IPFS come from; without it, the datasets of bulk deals are not shown. */
  readonly ipfsGateway: string | undefined
  /** What is read of files of IPFS for all deals of one chain together. */
  readonly ipfsQuotaBytes: number
  readonly logLevel: LogLevel
}

/** What the options are called once they are parsed. */
type Parsed = {
  readonly rpc?: readonly string[]
  readonly ws?: string
  readonly hub?: Address
  readonly fromBlock?: number
  readonly database: string
  readonly host: string
  readonly port: number
  readonly maxOpenOrders: number
  readonly challengeLifetime: number
  readonly rateLimit: number
  readonly rateWindow: number
  readonly maxListeners: number
  readonly maxBacklog: number
  readonly polling: number
  readonly rpcTimeout: number
  readonly undoBlocks: number
  readonly ipfsGateway?: string
  readonly ipfsQuota: number
  readonly logLevel: LogLevel
}

const EXAMPLES = `
Examples:
  A market on this machine's chain, with everything in one file:
    pnpm --filter @iexec/market start --rpc http://127.0.0.1:8545 --hub 0x…

  Two RPC providers, a websocket for quicker news, PostgreSQL, reachable from outside:
    pnpm --filter @iexec/market start --rpc https://one.example https://two.example --ws wss://one.example \\
      --hub 0x… --database postgres://market@db/market --host 0.0.0.0

  Several chains, everything in a file:
    pnpm --filter @iexec/market start --config market.json
    { "port": 3000, "chains": [ { "rpc": ["https://one.example"], "hub": "0x…" }, … ] }
  Its names are those of the options in camel case (fromBlock, maxOpenOrders, …).

docs/run-a-market.md tells more.`

/** The command with all its options: what `--help` shows. */
export function marketCommand(): Command {
  const command = serviceCommand({
    name: 'iexec-market',
    prefix: 'MARKET',
    description: 'Follows a market on a chain, keeps its order book, and answers over HTTP, sockets and GraphQL.',
    version: manifest.version,
    port: 3000,
    folder: 'market',
    examples: EXAMPLES,
  })
  for (const own of [...bookOptions(), ...listenerOptions(), ...ipfsOptions()]) command.addOption(own)
  return command
}

function bookOptions(): readonly Option[] {
  return [
    option(
      '--from-block <number>',
      'first block of the market (default: found by asking the node); for a new database: what happened before is never in it',
    ).argParser(whole(0)),
    option('--max-open-orders <number>', 'open orders of one kind that one wallet may have')
      .argParser(whole(1))
      .default(50),
    option('--challenge-lifetime <seconds>', 'how long a login may wait for its signature')
      .argParser(whole(1, LONGEST_CHALLENGE))
      .default(300),
    option('--undo-blocks <number>', 'how many blocks can be undone; a deeper reorganisation replays the chain')
      .argParser(whole(1))
      .default(1000),
  ]
}

function listenerOptions(): readonly Option[] {
  return [
    option('--max-listeners <number>', 'sockets and event streams that one address may have open at a time')
      .argParser(whole(1))
      .default(usualListenerLimits.perAddress),
    option('--max-backlog <kilobytes>', 'what may wait for one socket or stream that reads too slowly')
      .argParser(whole(1))
      .default(usualListenerLimits.backlogBytes / 1000),
  ]
}

function ipfsOptions(): readonly Option[] {
  return [
    option(
      '--ipfs-gateway <url>',
      'HTTP gateway of IPFS that serves <url>/ipfs/<cid> without redirects, for the dataset lists of bulk deals',
    ).argParser(asGateway),
    option('--ipfs-quota <megabytes>', 'what is read of these lists for all deals of a chain together')
      .argParser(whole(1))
      .default(10_000),
  ]
}

/**
 * Reads the settings.
 *
 * @param args what stands after the command
 * @throws CommanderError when something is missing or wrong; with `exitOverride`, instead of ending the process
 * @example
 * readConfig(['--rpc', 'http://127.0.0.1:8545', '--hub', hub], marketCommand()).port // 3000
 */
export function readConfig(args: readonly string[], command: Command): Config {
  const { chains } = parseSettings(args, command, (path) => readFile(path, command)) as FileSettings
  const parsed = command.opts<Parsed>()
  return {
    chains: withoutSharedFile(chainsOf(parsed, chains, command), command),
    host: parsed.host,
    port: parsed.port,
    maxOpenOrdersPerWallet: parsed.maxOpenOrders,
    challengeLifetimeMs: parsed.challengeLifetime * 1000,
    rateLimit: { requests: parsed.rateLimit, windowMs: parsed.rateWindow * 1000 },
    listeners: { perAddress: parsed.maxListeners, backlogBytes: parsed.maxBacklog * 1000 },
    pollingMs: parsed.polling,
    rpcTimeoutMs: parsed.rpcTimeout * 1000,
    undoBlocks: parsed.undoBlocks,
    ipfsGateway: parsed.ipfsGateway,
    ipfsQuotaBytes: parsed.ipfsQuota * 1_000_000,
    logLevel: parsed.logLevel,
  }
}

function chainsOf(parsed: Parsed, chains: FileSettings['chains'], command: Command): readonly ChainConfig[] {
  if (chains !== undefined) {
    if (parsed.rpc !== undefined || parsed.hub !== undefined) {
      command.error('The file lists chains: rpc and hub belong to each of them, not beside them.')
    }
    return chains.map((chain) => ({
      rpcUrls: chain.rpc,
      wsUrl: chain.ws,
      hub: chain.hub,
      fromBlock: chain.fromBlock,
      database: chain.database ?? parsed.database,
    }))
  }
  const { rpc: rpcUrls = [], hub } = parsed
  if (rpcUrls.length === 0) command.error('No node was named: give --rpc, MARKET_RPC, or "rpc" in the file.')
  if (hub === undefined) return command.error('No market was named: give --hub, MARKET_HUB, or "hub" in the file.')
  return [{ rpcUrls, wsUrl: parsed.ws, hub, fromBlock: parsed.fromBlock, database: parsed.database }]
}

function withoutSharedFile(chains: readonly ChainConfig[], command: Command): readonly ChainConfig[] {
  const shared = sharedFile(chains.map(({ database }) => database))
  if (shared === undefined) return chains
  return command.error(
    `Two chains cannot share the file ${shared}: name a folder as the database, which holds one file per chain, or another file for each chain.`,
  )
}

function option(flags: string, description: string): Option {
  return setting('MARKET', flags, description)
}
