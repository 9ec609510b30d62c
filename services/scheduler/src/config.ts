// The settings of a scheduler.
import { InvalidArgumentError, type Command, type Option } from 'commander'
import {
  asAddress,
  asText,
  asUrl,
  collectUrls,
  readSettings,
  serviceCommand,
  setting,
  whole,
  type CommonSettings,
  type KeySource,
} from '@iexec/service'
import { parseGwei, type Address } from 'viem'
import { TRIAL_PLACES } from './decide/room.ts'

/** What this version is called. */
export const VERSION = '0.1.0'

const PREFIX = 'SCHEDULER'

/** Everything that a scheduler is told. */
export type Config = CommonSettings & {
  readonly pool: Address
  readonly key: KeySource
  /** Where results go, the preferred one first. */
  readonly storages: readonly string[]
  /** Where workers and requesters reach this API; unknown: nobody is told. */
  readonly publicUrl: string | undefined
  /** Where the pool sells; unknown: nowhere. */
  readonly market: string | undefined
  /** File with the price list. */
  readonly prices: string | undefined
  /** In wei. */
  readonly maxFeePerGas: bigint
  /** First block to look at; found out when undefined. */
  readonly fromBlock: number | undefined
  /** The only wallets that may join; undefined: all. Lower case. */
  readonly allowed: ReadonlySet<Address> | undefined
  readonly keptDays: number
  /** The most that logs take together. */
  readonly logBytes: number
  /** Places at once for a worker that has proved nothing. */
  readonly trialPlaces: number
}

type Own = {
  readonly pool?: Address
  readonly walletFile?: string
  readonly passwordFile?: string
  readonly password?: string
  readonly keyFile?: string
  readonly key?: string
  readonly storage?: readonly string[]
  readonly publicUrl?: string
  readonly market?: string
  readonly prices?: string
  readonly maxFeePerGas: number
  readonly fromBlock?: number
  readonly allow?: readonly Address[]
  readonly keepDays: number
  readonly logQuota: number
  readonly trialPlaces: number
}

const EXAMPLES = `
Examples:
  a pool for oneself, on this machine:
    iexec-scheduler --rpc http://127.0.0.1:8545 --ws ws://127.0.0.1:8545 --hub 0x… --pool 0x… --key-file pool.key --storage http://127.0.0.1:3002
  a pool for everybody, which sells by itself:
    iexec-scheduler --rpc https://node.example --hub 0x… --pool 0x… --wallet-file pool.json --password-file pool.pw \\
      --storage https://storage.example --public-url https://pool.example --market https://market.example --prices prices.json \\
      --database postgres://scheduler@127.0.0.1/iexec --host 0.0.0.0

The key owns the workerpool, or is an operator of the PoolOperator contract that does. SCHEDULER_KEY and SCHEDULER_PASSWORD
may give the key or the password of the wallet, but no option: every process of a machine can read command lines.
`

/** The command, with all of its settings. */
export function schedulerCommand(): Command {
  const command = serviceCommand({
    name: 'iexec-scheduler',
    prefix: PREFIX,
    description: 'Runs one workerpool: plans who computes which task, and brings every task to its end.',
    version: VERSION,
    port: 3001,
    folder: 'scheduler',
    examples: EXAMPLES,
  })
  for (const option of [...poolOptions(), ...keyOptions(), ...saleOptions()]) command.addOption(option)
  return command
}

function poolOptions(): readonly Option[] {
  return [
    setting(PREFIX, '--pool <address>', 'address of the workerpool').argParser(asAddress),
    setting(PREFIX, '--storage <urls...>', 'where results go; the first one is preferred').argParser(collectUrls),
    setting(PREFIX, '--allow <addresses...>', 'the only wallets that may join; all when left out').argParser(
      collectAddresses,
    ),
    setting(PREFIX, '--from-block <number>', 'first block to look at, when a node cannot search for it').argParser(
      whole(0),
    ),
    setting(PREFIX, '--max-fee-per-gas <gwei>', 'the most that a unit of gas may cost').argParser(asGwei).default(100),
    setting(PREFIX, '--keep-days <days>', 'how long logs of finished tasks are kept')
      .argParser(whole(0, 3_650))
      .default(3),
    setting(PREFIX, '--log-quota <megabytes>', 'what logs may take in all; those of tasks that ended first go first')
      .argParser(whole(1))
      .default(1_000),
    setting(PREFIX, '--trial-places <number>', 'places at once for a worker that has finished nothing yet')
      .argParser(whole(1, 1_000))
      .default(TRIAL_PLACES),
  ]
}

function keyOptions(): readonly Option[] {
  return [
    setting(PREFIX, '--wallet-file <file>', 'the wallet: a keystore of version 3').argParser(asText),
    setting(PREFIX, '--password-file <file>', 'file whose first line is the password of the wallet').argParser(asText),
    setting(PREFIX, '--key-file <file>', 'file with the key alone: 0x and 64 hex digits').argParser(asText),
    setting(PREFIX, '--key <hex>', 'only from the environment').hideHelp(),
    setting(PREFIX, '--password <text>', 'only from the environment').hideHelp(),
  ]
}

function saleOptions(): readonly Option[] {
  return [
    setting(PREFIX, '--public-url <url>', 'where this API is reached from outside').argParser(asUrl),
    setting(PREFIX, '--market <url>', 'the market where the pool sells').argParser(asUrl),
    setting(PREFIX, '--prices <file>', 'the price list, as JSON').argParser(asText),
  ]
}

/** Reads one of several addresses. */
function collectAddresses(text: string, previous: readonly Address[] | undefined): readonly Address[] {
  return [...(previous ?? []), ...text.split(',').map((address) => asAddress(address.trim()))]
}

/** Reads an amount of gwei, with a fraction. */
function asGwei(text: string): number {
  const value = Number(text)
  if (Number.isFinite(value) && value >= 0 && text.trim() !== '') return value
  throw new InvalidArgumentError('It is not an amount of gwei, such as 1.5.')
}

/** Reads the settings; what is wrong with them ends the process with one sentence. */
export function readConfig(args: readonly string[], command: Command): Config {
  const { pool, walletFile, passwordFile, password, keyFile, key, ...own } = readSettings<Own>(args, command)
  for (const name of ['key', 'password']) {
    if (command.getOptionValueSource(name) !== 'cli') continue
    command.error(
      `error: --${name} on a command line can be read by every process; use --${name}-file or the environment.`,
    )
  }
  if (pool === undefined)
    return command.error('No workerpool was named: give --pool, SCHEDULER_POOL, or "pool" in the file.')
  const {
    storage,
    publicUrl,
    market,
    prices,
    maxFeePerGas,
    fromBlock,
    allow,
    keepDays,
    logQuota,
    trialPlaces,
    ...common
  } = own
  if (prices !== undefined && market === undefined)
    command.error('error: --prices needs --market, where the orders go.')
  return {
    ...common,
    pool: pool.toLowerCase() as Address,
    key: { walletFile, passwordFile, password, keyFile, key },
    storages: storage ?? [],
    publicUrl,
    market,
    prices,
    maxFeePerGas: parseGwei(String(maxFeePerGas)),
    fromBlock,
    allowed: allow === undefined ? undefined : new Set(allow.map((one) => one.toLowerCase() as Address)),
    keptDays: keepDays,
    logBytes: logQuota * 1_000_000,
    trialPlaces,
  }
}
