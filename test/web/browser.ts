// The ground of all tests of pages: a network, the site served over it, and people with browsers and wallets who look at it.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { accountOf } from '@iexec/chain/test/anvil'
import { sellAndRun, type Sale } from '@iexec/network'
import {
  APP_OWNER,
  FIRST_WORKER,
  POOL_OWNER,
  REQUESTER,
  startNetwork,
  type Network,
  type NetworkOptions,
} from '@iexec/network/test/startNetwork'
import { until } from '@iexec/service/test/process'
import { findShell, serveSite, type SiteConfig } from '@iexec/store'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { expect, onTestFinished } from 'vitest'
import { echoModule } from '../work/echo.ts'
import { findViolations } from '@iexec/store/test/axe'
import { launchChromium } from '@iexec/store/test/chromium'
import { installWallet, WALLET_NAME, type TestWallet } from './wallet.ts'

/** Where the site is, and what it shows. */
export type WebOptions = NetworkOptions & {
  /** What its config.json says besides the chain. */
  readonly site?: Partial<Omit<SiteConfig, 'chains'>>
  /** Files of the site besides config.json, such as `registry/index.json`, by their path. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>
}

/** A site over a network, and Chromium. */
export type Web = {
  readonly network: Network
  /** Of the site, without a slash behind it. */
  readonly url: string
  /** What the pages are told. */
  readonly config: SiteConfig
  /** Sells an app that writes its argument to result.txt, buys a run of it, and waits for the result. */
  readonly sell: (args?: string, name?: string) => Promise<Sale>
  /** Writes a file of the site, such as another config.json. */
  readonly write: (path: string, content: string | Uint8Array) => void
  /** A new person with a browser of his own, until the test is over. */
  readonly visit: (options?: VisitOptions) => Promise<Visitor>
  /** The same, on a page of the site. */
  readonly visitPage: (path: string, options?: VisitOptions) => Promise<Visitor>
  readonly stop: () => Promise<void>
}

/** Who looks, and with what. */
export type VisitOptions = BrowserContextOptions & {
  /** Whose wallet it is, by the number of anvil's account; nobody's when left out. */
  readonly account?: number
  /** On which chain the wallet is at first. Default: that of the site. */
  readonly walletChain?: number
}

/** Somebody who looks at the site. */
export type Visitor = {
  readonly page: Page
  /** @throws Error when he has none */
  readonly wallet: TestWallet
  /** Opens a page of the site by its path, and waits until its title is there. */
  readonly open: (path: string) => Promise<void>
  /** Errors and warnings of the console, and exceptions that nobody caught. */
  readonly complaints: () => readonly string[]
  /** Hosts besides this machine that pages wanted to reach. */
  readonly foreignHosts: () => readonly string[]
  readonly close: () => Promise<void>
}

/**
 * Starts a network of WASM workers and serves the site over it. Share one per test file: it takes seconds.
 *
 * @example
 * const web = await startWeb({ workers: 1 })
 * const { task } = await web.sell('hello')
 * const ada = await web.visitPage(`/local/task/${task}`, { account: REQUESTER })
 * await expectAccessible(ada.page)
 * await web.stop()
 */
export async function startWeb({ site = {}, files = {}, ...options }: WebOptions = {}): Promise<Web> {
  const [network, shell, browser] = await Promise.all([startNetwork(options), findShell(), launchChromium()])
  await untilAllWorkersAreSold(network)
  const folder = mkdtempSync(join(tmpdir(), 'iexec-site-'))
  const stopping = new AbortController()
  const config = configOf(network, site)
  const write = (path: string, content: string | Uint8Array): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  for (const [path, content] of Object.entries(files)) write(path, content)
  write('config.json', JSON.stringify(config))
  const where = { host: '127.0.0.1', port: 0, signal: stopping.signal }
  const { url, ended } = await serveSite({ folders: [folder, shell], ...where })
  const visit: Web['visit'] = async (as = {}) => {
    const visitor = await openVisitor(browser, { ...as, url, network })
    onTestFinished(async ({ task }) => {
      if (task.result?.state === 'fail') console.error(await lastSeenBy(visitor))
      await visitor.close()
    })
    return visitor
  }
  return {
    network,
    url,
    config,
    write,
    sell: async (args = 'hello', name = 'echo') => sell(network, { args, name, folder: join(folder, '.results') }),
    visit,
    visitPage: async (path, as) => {
      const visitor = await visit(as)
      await visitor.open(path)
      return visitor
    },
    stop: async () => {
      await browser.close()
      stopping.abort()
      await Promise.all([ended, network.stop()])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function configOf({ chain, services }: Network, site: WebOptions['site'] = {}): SiteConfig {
  const { chainId, hub, rpcUrls: [rpcUrl = ''] = [], marketUrl = '', storageUrl = '', ipfsApiUrl = '' } = chain
  return {
    name: 'iExec',
    parts: ['store', 'explorer', 'market'],
    listings: [],
    ...site,
    chains: [
      {
        slug: 'local',
        name: 'This machine',
        chainId,
        hub,
        rpcUrl,
        marketUrl,
        storageUrl,
        ipfsApiUrl,
        poolUrls: [services.scheduler.url],
      },
    ],
  }
}

/** A sale takes all workers: their pool sells that much trust once it knows all of them. */
async function untilAllWorkersAreSold({ user, services }: Network): Promise<void> {
  const { orderbooks } = await user(REQUESTER)
  const minTrust = 2n ** BigInt(services.workers.length)
  await until(
    async () => orderbooks.fetch('workerpool', { minTrust }),
    ({ count }) => count > 0,
  )
}

type Goods = { readonly name: string; readonly args: string; readonly folder: string }

async function sell({ chain, workerpool, services }: Network, { name, args, folder }: Goods): Promise<Sale> {
  const workers = services.workers.map((_, place) => ({
    name: `worker-${place + 1}`,
    address: accountOf(FIRST_WORKER + place).address,
  }))
  const market = {
    chain,
    workerpool,
    workers,
    appOwner: accountOf(APP_OWNER),
    requester: accountOf(REQUESTER),
    poolOwner: accountOf(POOL_OWNER).address,
  }
  const goods = { name, args, price: 1_000n, product: { type: 'WASM', module: await echoModule() } } as const
  return sellAndRun(market, goods, { folder, tell: () => undefined, signal: AbortSignal.timeout(60_000) })
}

type Visit = VisitOptions & { readonly url: string; readonly network: Network }

async function openVisitor(browser: Browser, visit: Visit): Promise<Visitor> {
  const { account, walletChain, url, network, ...options } = visit
  const context = await browser.newContext({
    locale: 'en',
    permissions: ['clipboard-read', 'clipboard-write'],
    ...options,
  })
  const wallet = account === undefined ? undefined : await walletFor(context, { account, walletChain, network })
  const complaints: string[] = []
  const hosts = new Set<string>()
  context.on('request', (request) => {
    const { hostname, protocol } = new URL(request.url())
    if (/^(?:https?|wss?):$/u.test(protocol) && hostname !== '127.0.0.1') hosts.add(hostname)
  })
  context.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  context.on('weberror', (error) => {
    complaints.push(error.error().message)
  })
  const page = await context.newPage()
  return {
    page,
    get wallet() {
      if (wallet === undefined) throw new Error('This visitor has no wallet.')
      return wallet
    },
    open: async (path) => {
      await page.goto(url + path)
      await page.locator('h1').first().waitFor()
    },
    complaints: () => complaints,
    foreignHosts: () => [...hosts],
    close: async () => context.close(),
  }
}

/** What somebody saw when his test failed: nobody else is there to look. */
async function lastSeenBy({ page, complaints }: Visitor): Promise<string> {
  const text = await page.locator('body').innerText()
  return [`At ${page.url()} stood:`, text, ...complaints().map((words) => `The browser complained: ${words}`)].join(
    '\n',
  )
}

/** Connects the wallet of a visitor by the button at the head of the page. */
export async function connectWallet({ page }: Pick<Visitor, 'page'>): Promise<void> {
  await page.getByRole('button', { name: 'Connect wallet' }).first().click()
  await page.getByRole('button', { name: WALLET_NAME }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('On the market', { exact: true }).waitFor()
  await dialog.getByRole('button', { name: 'Close' }).click()
}

type Owner = { readonly account: number; readonly walletChain: number | undefined; readonly network: Network }

async function walletFor(context: BrowserContext, { account, walletChain, network }: Owner): Promise<TestWallet> {
  const { chainId, rpcUrls: [rpcUrl = ''] = [] } = network.chain
  return installWallet(context, {
    account: accountOf(account),
    rpcUrl,
    chainId,
    ...(walletChain === undefined ? {} : { startsOn: walletChain }),
  })
}

/**
 * Fails with what keeps people from using a page as it is now.
 *
 * @example
 * await expectAccessible(ada.page)
 */
export async function expectAccessible(page: Page): Promise<void> {
  expect(await findViolations(page)).toEqual([])
}

/** Until something is drawn below the title, and nothing is being read any more. */
export async function untilRead(page: Page): Promise<void> {
  await page.locator('main h1').waitFor()
  await page.waitForFunction(() => {
    const main = document.querySelector('main')
    const isReading = main?.querySelector('output[aria-label="Loading…"]') !== null
    return !isReading && (main?.innerText.length ?? 0) > (main?.querySelector('h1')?.innerText.length ?? 0)
  })
}
