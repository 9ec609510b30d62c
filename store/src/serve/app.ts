// The site over HTTP, as a value: its files, its page for every other address, and headers that allow nothing that is not needed.
import type { HttpEnv } from '@iexec/service'
import { Hono, type Context } from 'hono'
import { CONFIG_FILE, isOfListings, parseSiteConfig } from '../site/config.ts'
import { isFileName, openFiles, type SiteFile, type SiteFiles } from './files.ts'
import { FILE_POLICY, headerPolicy } from './policy.ts'

const PAGE = 'index.html'
const A_YEAR = 'public, max-age=31536000, immutable'
/** A cache may keep it, and asks each time whether it is still the same. */
const ASK_AGAIN = 'no-cache'

const ALWAYS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy':
    'accelerometer=(), autoplay=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), magnetometer=(), microphone=(), midi=(), payment=(), screen-wake-lock=(), serial=(), usb=(), xr-spatial-tracking=()',
}
/** Indexes of listings and their pictures are for every store. */
const FOR_ALL: Readonly<Record<string, string>> = {
  'access-control-allow-origin': '*',
  'cross-origin-resource-policy': 'cross-origin',
}

/**
 * The site of some folders: what its owner writes (config.json, listings) before the shell.
 *
 * Every address that names no file is a page. A site whose page says `<base href="/shop/">` stands below `/shop/`. `/health` says
 * whether page and config.json are there.
 *
 * @example
 * const app = createSite(['/data/site', await findShell()])
 * await (await app.request('/local/deals')).text() // '<!doctype html>…'
 */
export function createSite(folders: readonly string[]): Hono<HttpEnv> {
  const files = openFiles(folders)
  const app = new Hono<HttpEnv>()
  app.get('/health', async (context) => {
    const fault = await findFault(files)
    return context.json(
      fault === undefined ? { ok: true } : { ok: false, error: fault },
      fault === undefined ? 200 : 503,
    )
  })
  app.get('*', async (context) => answer(context, files))
  app.all('*', (context) => context.text('This site is only read.', 405, { ...ALWAYS, allow: 'GET, HEAD' }))
  app.onError((_, context) => context.text('This file cannot be read.', 500, ALWAYS))
  return app
}

async function answer(context: Context<HttpEnv>, files: SiteFiles): Promise<Response> {
  const page = await files(PAGE)
  if (page === undefined) return context.text('The pages of this site are not there.', 503, ALWAYS)
  const base = baseOf(page)
  const path = decode(context.req.path)
  if (base !== '/' && (path === '/' || `${path}/` === base)) return context.redirect(base, 307)
  if (path?.startsWith(base) !== true) return context.text('There is no such page.', 404, ALWAYS)
  const name = path.slice(base.length)
  const file = name === '' ? undefined : await files(name)
  if (file !== undefined) return send(context, file, await headersOf(file, name, files))
  if (isFileName(name))
    return context.text('There is no such file.', 404, { ...ALWAYS, 'content-security-policy': FILE_POLICY })
  // A page of its own, such as that of a listing, has its own title; all others are the same page.
  const own = (isOfListings(name) ? undefined : await files(`${name.replace(/\/$/u, '')}/${PAGE}`)) ?? page
  return send(context, own, await headersOf(own, PAGE, files))
}

function decode(path: string): string | undefined {
  try {
    return decodeURIComponent(path)
  } catch {
    return undefined
  }
}

/** Below which path the page stands, as it says itself. */
function baseOf({ body }: SiteFile): string {
  const [, base = '/'] = /<base href="([^"]*)"/u.exec(new TextDecoder().decode(body.subarray(0, 4_096))) ?? []
  return base.startsWith('/') && base.endsWith('/') ? base : '/'
}

async function headersOf(
  { type, etag }: SiteFile,
  name: string,
  files: SiteFiles,
): Promise<Readonly<Record<string, string>>> {
  // What strangers brought is never a page of this site, whatever it is called.
  const isPage = type.startsWith('text/html') && !isOfListings(name)
  const common = { ...ALWAYS, 'content-type': type, etag, vary: 'Accept-Encoding' }
  if (isPage) return { ...common, 'cache-control': ASK_AGAIN, 'content-security-policy': await pagePolicy(files) }
  return {
    ...common,
    ...FOR_ALL,
    'cache-control': isHashed(name) ? A_YEAR : ASK_AGAIN,
    // A script that is a worker's obeys its own policy.
    'content-security-policy': name.startsWith('assets/') ? await pagePolicy(files) : FILE_POLICY,
  }
}

/** Its name changes with its content. */
function isHashed(name: string): boolean {
  return /^assets\/.+-[\w-]{8}\.\w+$/u.test(name)
}

/** Of a config.json that is missing or wrong, the page tells: it may ask the site itself. */
async function pagePolicy(files: SiteFiles): Promise<string> {
  try {
    return headerPolicy(await readConfig(files))
  } catch {
    return headerPolicy({ chains: [], listings: [] })
  }
}

async function readConfig(files: SiteFiles): Promise<ReturnType<typeof parseSiteConfig>> {
  const file = await files(CONFIG_FILE)
  if (file === undefined) throw new Error(`The site has no ${CONFIG_FILE}.`)
  return parseSiteConfig(JSON.parse(new TextDecoder().decode(file.body)))
}

async function findFault(files: SiteFiles): Promise<string | undefined> {
  if ((await files(PAGE)) === undefined) return 'The pages of this site are not there.'
  try {
    await readConfig(files)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function send(context: Context<HttpEnv>, file: SiteFile, headers: Readonly<Record<string, string>>): Response {
  if (context.req.header('if-none-match')?.includes(file.etag) === true) return context.body(null, 304, headers)
  const isPacked = file.packed !== undefined && /\bgzip\b/u.test(context.req.header('accept-encoding') ?? '')
  return isPacked && file.packed !== undefined
    ? context.body(file.packed, 200, { ...headers, 'content-encoding': 'gzip' })
    : context.body(file.body, 200, headers)
}
