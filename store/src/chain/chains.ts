// Which chains there are to ask: those that are known by themselves, and the networks of this machine.
import { readFileSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { KNOWN_CHAINS, type ChainSettings } from '@iexec/sdk'
import { z } from 'zod'
import { UsageError } from '../fault.ts'
import type { SiteChain } from '../site/config.ts'

/** A network of this machine: what its network.json says, as far as it is needed here. */
export type LocalNetwork = {
  readonly chain: ChainSettings
  /** As a site is told of it. */
  readonly site: SiteChain
  /** Who sells the apps of its first sale. */
  readonly appOwner: `0x${string}` | undefined
}

/** The network that `iexec` finds by itself. */
const LOCAL = 'local'

const networkFile = z.object({
  chainId: z.int(),
  hub: z.custom<`0x${string}`>((value) => /^0x[\da-f]{40}$/iu.test(String(value))),
  rpcUrl: z.url(),
  marketUrl: z.url(),
  storageUrl: z.url(),
  ipfsApiUrl: z.url().optional(),
  compassUrl: z.url().optional(),
  schedulerUrl: z.url().optional(),
  accounts: z
    .array(
      z.object({
        role: z.string(),
        address: z.custom<`0x${string}`>((value) => /^0x[\da-f]{40}$/iu.test(String(value))),
      }),
    )
    .default([]),
})

/**
 * A network of this machine.
 *
 * @param place its name, its folder, or its network.json
 * @throws UsageError when there is none
 * @example
 * findNetwork('local').chain.chainId // 31337
 */
export function findNetwork(place: string): LocalNetwork {
  const file = fileOf(place)
  let content: string
  try {
    content = readFileSync(file, 'utf8')
  } catch (cause) {
    throw new UsageError(`There is no network ${place}: ${file} is not there. iexec network start starts one.`, {
      cause,
    })
  }
  return parseNetwork(parse(content), file)
}

function parse(content: string): unknown {
  try {
    return JSON.parse(content)
  } catch {
    return undefined
  }
}

/**
 * Reads what a network.json says.
 *
 * @param file where it stands, for the sentence
 * @throws UsageError when it is none
 * @example
 * parseNetwork(network, 'network.json').site.slug // 'local'
 */
export function parseNetwork(value: unknown, file: string): LocalNetwork {
  const parsed = networkFile.safeParse(value)
  if (!parsed.success) throw new UsageError(`${file} is no network.json of a network.`)
  const { accounts, rpcUrl, schedulerUrl, compassUrl, ipfsApiUrl, ...rest } = parsed.data
  const chain = { name: LOCAL, ...rest, rpcUrls: [rpcUrl], ...optional('ipfsApiUrl', ipfsApiUrl) }
  return {
    chain: { ...chain, ...optional('compassUrl', compassUrl), ...optional('schedulerUrl', schedulerUrl) },
    site: {
      slug: LOCAL,
      name: 'This machine',
      coin: { name: 'Ether', symbol: 'ETH' },
      ...rest,
      rpcUrl,
      ...optional('ipfsApiUrl', ipfsApiUrl),
      ...(schedulerUrl === undefined ? {} : { poolUrls: [schedulerUrl] }),
    },
    appOwner: accounts.find(({ role }) => role === 'app-owner')?.address,
  }
}

function fileOf(place: string): string {
  if (/^[a-z\d][a-z\d-]{0,30}$/u.test(place) && statSync(place, { throwIfNoEntry: false }) === undefined) {
    return join(homedir(), '.iexec', 'networks', place, 'network.json')
  }
  const path = resolve(place)
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true ? join(path, 'network.json') : path
}

function optional<const Key extends string, Value>(
  key: Key,
  value: Value | undefined,
): { readonly [K in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [K in Key]: Value })
}

/** The chains that can be asked: a network of this machine that was named, or runs under its usual name, and the known ones. */
export function listChains(network: string | undefined): readonly ChainSettings[] {
  return [...localOf(network), ...KNOWN_CHAINS]
}

function localOf(network: string | undefined): readonly ChainSettings[] {
  if (network !== undefined) return [findNetwork(network).chain]
  try {
    return [findNetwork(LOCAL).chain]
  } catch {
    // Nobody named it, and nothing runs.
    return []
  }
}
