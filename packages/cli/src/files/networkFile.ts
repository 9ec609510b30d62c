// Networks that were started on this machine: each says in a file of its own where it is, and who is on it.
import { existsSync, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { isPrivateKey } from '@iexec/service/keystore'
import type { ChainSettings } from '@iexec/sdk'
import type { Hex } from 'viem'
import { CliError } from '../cliError.ts'
import { readJsonFile } from './jsonFile.ts'
import { asAddress, asChainId, asUrl, isObject, readSection, type Section } from './section.ts'

/** The one that is taken when no chain is named. */
export const LOCAL = 'local'

/** As `iexec network start --name` takes it, so that no name leads anywhere else. */
const NAME = /^[a-z\d][a-z\d-]{0,30}$/u

/**
 * The settings of a network of this machine; undefined when there is none of this name.
 *
 * @throws CliError `BadFile`
 * @example
 * await findNetwork('local')
 */
export async function findNetwork(name: string): Promise<ChainSettings | undefined> {
  const network = await readNetwork(name)
  if (network === undefined) return undefined
  const { place, values } = network
  const url = (key: string): string | undefined =>
    values[key] === undefined || values[key] === null ? undefined : asUrl(values[key], `${place}: ${key}`)
  return {
    name,
    chainId: asChainId(values['chainId'], `${place}: chainId`),
    hub: asAddress(values['hub'], `${place}: hub`),
    rpcUrls: [asUrl(values['rpcUrl'], `${place}: rpcUrl`)],
    marketUrl: url('marketUrl'),
    storageUrl: url('storageUrl'),
    ipfsApiUrl: url('ipfsApiUrl'),
    compassUrl: url('compassUrl'),
    vaultUrl: url('vaultUrl'),
  }
}

/** The names of the networks of this machine; one whose file says something wrong is none: whoever names it hears why. */
export async function listNetworks(): Promise<readonly string[]> {
  const names = existsSync(networksFolder()) ? readdirSync(networksFolder()).filter((name) => NAME.test(name)) : []
  const found = await Promise.all(names.map(async (name) => findNetwork(name).catch(() => undefined)))
  return names.filter((_, place) => found[place] !== undefined)
}

/**
 * The key of the faucet of a chain: only networks of this machine have one, and only for who started them.
 *
 * @throws CliError `Failed` for every other chain; `BadFile`
 */
export async function requireFaucet({ name, rpcUrls = [] }: ChainSettings): Promise<Hex> {
  for (const network of await listNetworks()) {
    const settings = await findNetwork(network)
    // The same by another name, as of a project's chain.json, is the same.
    if (settings?.rpcUrls?.[0] === rpcUrls[0]) return readFaucetKey(network)
  }
  throw new CliError('Failed', `The chain ${name} has no faucet: only networks of this machine have one.`, {
    hints: ['iexec network start starts one; iexec wallet get-ether --chain local asks it then.'],
  })
}

async function readFaucetKey(name: string): Promise<Hex> {
  const network = await readNetwork(name)
  const accounts = network?.values['accounts']
  const found: unknown = Array.isArray(accounts)
    ? accounts.find((one) => isObject(one) && one['role'] === 'faucet')
    : undefined
  const key = isObject(found) ? found['privateKey'] : undefined
  if (isPrivateKey(key)) return key
  throw new CliError('BadFile', `${fileOf(name)} names no faucet with its key.`, {
    hints: ['iexec network stop and start write it anew.'],
  })
}

async function readNetwork(name: string): Promise<Section | undefined> {
  if (!NAME.test(name)) return undefined
  const given = await readJsonFile(fileOf(name))
  return given === undefined ? undefined : readSection(given, fileOf(name))
}

function fileOf(name: string): string {
  return join(networksFolder(), name, 'network.json')
}

function networksFolder(): string {
  return join(homedir(), '.iexec', 'networks')
}
