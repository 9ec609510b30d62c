// chain.json: the chains of a project, in the shape that the existing command wrote.
import { join } from 'node:path'
import { KNOWN_CHAINS, type ChainSettings } from '@iexec/sdk'
import type { Address } from 'viem'
import { CliError } from '../cliError.ts'
import { readJsonFile } from './jsonFile.ts'
import { LOCAL, findNetwork, listNetworks } from './networkFile.ts'
import { asAddress, asChainId, asUrl, readSection, unknownKey, wrongValue } from './section.ts'

/** One chain of chain.json. Every key may be left out for a known chain. */
export type ChainEntry = {
  readonly id?: string
  readonly host?: string
  readonly hub?: Address
  readonly sms?: string
  readonly ipfsGateway?: string
  readonly ipfsNode?: string
  readonly iexecGateway?: string
  readonly compass?: string
  readonly pocoSubgraph?: string
}

/** The whole file. */
export type ChainFile = {
  readonly default?: string
  readonly allowExperimentalNetworks?: boolean
  readonly chains: Readonly<Record<string, ChainEntry>>
}

const URL_KEYS = ['host', 'sms', 'ipfsGateway', 'ipfsNode', 'iexecGateway', 'compass', 'pocoSubgraph'] as const
/** Of clients of generation 8: read past, because the chains that need them are gone. */
const FORMER_KEYS = [
  'ensRegistry',
  'ensPublicResolver',
  'voucherHub',
  'voucherSubgraph',
  'resultProxy',
  'native',
  'useGas',
  'defaultTeeFramework',
  'bridge',
]

/**
 * Reads chain.json of a folder; a file without chains when there is none.
 *
 * @throws CliError `BadFile` that names the key and its value
 */
async function readChainFile(folder: string): Promise<ChainFile> {
  const path = join(folder, 'chain.json')
  const given = await readJsonFile(path)
  if (given === undefined) return { chains: {} }
  const { values: file } = readSection(given, path)
  for (const key of Object.keys(file)) {
    if (!['default', 'allowExperimentalNetworks', 'chains', 'providers'].includes(key)) throw unknownKey(path, key)
  }
  const first = file['default']
  if (first !== undefined && (typeof first !== 'string' || first === '')) {
    throw wrongValue(`${path}: default`, first, 'a text')
  }
  const { values: chains } = readSection(file['chains'] ?? {}, `${path}: chains`)
  return {
    ...(first === undefined ? {} : { default: first }),
    chains: Object.fromEntries(
      Object.entries(chains).map(([name, entry]) => [name, readEntry(entry, `${path}: chains.${name}`)]),
    ),
  }
}

function readEntry(given: unknown, place: string): ChainEntry {
  const { values: entry } = readSection(given, place)
  for (const key of Object.keys(entry)) {
    if (![...URL_KEYS, 'id', 'hub', ...FORMER_KEYS].includes(key)) throw unknownKey(place, key)
  }
  const { id, hub } = entry
  const named = URL_KEYS.filter((key) => entry[key] !== undefined)
  const urls = named.map((key) => [key, asUrl(entry[key], `${place}.${key}`)] as const)
  return {
    ...(id === undefined ? {} : { id: `${asChainId(id, `${place}.id`)}` }),
    ...(hub === undefined ? {} : { hub: asAddress(hub, `${place}.hub`) }),
    ...Object.fromEntries(urls),
  }
}

/**
 * The chain that a command is for: the one of this name or id, else the default of chain.json, else the one that runs on this machine.
 *
 * @throws CliError `BadFile` or `MissingFile`, saying which chains there are
 */
export async function findChain(folder: string, name: string | undefined): Promise<ChainSettings> {
  const file = await readChainFile(folder)
  const wanted = name ?? file.default
  if (wanted === undefined) return (await findNetwork(LOCAL)) ?? missing(undefined, file)
  const known = KNOWN_CHAINS.find((chain) => chain.name === wanted || String(chain.chainId) === wanted)
  const own = findNameIn(file, wanted, known)
  if (own !== undefined) return toSettings(known?.name ?? own, file.chains[own] ?? {}, known)
  if (known !== undefined) return known
  return (await findNetwork(wanted)) ?? missing(wanted, file)
}

/** Under which name chain.json has a chain: the one that was typed, that of the known chain, or that of the only one with this id. */
function findNameIn({ chains }: ChainFile, wanted: string, known: ChainSettings | undefined): string | undefined {
  const ofId = Object.keys(chains).filter((name) => chains[name]?.id === wanted)
  const names = [wanted, known?.name, ...(ofId.length === 1 ? ofId : [])]
  return names.find((name) => name !== undefined && chains[name] !== undefined)
}

/**
 * The names that `findChain` understands in a folder, the default first.
 *
 * @throws CliError `BadFile`
 */
export async function listChains(folder: string): Promise<readonly string[]> {
  const { default: first, chains } = await readChainFile(folder)
  const names = [...Object.keys(chains), ...(await listNetworks()), ...KNOWN_CHAINS.map(({ name }) => name)]
  return [...new Set([...names.filter((name) => name === first), ...names])]
}

function toSettings(name: string, entry: ChainEntry, known: ChainSettings | undefined): ChainSettings {
  const { id, host, hub = known?.hub, sms, ipfsGateway, ipfsNode, iexecGateway, compass } = entry
  const rpcUrls = host === undefined ? known?.rpcUrls : [host]
  const chainId = id === undefined ? known?.chainId : Number(id)
  if (chainId === undefined || rpcUrls === undefined || hub === undefined) {
    const absent = [chainId ?? 'id', rpcUrls === undefined && 'host', hub === undefined && 'hub'].filter(
      (key) => typeof key === 'string',
    )
    throw new CliError('BadFile', `chain.json: chains.${name} lacks ${absent.join(' and ')}.`, {
      hints: ['A chain that is not known by itself needs id, host and hub.'],
    })
  }
  return {
    name,
    chainId,
    hub,
    rpcUrls,
    marketUrl: iexecGateway ?? known?.marketUrl,
    storageUrl: ipfsGateway ?? known?.storageUrl,
    ipfsApiUrl: ipfsNode ?? known?.ipfsApiUrl,
    compassUrl: compass ?? known?.compassUrl,
    vaultUrl: sms ?? known?.vaultUrl,
  }
}

function missing(name: string | undefined, file: ChainFile): never {
  const known = [...Object.keys(file.chains), ...KNOWN_CHAINS.map((chain) => chain.name)]
  const sentence =
    name === undefined
      ? 'No chain is named, and none runs on this machine.'
      : `Missing "${name}" chain in "chain.json".`
  throw new CliError('MissingFile', sentence, {
    hints: [
      `There are ${[...new Set(known)].join(', ')}. Name one with --chain, or write it into chain.json.`,
      'iexec init writes a chain.json to begin with.',
    ],
  })
}
