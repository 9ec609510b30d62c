// config.json: which market a site shows, in which colours, with which listings. The page reads it before anything else.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

/** A chain with the market on it, as a site is told. */
export type SiteChain = {
  /** In addresses of pages: `/local/deal/0x…`. */
  readonly slug: string
  readonly name: string
  readonly chainId: number
  readonly hub: string
  readonly rpcUrl: string
  readonly marketUrl: string
  /** Gateway of files: results, modules, datasets. */
  readonly storageUrl: string
  readonly ipfsApiUrl?: string | undefined
  /** APIs of pools that the page may ask for the progress of tasks. */
  readonly poolUrls?: readonly string[] | undefined
  /** What the chain takes for gas; ether when it is left out. */
  readonly coin?: { readonly name: string; readonly symbol: string } | undefined
}

/** What a site is told. */
export type SiteConfig = {
  readonly name: string
  /** Main colour, as CSS writes it: `#ffd21f`. */
  readonly colour?: string | undefined
  readonly parts: readonly ('store' | 'explorer' | 'market')[]
  readonly chains: readonly SiteChain[]
  /** Indexes of listings, relative to the page or anywhere. */
  readonly listings: readonly string[]
  /** Who shall have signed an index, by its entry in `listings`. */
  readonly signers?: Readonly<Record<string, string>> | undefined
}

const text: z.ZodString = z.string().min(1, 'is empty')

const chain: z.ZodType<SiteChain> = z.object({
  slug: z.string().regex(/^[a-z\d][a-z\d-]*$/u, 'is no word of small letters, digits and hyphens'),
  name: text,
  chainId: z.int().positive(),
  hub: z.string().regex(/^0x[\da-fA-F]{40}$/u, 'is no address'),
  rpcUrl: z.url(),
  marketUrl: z.url(),
  storageUrl: z.url(),
  ipfsApiUrl: z.url().optional(),
  poolUrls: z.array(z.url()).optional(),
  coin: z
    .object({
      name: z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N} .-]{0,31}$/u, 'is no name such as Ether'),
      symbol: z.string().regex(/^[A-Za-z][A-Za-z\d.]{0,10}$/u, 'is no symbol such as ETH'),
    })
    .optional(),
})

const site: z.ZodType<SiteConfig> = z.object({
  name: text,
  colour: z
    .string()
    .regex(/^#[\da-f]{6}$/iu, 'is no colour like #ffd21f')
    .optional(),
  parts: z.array(z.enum(['store', 'explorer', 'market'])).min(1),
  chains: z.array(chain).min(1),
  listings: z.array(text),
  signers: z.record(z.string(), z.string().regex(/^0x[\da-fA-F]{40}$/u, 'is no address')).optional(),
})

/** A signer that belongs to no index would be one that is never asked for. */
const config: z.ZodType<SiteConfig> = site.superRefine(({ listings, signers = {} }, context) => {
  for (const stray of Object.keys(signers).filter((key) => !listings.includes(key))) {
    context.addIssue({ code: 'custom', path: ['signers'], message: `"${stray}" is no entry of "listings"` })
  }
})

/** Its name, beside the page. */
export const CONFIG_FILE = 'config.json'

/**
 * The folder of a site into which listings are copied: all that lies there is of strangers.
 *
 * @param place of the registry among those of the site, from 0
 * @example
 * listingsFolder(1) // 'registry-2'
 */
export function listingsFolder(place: number): string {
  return place === 0 ? 'registry' : `registry-${place + 1}`
}

/**
 * Whether a path below a site is of copied listings.
 *
 * @example
 * isOfListings('registry-2/files/logo.png') // true
 */
export function isOfListings(path: string): boolean {
  return /^registry(?:-\d+)?(?:\/|$)/iu.test(path)
}

/**
 * Checks what a site is told.
 *
 * @throws Error in one sentence that names what is wrong
 * @example
 * parseSiteConfig(JSON.parse(text)).chains[0].slug // 'local'
 */
export function parseSiteConfig(value: unknown): SiteConfig {
  const parsed = config.safeParse(value)
  if (parsed.success) return parsed.data
  const [{ path, message } = { path: [], message: 'is wrong' }] = parsed.error.issues
  throw new Error(`${CONFIG_FILE}: ${path.map(String).join('.') || 'it'}: ${message}.`)
}

/**
 * Reads what the site of a folder is told.
 *
 * @throws Error in one sentence when it is not there, or wrong
 */
export function readSiteConfig(folder: string): SiteConfig {
  const file = join(folder, CONFIG_FILE)
  let content: string
  try {
    content = readFileSync(file, 'utf8')
  } catch (cause) {
    throw new Error(`${folder} is no site: it has no ${CONFIG_FILE}.`, { cause })
  }
  return parseSiteConfig(JSON.parse(content))
}
