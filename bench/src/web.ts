// How soon pages are there in a real browser, what they weigh, and how soon after its block an event is on the screen.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { inspect } from 'node:util'
import { accountOf } from '@iexec/chain/test/anvil'
import { sellAndRun, type Step } from '@iexec/network'
import {
  APP_OWNER,
  FIRST_WORKER,
  POOL_OWNER,
  REQUESTER,
  startNetwork,
  type Network,
} from '@iexec/network/test/startNetwork'
import { findShell, serveSite } from '@iexec/store'
import { findViolations } from '@iexec/store/test/axe'
import { launchChromium } from '@iexec/store/test/chromium'
import { hashListings, readListing } from '@iexec/wire/listing'
import type { Browser, Page } from 'playwright-core'
import { NOOP } from './work/noop.ts'
import { percentile, type Figure, type Report } from './report.ts'

/** How much is measured. */
export type WebSize = {
  /** How often each page is opened, each time by a browser that has never seen the site. */
  readonly loads: number
  /** How many sales are watched on their way to the screen. */
  readonly sales: number
}

/** What was asked for. */
const SCRIPT_KB = { value: 170, better: 'lower' } as const
const ON_SCREEN_MS = { value: 1_000, better: 'lower' } as const
const VIOLATIONS = { value: 0, better: 'lower' } as const
/** How often the chain is asked for its last block: what is measured is no finer. */
const LOOK_MS = 5
/** Much longer than a sale takes. */
const LONGEST_SALE_MS = 60_000
const BLANK = '<!doctype html><html lang="en"><title>blank</title><h1>blank</h1></html>'

/**
 * Opens the home, an app of the store and a task of a site over a real network, looks whether everybody can use them, and sells
 * while a page looks.
 *
 * @example
 * await benchWeb({ loads: 5, sales: 5 })
 */
export async function benchWeb(size: WebSize): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-web-'))
  const stopping = new AbortController()
  const [network, shell, browser] = await Promise.all([startNetwork({ workers: 1 }), findShell(), launchChromium()])
  try {
    writeFileSync(join(folder, 'blank.html'), BLANK)
    writeFileSync(join(folder, 'config.json'), JSON.stringify(configOf(network)))
    const { url } = await serveSite({
      folders: [folder, shell],
      host: '127.0.0.1',
      port: 0,
      signal: stopping.signal,
    })
    const { app, task } = await sell(network, folder)
    writeFileSync(join(folder, 'index.json'), await indexOf(network, app))
    writeFileSync(join(folder, 'readme.md'), '# noop\n\nIt does nothing.\n')
    const pages = { home: '/local', app: '/local/store/bench/noop', task: `/local/task/${task}` }
    const figures = [
      ...(await measureLoads(browser, { url, pages, loads: size.loads })),
      ...(await measureNews(browser, { url, network, folder, sales: size.sales })),
    ]
    return { benchmark: 'web', size: { ...size }, figures }
  } finally {
    await browser.close()
    stopping.abort()
    await network.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

type Loads = { readonly url: string; readonly pages: Readonly<Record<string, string>>; readonly loads: number }
/** One visit: milliseconds from the click until something, and until the largest thing, is painted; bytes of scripts. */
type Visit = {
  readonly first: number
  readonly largest: number
  /** Of the scripts that were asked for before anything was painted. */
  readonly initialBytes: number
  /** Of all, also those that a page loads when it has shown itself. */
  readonly scriptBytes: number
  /** What keeps people from using it. */
  readonly violations: readonly string[]
}

async function measureLoads(browser: Browser, { url, pages, loads }: Loads): Promise<readonly Figure[]> {
  const blank = await visitOften(browser, `${url}/blank.html`, loads)
  const baseline = { name: 'a blank page', value: median(blank.map(({ first }) => first)) }
  const figures: Figure[] = []
  for (const [name, path] of Object.entries(pages)) {
    // One after the other: two that load at once would measure each other.
    const visits = await visitOften(browser, url + path, loads)
    figures.push(
      { name: `${name}: something is there`, value: median(visits.map(({ first }) => first)), unit: 'ms', baseline },
      {
        name: `${name}: JavaScript before that, compressed`,
        value: median(visits.map(({ initialBytes }) => initialBytes)) / 1_000,
        unit: 'kB',
        target: SCRIPT_KB,
      },
      { name: `${name}: the largest part is there`, value: median(visits.map(({ largest }) => largest)), unit: 'ms' },
      {
        name: `${name}: JavaScript in all, compressed`,
        value: median(visits.map(({ scriptBytes }) => scriptBytes)) / 1_000,
        unit: 'kB',
      },
      {
        name: `${name}: what keeps people from using it`,
        value: Math.max(...visits.map(({ violations }) => violations.length)),
        unit: 'violations',
        target: VIOLATIONS,
      },
    )
    for (const violation of new Set(visits.flatMap(({ violations }) => violations))) console.error(violation)
  }
  return figures
}

async function visitOften(browser: Browser, url: string, times: number): Promise<readonly Visit[]> {
  const visits: Visit[] = []
  for (let time = 0; time < times; time += 1) visits.push(await visit(browser, url))
  return visits
}

/** A browser that knows nothing opens a page, and waits until it asks for nothing more. */
async function visit(browser: Browser, url: string): Promise<Visit> {
  const context = await browser.newContext()
  try {
    const page = await context.newPage()
    await page.goto(url)
    await page.locator('h1').first().waitFor()
    await page.locator('output[aria-label]').first().waitFor({ state: 'detached' })
    const times = await readTimes(page)
    return { ...times, violations: await findViolations(page) }
  } finally {
    await context.close()
  }
}

async function readTimes(page: Page): Promise<Omit<Visit, 'violations'>> {
  const { first, largest, scripts } = await page.evaluate(async () => {
    const painted = new Promise<number>((resolve) => {
      const observer = new PerformanceObserver((list) => {
        observer.disconnect()
        resolve(list.getEntries().at(-1)?.startTime ?? 0)
      })
      observer.observe({ type: 'largest-contentful-paint', buffered: true })
    })
    const [paint] = performance.getEntriesByName('first-contentful-paint')
    const resources = performance.getEntriesByType('resource') as PerformanceResourceTiming[]
    return {
      first: paint?.startTime ?? 0,
      largest: await painted,
      scripts: resources
        .filter(({ name }) => name.endsWith('.js'))
        .map(({ startTime, encodedBodySize }) => ({ startTime, bytes: encodedBodySize })),
    }
  })
  const sum = (some: typeof scripts): number => some.reduce((all, { bytes }) => all + bytes, 0)
  return {
    first,
    largest,
    initialBytes: sum(scripts.filter(({ startTime }) => startTime < first)),
    scriptBytes: sum(scripts),
  }
}

type News = {
  readonly url: string
  readonly network: Network
  readonly folder: string
  readonly sales: number
}

/** Sells, and compares when the chain had the block of the deal with when the page of deals showed it. */
async function measureNews(browser: Browser, { url, network, folder, sales }: News): Promise<readonly Figure[]> {
  const page = await browser.newPage()
  await page.goto(`${url}/local/deals`)
  await page.locator('tbody tr').first().waitFor()
  await page.evaluate(watchDeals)
  const looking = new AbortController()
  const blocks = watchBlocks(network, looking.signal)
  const delays: number[] = []
  for (let sale = 0; sale < sales; sale += 1) {
    const { deal } = await sell(network, folder)
    const seen = await page.evaluate(async (id) => (await (globalThis as unknown as Watching).seenAt(id)) ?? 0, deal)
    const block = await blockOf(network, deal)
    const mined = blocks.mined(block)
    if (mined === undefined || seen === 0) {
      throw new Error(
        `Of the deal ${deal}, the block ${block} was seen at ${mined}, and the page showed it at ${seen}.`,
      )
    }
    delays.push(seen - mined)
  }
  looking.abort()
  await page.close()
  return [
    { name: 'an event is on the screen after its block, median', value: median(delays), unit: 'ms' },
    {
      name: 'an event is on the screen after its block, at worst',
      value: Math.max(...delays),
      unit: 'ms',
      target: ON_SCREEN_MS,
    },
  ]
}

type Watching = { readonly seenAt: (deal: string) => Promise<number | undefined> }

/** In the page: remembers when the link of each deal came. */
function watchDeals(): void {
  const moments = new Map<string, number>()
  const look = (): void => {
    for (const link of document.querySelectorAll<HTMLAnchorElement>('a[href*="/deal/0x"]')) {
      const deal = link.pathname.slice(-66)
      if (!moments.has(deal)) moments.set(deal, Date.now())
    }
  }
  look()
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true, attributes: true })
  const seenAt: Watching['seenAt'] = async (deal) => Promise.resolve(moments.get(deal))
  Object.assign(globalThis, { seenAt })
}

type Blocks = { readonly mined: (block: number) => number | undefined }

/** Remembers when each block was there first. */
function watchBlocks(network: Network, signal: AbortSignal): Blocks {
  const moments = new Map<number, number>()
  void (async () => {
    while (!signal.aborted) {
      const block = await readHead(network)
      if (!moments.has(block)) moments.set(block, Date.now())
      await pause(LOOK_MS)
    }
  })()
  return { mined: (block) => moments.get(block) }
}

async function readHead({ chain: { rpcUrls: [rpcUrl = ''] = [] } }: Network): Promise<number> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_blockNumber', params: [] })
  const response = await fetch(rpcUrl, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  return Number(((await response.json()) as { readonly result: string }).result)
}

async function blockOf({ chain: { marketUrl, chainId } }: Network, deal: string): Promise<number> {
  const response = await fetch(`${marketUrl}/deals/${deal}?chainId=${chainId}`)
  return ((await response.json()) as { readonly blockNumber: number }).blockNumber
}

function configOf({ chain }: Network): object {
  const { rpcUrls: [rpcUrl] = [], ...known } = chain
  return {
    name: 'iExec',
    parts: ['store', 'explorer', 'market'],
    chains: [{ ...known, slug: 'local', name: 'This machine', rpcUrl }],
    listings: ['index.json'],
  }
}

/** A registry with the app that was sold. */
async function indexOf({ chain: { marketUrl, chainId } }: Network, app: string): Promise<string> {
  const response = await fetch(`${marketUrl}/apps/${app}?chainId=${chainId}`)
  const { owner } = (await response.json()) as { readonly owner: string }
  const iexec = {
    description: 'It does nothing, which is what a bench of pages needs most of all. '.repeat(3),
    license: 'Apache-2.0',
    author: 'bench',
    app: { owner, name: 'noop', type: 'WASM' },
    buyConf: { params: {} },
  }
  const store = { inputs: [{ kind: 'text', name: 'words', label: 'Words' }] }
  const listing = readListing({
    org: 'bench',
    name: 'noop',
    iexec,
    deployed: { app: { [chainId]: app } },
    store,
    readme: 'readme.md',
  })
  if (listing === undefined) throw new Error('What the bench sells is no listing any more.')
  const listings = [JSON.parse(JSON.stringify(listing)) as unknown]
  return JSON.stringify({ version: 1, name: 'Bench', created: '2026-01-01', hash: hashListings(listings), listings })
}

async function sell({ chain, workerpool, services }: Network, folder: string): ReturnType<typeof sellAndRun> {
  const people = {
    chain,
    workerpool,
    appOwner: accountOf(APP_OWNER),
    requester: accountOf(REQUESTER),
    poolOwner: accountOf(POOL_OWNER).address,
    workers: [{ name: 'worker-1', address: accountOf(FIRST_WORKER).address }],
  }
  const product = { type: 'WASM', module: NOOP } as const
  const steps: Step[] = []
  const tell = (step: Step): void => void steps.push(step)
  return sellAndRun(
    people,
    { name: 'noop', args: '', price: 1_000n, product },
    { folder: join(folder, '.results'), tell, signal: AbortSignal.timeout(LONGEST_SALE_MS) },
  ).catch((cause: unknown) => {
    const said = [services.scheduler, ...services.workers].map((service) => service.said()).join('\n')
    throw new Error(`The sale failed after ${inspect(steps)}.\nThe pool and its worker said:\n${said}`, { cause })
  })
}

function median(samples: readonly number[]): number {
  return percentile(samples, 0.5)
}
