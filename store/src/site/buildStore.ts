// Makes a store: a folder of static files from the shell, listings and a name. Nothing is compiled, and the same input always makes the same bytes.
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { Listing } from '@iexec/wire/listing'
import { StoreFault } from '../fault.ts'
import { writeIndex } from '../registry/writeIndex.ts'
import { FILE_POLICY, headerPolicy, policyOf } from '../serve/policy.ts'
import { CONFIG_FILE, listingsFolder, parseSiteConfig, type SiteConfig } from './config.ts'
import { writePage } from './page.ts'
import { findReplay } from './replay.ts'
import type { SourceIndex } from './source.ts'

/** What a store is made of. */
export type StoreOptions = {
  /** The folder of the shell. */
  readonly shell: string
  /** Where the site goes. */
  readonly out: string
  /** The folder of the host in which it will stand: `/`, `/shop/`. */
  readonly base: string
  /** What it is told, but its listings. */
  readonly site: Omit<SiteConfig, 'listings' | 'signers'>
  readonly sources: readonly SourceIndex[]
  /** Where it will stand, such as `https://shop.example`: then others show the logo beside a link to a listing. */
  readonly url?: string | undefined
}

/** What was made. */
export type BuiltStore = { readonly config: SiteConfig; readonly listings: number; readonly pages: number }

/** Hosts that read it send these headers. */
const HEADERS_FILE = '_headers'

/**
 * Makes a store, beside its folder, and then under its name: a site that is served meanwhile is the old one or the new one.
 *
 * @throws StoreFault when the folder holds something else, or shows newer listings of the same signer; Error when what the site is told is wrong
 * @example
 * buildStore({ shell, out: 'shop', base: '/', site: { name: 'Ours', parts: ['store'], chains }, sources })
 */
export function buildStore({ shell, out, base, site, sources, url }: StoreOptions): BuiltStore {
  const target = resolve(out)
  requireOwn(target)
  const replay = findReplay(target, sources)
  if (replay !== undefined) throw new StoreFault(replay)
  const folders = sources.map((_, place) => listingsFolder(place))
  const config = parseSiteConfig({
    ...site,
    listings: folders.map((folder) => `${folder}/index.json`),
    ...signersOf(sources),
  })
  const part = `${target}.part`
  rmSync(part, { recursive: true, force: true })
  mkdirSync(dirname(target), { recursive: true })
  cpSync(shell, part, { recursive: true, filter: (path) => !/(?:^|[\\/])\.(?:vite|sources)$/u.test(path) })
  writeFileSync(join(part, CONFIG_FILE), `${JSON.stringify(config, undefined, 2)}\n`)
  for (const [place, { index, signed, files }] of sources.entries()) {
    writeIndex(join(part, folders[place] ?? ''), { index: signed?.document ?? index, files })
  }
  const pages = writePages(part, { config, base, sources, folders, url })
  writeFileSync(join(part, HEADERS_FILE), headersOf(config, base))
  // Some hosts leave out what begins with an underscore unless this is there.
  writeFileSync(join(part, '.nojekyll'), '')
  rmSync(target, { recursive: true, force: true })
  renameSync(part, target)
  return { config, listings: sources.reduce((sum, { index }) => sum + index.listings.length, 0), pages }
}

/** What is signed now has to be so in every visitor's browser. */
function signersOf(sources: readonly SourceIndex[]): Pick<SiteConfig, 'signers'> {
  const signers = sources.flatMap(({ signed }, place) =>
    signed === undefined ? [] : [[`${listingsFolder(place)}/index.json`, signed.signer] as const],
  )
  return signers.length === 0 ? {} : { signers: Object.fromEntries(signers) }
}

/** Only a site is replaced. */
function requireOwn(target: string): void {
  if (!existsSync(target)) return
  const entries = readdirSync(target)
  const isSite = [CONFIG_FILE, 'index.html', HEADERS_FILE].every((file) => entries.includes(file))
  if (entries.length > 0 && !isSite) {
    throw new StoreFault(
      `${target} holds something else than a store (${entries[0] ?? ''}): name another folder with --out.`,
    )
  }
}

type Pages = Pick<StoreOptions, 'base' | 'sources' | 'url'> & {
  readonly config: SiteConfig
  readonly folders: readonly string[]
}

/** @returns how many listings have a page of their own */
function writePages(part: string, { config, base, sources, folders, url }: Pages): number {
  const shell = readFileSync(join(part, 'index.html'), 'utf8')
  const common = { base, siteName: config.name, policy: policyOf(config) }
  const main = writePage(shell, {
    ...common,
    title: config.name,
    description: `${config.name}: apps to run, computed by workers who have to agree.`,
  })
  // Hosts that know no other way answer unknown addresses with the second one: it is the same page, and finds its way by the address.
  for (const file of ['index.html', '404.html']) writeFileSync(join(part, file), main)
  const written = new Set<string>()
  for (const [place, { index }] of sources.entries()) {
    for (const listing of index.listings) {
      for (const path of pathsOf(listing, config)) {
        if (written.has(path)) continue
        written.add(path)
        const image =
          url === undefined || listing.logo === undefined
            ? undefined
            : `${url.replace(/\/$/u, '')}${base}${folders[place] ?? ''}/${listing.logo}`
        const { title, description } = listing
        mkdirSync(join(part, path), { recursive: true })
        writeFileSync(
          join(part, path, 'index.html'),
          writePage(shell, { ...common, title: `${title} · ${config.name}`, description, image }),
        )
      }
    }
  }
  return written.size
}

/** Its page on each chain where it is. */
function pathsOf({ org, name, addresses }: Listing, { chains }: SiteConfig): readonly string[] {
  return chains
    .filter(({ chainId }) => addresses[String(chainId)] !== undefined)
    .map(({ slug }) => `${slug}/store/${org}/${name}`)
}

/** As Netlify, Cloudflare Pages and others read it. */
function headersOf(config: SiteConfig, base: string): string {
  return [
    `${base}*`,
    `  Content-Security-Policy: ${headerPolicy(config)}`,
    '  X-Content-Type-Options: nosniff',
    '  Referrer-Policy: no-referrer',
    '  Cross-Origin-Opener-Policy: same-origin',
    `${base}assets/*`,
    '  Cache-Control: public, max-age=31536000, immutable',
    ...config.listings.flatMap((listing) => [
      `${base}${listing.replace(/index\.json$/u, '*')}`,
      '  Access-Control-Allow-Origin: *',
      // Beside that of pages: both hold.
      `  Content-Security-Policy: ${FILE_POLICY}`,
    ]),
    '',
  ].join('\n')
}
