// `iexec store build`: makes a store as a static site, from listings, a name and a colour.
import { readFileSync } from 'node:fs'
import { findKnownChain } from '@iexec/sdk'
import { InvalidArgumentError, Option } from 'commander'
import { isAddress, type Address } from 'viem'
import { findNetwork } from '../chain/chains.ts'
import { UsageError } from '../fault.ts'
import { findOn } from '../registry/fill.ts'
import { findShell } from '../shell/shell.ts'
import { buildStore } from '../site/buildStore.ts'
import { parseSiteConfig, type SiteChain } from '../site/config.ts'
import { readSource } from '../site/source.ts'
import { asText, asUrl, describedCommand } from './line.ts'
import { asName } from './name.ts'

type Options = {
  readonly listings: readonly string[]
  readonly signer?: readonly Address[]
  readonly name: string
  readonly out: string
  readonly base: string
  readonly colour?: string
  readonly url?: string
  readonly network?: string
  readonly chain?: string
  readonly rpc?: string
  readonly market?: string
  readonly storage?: string
  readonly config?: string
}

/** Makes a store. */
export async function build(args: readonly string[]): Promise<number> {
  const command = describedCommand({
    name: 'iexec store build',
    description:
      'Makes a store as a static site: any web server serves the folder, and nothing has to run. Name a chain with its services, a network of this machine, or a config.json.',
    examples: [
      [
        'iexec store build --listings registry --name "My store" --network local --out shop',
        'for the network of this machine',
      ],
      [
        'iexec store build --listings registry https://other.example/index.json --name "My store" --colour "#2f6fed" --base /shop/ --chain arbitrum-mainnet --market https://market.example --storage https://storage.example --out shop',
        'of two registries, in a folder of a host',
      ],
      [
        'iexec store build --listings https://other.example/index.json --signer 0x629293Dc11ed5cFb6e039eCFf31062141C24FF21 --name "My store" --network local --out shop',
        'of an index that nobody but its maker can change',
      ],
    ],
  })
    .addOption(
      new Option(
        '--listings <places...>',
        'registries, indexes that were built, or URLs of such',
      ).makeOptionMandatory(),
    )
    .addOption(
      new Option(
        '--signer <addresses...>',
        'take indexes only when one of these signed them; one that says that it is signed has to be in any case',
      ).argParser(collectAddresses),
    )
    .addOption(new Option('--name <text>', 'what the store is called').argParser(asName).makeOptionMandatory())
    .addOption(new Option('--out <folder>', 'where to write it').argParser(asText).makeOptionMandatory())
    .addOption(
      new Option('--base <path>', 'the folder of the host in which it will stand').argParser(asBase).default('/'),
    )
    .addOption(new Option('--colour <colour>', 'its main colour, as #2f6fed').argParser(asColour))
    .addOption(
      new Option('--url <url>', 'where it will stand: then others show the logo beside a link to a listing').argParser(
        asUrl,
      ),
    )
    .addOption(
      new Option('--network <place>', 'a network of this machine: its name, folder or network.json').argParser(asText),
    )
    .addOption(new Option('--chain <name>', 'a known chain, by name or id').argParser(asText).conflicts('network'))
    .addOption(new Option('--rpc <url>', 'a node of that chain; the known one when left out').argParser(asUrl))
    .addOption(new Option('--market <url>', 'its market service').argParser(asUrl))
    .addOption(new Option('--storage <url>', 'its storage').argParser(asUrl))
    .addOption(
      new Option('--config <file>', 'a config.json: its chains').argParser(asText).conflicts(['network', 'chain']),
    )
  command.parse([...args], { from: 'user' })
  const options = command.opts<Options>()
  const { name, out, base, colour, url, network } = options
  const chains = chainsOf(options)
  const find = network === undefined ? undefined : findOn(findNetwork(network))
  const sources = await Promise.all(
    options.listings.map(async (place) => readSource(place, { find, signers: options.signer })),
  )
  for (const sentence of sources.flatMap(({ leftOut }) => leftOut)) console.error(sentence)
  const site = { name, parts: ['store'] as const, chains, ...(colour === undefined ? {} : { colour }) }
  const built = buildStore({ shell: await findShell(), out, base, site, sources, url })
  console.log(`${out} is a store with ${built.listings === 1 ? '1 listing' : `${built.listings} listings`}.`)
  console.log(`iexec store serve ${out} shows it on this machine.`)
  return 0
}

function chainsOf({ network, chain, rpc, market, storage, config }: Options): readonly SiteChain[] {
  if (config !== undefined) return parseSiteConfig(readConfigFile(config)).chains
  if (network !== undefined) return [findNetwork(network).site]
  if (chain === undefined) {
    throw new UsageError('No chain is named: give --network, or --chain with --market and --storage, or --config.')
  }
  const { name, chainId, hub, rpcUrls = [], marketUrl = market, storageUrl = storage } = findKnownChain(chain)
  const rpcUrl = rpc ?? rpcUrls[0]
  if (rpcUrl === undefined || marketUrl === undefined || storageUrl === undefined) {
    throw new UsageError(`The services of ${name} belong to others: give theirs with --market and --storage.`)
  }
  return [{ slug: name, name, chainId, hub, rpcUrl, marketUrl, storageUrl }]
}

function readConfigFile(file: string): unknown {
  try {
    const value = JSON.parse(readFileSync(file, 'utf8')) as object
    return { name: 'iExec', parts: ['store'], listings: [], ...value }
  } catch (cause) {
    throw new UsageError(`${file} cannot be read as a config.json.`, { cause })
  }
}

function asBase(text: string): string {
  if (/^\/(?:[\w.-]+\/)*$/u.test(text)) return text
  throw new InvalidArgumentError('It is no folder of a host, such as / or /shop/: begin and end with a slash.')
}

function collectAddresses(text: string, previous: readonly Address[] | undefined): readonly Address[] {
  if (isAddress(text)) return [...(previous ?? []), text]
  throw new InvalidArgumentError(
    isAddress(text, { strict: false })
      ? 'Its capital letters are not those of an address: a digit may be wrong.'
      : 'It is not an address: 0x followed by 40 hex digits.',
  )
}

function asColour(text: string): string {
  if (/^#[\da-f]{6}$/iu.test(text)) return text
  throw new InvalidArgumentError('It is no colour of six hex digits, such as #2f6fed.')
}
