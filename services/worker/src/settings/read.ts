// Reads the settings of a worker: an option wins over the environment, both over the file, and all over what is usual.
import { hostname } from 'node:os'
import { resolve } from 'node:path'
import { dropEmptyVariables, readSettingsFile } from '@iexec/service'
import type { Command } from 'commander'
import { parseGwei, type Address } from 'viem'
import manifest from '../../package.json' with { type: 'json' }
import type { WorkerConfig } from '../worker.ts'
import { findChain } from './chain.ts'
import { formOf } from './form.ts'
import type { Options } from './options.ts'
import { UsageError } from './usage.ts'

/** Everything but the wallet and the engines, which take longer to find. */
export type Settings = Omit<WorkerConfig, 'account' | 'engines' | 'workerpool'> & {
  readonly workerpool: Address | undefined
  readonly options: Options
}

/**
 * Parses the options of a command of the worker.
 *
 * @param args what stands after the command
 * @throws CommanderError in one sentence when something is wrong
 */
export function readOptions(args: readonly string[], command: Command): Options {
  dropEmptyVariables(command)
  // Programs get the sentence in JSON.
  if (formOf(args) !== 'text') command.configureOutput({ writeErr: () => undefined })
  command.parse([...args], { from: 'user' })
  const { config } = command.opts<Options>()
  const file = config === undefined ? {} : readSettingsFile(config, command, {})
  for (const [name, value] of Object.entries(file)) {
    const source = command.getOptionValueSource(name)
    if (source === 'default' || source === undefined) command.setOptionValueWithSource(name, value, 'config')
  }
  return command.opts<Options>()
}

/**
 * The settings that follow from options, and from chain.json of the folder.
 *
 * @throws UsageError in one sentence that names what is missing and the option that gives it
 * @example
 * const { hub } = await readSettings(readOptions(['--pool', pool, '--chain', 'arbitrum-mainnet'], command), '.')
 */
export async function readSettings(options: Options, folder: string): Promise<Settings> {
  const isNamed = options.rpc !== undefined && options.hub !== undefined && options.chain === undefined
  const chain = isNamed ? undefined : await findChain(options.chain, folder)
  const rpcUrls = options.rpc ?? chain?.rpcUrls ?? []
  const hub = options.hub ?? chain?.hub
  if (rpcUrls.length === 0) throw new UsageError('No node was named: give --chain or --rpc.')
  if (hub === undefined) throw new UsageError('No hub was named: give --chain or --hub.')
  return {
    options,
    rpcUrls,
    hub,
    wsUrl: options.ws ?? chain?.wsUrl,
    rpcTimeoutMs: options.rpcTimeout * 1_000,
    pollingMs: options.polling,
    workerpool: options.pool ?? chain?.workerpool,
    marketUrl: options.market ?? chain?.marketUrl,
    schedulerUrl: options.scheduler,
    storages: options.storage ?? [],
    gateways: options.ipfsGateway ?? [],
    allowsPrivateInputs: options.allowPrivateInputs ?? false,
    maxFeePerGas: parseGwei(String(options.maxFeePerGas)),
    folder: resolve(folder, options.dataDir),
    maxStake: options.maxStake,
    retentionSeconds: options.retention * 86_400,
    name: options.name ?? hostname(),
    version: manifest.version,
    network: options.allowNetwork ?? false,
    gpu: options.gpu ?? false,
    ...(options.places === undefined ? {} : { places: options.places }),
  }
}
