// Which market the site shows: config.json, which stands beside the page and is written by whoever serves it.
import type { Address } from 'viem'

/** The faces of the site. A store of somebody has the first alone. */
export type Part = 'store' | 'explorer' | 'market'

/** What a chain takes for gas, and wallets show as its balance. */
export type Coin = { readonly name: string; readonly symbol: string }

/** A chain with the market on it. */
export type Chain = {
  /** In addresses of pages: `/local/deal/0x…`. */
  readonly slug: string
  readonly name: string
  readonly chainId: number
  readonly hub: Address
  readonly rpcUrl: string
  readonly marketUrl: string
  /** Gateway of files: results, modules, datasets. */
  readonly storageUrl: string
  readonly ipfsApiUrl?: string
  /** Services of workerpools that pages may ask what their workers do. No others: anybody can write one on the chain. */
  readonly poolUrls?: readonly string[]
  /** Ether where config.json names none. */
  readonly coin: Coin
}

/** What the site is told. */
export type Config = {
  readonly name: string
  /** Main colour, as CSS writes it: `#ffd21f`. */
  readonly colour?: string
  readonly parts: readonly Part[]
  /** The first one is where the site begins. */
  readonly chains: readonly [Chain, ...Chain[]]
  /** Indexes of listings of the store, relative to the page or anywhere. */
  readonly listings: readonly string[]
  /** Who shall have signed an index, by its entry in `listings`. */
  readonly signers: Readonly<Record<string, unknown>>
}

const PARTS: readonly Part[] = ['store', 'explorer', 'market']

/**
 * Reads what the site is told.
 *
 * @throws Error when config.json is not there or does not say what is needed
 */
export async function readConfig(): Promise<Config> {
  const response = await fetch(new URL('config.json', document.baseURI), { cache: 'no-cache' })
  if (!response.ok) throw new Error(`config.json is not beside this page: HTTP ${response.status}.`)
  return parseConfig(await response.json())
}

/**
 * Checks what the site is told.
 *
 * @throws Error that names what is missing
 * @example
 * parseConfig({ chains: [local] }).parts // ['store', 'explorer', 'market']
 */
export function parseConfig(value: unknown): Config {
  const fields = fieldsOf(value, 'config.json')
  const chains = Array.isArray(fields['chains']) ? fields['chains'].map(parseChain) : []
  const [first, ...others] = chains
  if (first === undefined) throw new Error('config.json names no chain: "chains" is empty.')
  const parts = fields['parts'] === undefined ? PARTS : PARTS.filter((part) => listOf(fields['parts']).includes(part))
  if (parts.length === 0) throw new Error(`config.json has none of the parts ${PARTS.join(', ')}.`)
  return {
    name: typeof fields['name'] === 'string' ? fields['name'] : 'iExec',
    ...(typeof fields['colour'] === 'string' && /^#[0-9a-f]{6}$/iu.test(fields['colour'])
      ? { colour: fields['colour'] }
      : {}),
    parts,
    chains: [first, ...others],
    ...parseListings(fields),
  }
}

/** A signer that belongs to no index would be one that is never asked for: a slip of the pen must not do that. */
function parseListings(fields: Readonly<Record<string, unknown>>): Pick<Config, 'listings' | 'signers'> {
  const listings = listOf(fields['listings'])
  const signers = fieldsOf(fields['signers'] ?? {}, 'config.json, "signers"')
  const stray = Object.keys(signers).find((key) => !listings.includes(key))
  if (stray !== undefined) throw new Error(`config.json, "signers": "${stray}" is no entry of "listings".`)
  return { listings, signers }
}

function parseChain(value: unknown, place: number): Chain {
  const where = `config.json, chain ${place + 1}`
  const fields = fieldsOf(value, where)
  const text = (name: string): string => {
    const found = fields[name]
    if (typeof found !== 'string' || found === '') throw new Error(`${where}: "${name}" is missing.`)
    return found
  }
  const chainId = fields['chainId']
  if (typeof chainId !== 'number') throw new Error(`${where}: "chainId" is missing.`)
  return {
    slug: text('slug'),
    name: text('name'),
    chainId,
    hub: text('hub') as Address,
    rpcUrl: text('rpcUrl'),
    marketUrl: text('marketUrl'),
    storageUrl: text('storageUrl'),
    ...(fields['ipfsApiUrl'] === undefined ? {} : { ipfsApiUrl: text('ipfsApiUrl') }),
    poolUrls: listOf(fields['poolUrls']),
    coin: fields['coin'] === undefined ? ETHER : parseCoin(fields['coin'], where),
  }
}

const ETHER: Coin = { name: 'Ether', symbol: 'ETH' }

/** Short, and nothing that could pass for more than a name: it stands behind amounts, and wallets show it. */
function parseCoin(value: unknown, where: string): Coin {
  const { name, symbol } = fieldsOf(value, `${where}: "coin"`)
  if (typeof name !== 'string' || !/^[\p{L}\p{N}][\p{L}\p{N} .-]{0,31}$/u.test(name)) {
    throw new Error(`${where}: the "name" of its coin is no name such as Ether.`)
  }
  if (typeof symbol !== 'string' || !/^[A-Za-z][A-Za-z\d.]{0,10}$/u.test(symbol)) {
    throw new Error(`${where}: the "symbol" of its coin is no symbol such as ETH.`)
  }
  return { name, symbol }
}

function fieldsOf(value: unknown, where: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`${where} is no object.`)
  return value as Readonly<Record<string, unknown>>
}

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}
