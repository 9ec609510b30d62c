// Which chain: by the options, by chain.json of this folder, by a name that everybody knows, or a network of this machine.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { address } from '@iexec/wire'
import type { Address } from 'viem'
import { z } from 'zod'
import { LOCAL, findNetwork, type LocalNetwork } from './network.ts'
import { UsageError } from './usage.ts'

/** Where a chain and its market are, as far as it was told. */
export type ChainWish = {
  readonly rpcUrls: readonly string[]
  readonly hub: Address | undefined
  readonly marketUrl: string | undefined
  readonly wsUrl?: string
  /** A network of this machine has one pool, which need not be named. */
  readonly workerpool?: Address
}

const entry = z.object({
  id: z.string().optional(),
  host: z.string().optional(),
  hub: address.optional(),
  iexecGateway: z.string().optional(),
  compass: z.string().optional(),
})
const chainFile = z.object({ default: z.string().optional(), chains: z.record(z.string(), entry).default({}) })

/**
 * What is known of a chain of this name or id; when none is named, of the default of chain.json, else of the network that was started
 * on this machine.
 *
 * @param folder the folder of chain.json
 * @throws UsageError in one sentence when nobody knows the name; Error when the file cannot be read
 * @example
 * (await findChain('arbitrum-mainnet', '.')).hub // '0x…'
 */
export async function findChain(name: string | undefined, folder: string): Promise<ChainWish> {
  const file = readChainFile(folder)
  const wanted = name ?? file.default
  if (wanted === undefined) {
    const local = findNetwork(LOCAL)
    return local === undefined ? { rpcUrls: [], hub: undefined, marketUrl: undefined } : wishOf(local)
  }
  // Loaded when a name is looked for: who gives all addresses waits for nothing.
  const { KNOWN_CHAINS } = await import('@iexec/sdk')
  const known = KNOWN_CHAINS.find((chain) => chain.name === wanted || String(chain.chainId) === wanted)
  const own = Object.entries(file.chains).find(
    ([key, { id }]) => key === wanted || key === known?.name || id === wanted,
  )
  if (known === undefined && own === undefined) {
    const network = findNetwork(wanted)
    if (network !== undefined) return wishOf(network)
    const names = [...Object.keys(file.chains), ...KNOWN_CHAINS.map((chain) => chain.name)]
    throw new UsageError(
      `No chain "${wanted}" is known: known are ${names.join(', ')}. For another one give --rpc and --hub.`,
    )
  }
  const { host, hub, iexecGateway, compass } = own?.[1] ?? {}
  return {
    rpcUrls: host === undefined ? (known?.rpcUrls ?? []) : [host],
    hub: hub ?? known?.hub,
    marketUrl: compass ?? iexecGateway ?? known?.marketUrl,
  }
}

function wishOf({ rpcUrl, ...network }: LocalNetwork): ChainWish {
  return { rpcUrls: [rpcUrl], ...network }
}

function readChainFile(folder: string): z.infer<typeof chainFile> {
  const path = join(folder, 'chain.json')
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    return { chains: {} }
  }
  try {
    return chainFile.parse(JSON.parse(text))
  } catch (cause) {
    throw new Error(`${path} cannot be read as settings of chains: iexec info says what is wrong with it.`, { cause })
  }
}
