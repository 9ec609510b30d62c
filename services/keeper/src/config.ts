// What an operator may set: by option, by environment variable, or in one file.
import process from 'node:process'
import {
  asText,
  readSettings,
  serviceCommand,
  setting,
  whole,
  type CommonSettings,
  type KeySource,
} from '@iexec/service'
import type { Command } from 'commander'
import manifest from '../package.json' with { type: 'json' }

/** What the command adds to the common settings. */
type Own = {
  readonly keyFile?: string
  readonly walletFile?: string
  readonly passwordFile?: string
  readonly fromBlock?: number
  readonly maxFee: number
  readonly gas: number
  readonly inFlight: number
  readonly leastPrice: number
  readonly mostFree: number
  readonly patience: number
}

/** Everything that the service is told. */
export type Config = CommonSettings & {
  readonly key: KeySource
  /** No event of the hub is in an earlier block; found by itself when not given. */
  readonly fromBlock: number | undefined
  /** In wei. */
  readonly maxFeePerGas: bigint
  /** The most gas of one transaction. */
  readonly gasLimit: bigint
  readonly mostInFlight: number
  /** In nRLC. */
  readonly leastPrice: bigint
  readonly mostFree: bigint
  /** Seconds that others have after a final deadline. */
  readonly patience: number
}

const GWEI = 1_000_000_000n

const EXAMPLES = `
Examples:
  A keeper on this machine's chain, with everything in one file:
    pnpm --filter @iexec/keeper start --rpc http://127.0.0.1:8545 --hub 0x… --key-file keeper.key

  The key in the environment, PostgreSQL, two RPC providers:
    KEEPER_KEY=0x… pnpm --filter @iexec/keeper start --rpc https://one.example https://two.example --hub 0x… \\
      --database postgres://keeper@db/keeper

The key needs a little gas and nothing else. docs/run-a-keeper.md tells more.`

/** The command with all its options: what `--help` shows. */
export function keeperCommand(): Command {
  const command = serviceCommand({
    name: 'iexec-keeper',
    prefix: 'KEEPER',
    description: 'Claims every task of a hub whose time is over, so that its price goes back to who paid.',
    version: manifest.version,
    port: 3003,
    folder: 'keeper',
    examples: EXAMPLES,
  })
  const options = [
    option('--key-file <file>', 'the key that pays for the gas; only its owner may read the file (or KEEPER_KEY)'),
    option('--wallet-file <file>', 'a keystore with that key, in its place'),
    option('--password-file <file>', 'the password of the keystore (or KEEPER_PASSWORD)'),
  ].map((one) => one.argParser(asText))
  const numbers = [
    option('--from-block <number>', 'first block of the hub (default: found by asking the node)').argParser(whole(0)),
    option('--max-fee <gwei>', 'the most that a unit of gas may cost').argParser(whole(0)).default(100),
    option('--gas <number>', 'the most gas of one transaction; half of a block at most')
      .argParser(whole(200_000))
      .default(8_000_000),
    option('--in-flight <number>', 'how many transactions may be on their way at once')
      .argParser(whole(1, 100))
      .default(8),
    option('--least-price <nRLC>', 'tasks that cost less count as free').argParser(whole(0)).default(1),
    option('--most-free <number>', 'so many free tasks of one deal are claimed; the others hold nobody’s money')
      .argParser(whole(0))
      .default(100),
    option('--patience <seconds>', 'how long to leave a task to others after its final deadline')
      .argParser(whole(0))
      .default(0),
  ]
  for (const one of [...options, ...numbers]) command.addOption(one)
  return command
}

/**
 * Reads the settings.
 *
 * @param args what stands after the command
 * @throws CommanderError when something is missing or wrong; with `exitOverride`, instead of ending the process
 * @example
 * readConfig(['--rpc', url, '--hub', hub, '--key-file', 'keeper.key'], keeperCommand()).port // 3003
 */
export function readConfig(args: readonly string[], command: Command): Config {
  const { keyFile, walletFile, passwordFile, maxFee, gas, inFlight, leastPrice, mostFree, fromBlock, ...common } =
    readSettings<Own>(args, command)
  const { KEEPER_KEY: key, KEEPER_PASSWORD: password } = process.env
  return {
    ...common,
    key: { keyFile, walletFile, passwordFile, key, password },
    fromBlock,
    maxFeePerGas: BigInt(maxFee) * GWEI,
    gasLimit: BigInt(gas),
    mostInFlight: inFlight,
    leastPrice: BigInt(leastPrice),
    mostFree: BigInt(mostFree),
  }
}

function option(flags: string, description: string): ReturnType<typeof setting> {
  return setting('KEEPER', flags, description)
}
