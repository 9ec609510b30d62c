// The store in the browser: a stranger finds an app, sees whether its listing is true, runs it, and sees the result.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { APP_OWNER, POOL_OWNER, REQUESTER } from '@iexec/network/test/startNetwork'
import { readZip } from '@iexec/sdk'
import { hashListings, readListing, type Listing } from '@iexec/wire/listing'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { Page } from 'playwright-core'
import { getAddress } from 'viem'
import { expectAccessible, startWeb, type Visitor, type VisitOptions, type Web } from './browser.ts'
import { findChromium } from '@iexec/store/test/chromium'
import { writingModule } from './hostileModule.ts'
import { WALLET_NAME } from './wallet.ts'

/** Nobody's, and not the owner of any app. */
const STRANGER = '0x00000000000000000000000000000000000000aa'
const PAGE = '/local/store/acme/echo'
const LOGO = fileURLToPath(new URL('../../examples/ray-tracer/logo.png', import.meta.url))

describe.skipIf(findChromium() === undefined)('the store', () => {
  let web: Web
  let shelf: readonly Listing[]
  let sold: string
  let address: string
  beforeAll(async () => {
    web = await startWeb({ workers: 1, site: { listings: ['registry/index.json', 'gone/index.json'] } })
    const { app, deal } = await web.sell('hello')
    sold = deal
    address = getAddress(app)
    const { owner } = await appOnChain(app)
    const own = { org: 'acme', name: 'echo', owner, app, title: 'echo' }
    const untrue = { org: 'evil', name: 'echo', owner: STRANGER, app, title: '<img src=x onerror=alert(1)>' }
    shelf = [listingOf(own), listingOf(untrue)]
    web.write('registry/index.json', indexOf(shelf))
    web.write('registry/readme.md', README)
  })
  afterAll(async () => web.stop())

  async function appOnChain(app: string): Promise<{ readonly owner: string }> {
    const [chain] = web.config.chains
    const response = await fetch(`${chain?.marketUrl}/apps/${app}?chainId=${chain?.chainId}`)
    return (await response.json()) as { readonly owner: string }
  }

  async function visit(path: string, options: VisitOptions = {}): Promise<Visitor> {
    const visitor = await web.visit(options)
    onTestFinished(visitor.close)
    await visitor.open(path)
    if (options.account === undefined) return visitor
    await visitor.page.getByRole('button', { name: 'Connect wallet' }).first().click()
    await visitor.page.getByRole('button', { name: WALLET_NAME }).click()
    await visitor.page.getByRole('dialog').getByText('On the market', { exact: true }).waitFor()
    await visitor.page.getByRole('dialog').getByRole('button', { name: 'Close' }).click()
    return visitor
  }

  test('a stranger finds an app by its words, and sees what it costs and how it has done', async () => {
    const { page } = await visit('/local/store')

    await page.getByPlaceholder('What should it do?').fill('acme')

    await page.getByText('1 app', { exact: true }).waitFor()
    const card = page.getByRole('article').filter({ hasText: 'by Acme' })
    await card.getByText('1000 nRLC').waitFor()
    await card.getByText('+ workerpool').waitFor()
    await card.getByText('acme/echo').waitFor()
    await card.getByText('100% succeed').waitFor()
    await expect.poll(() => new URL(page.url()).searchParams.get('q')).toBe('acme')
  })

  test('each app is asked for alone, so that orders of strangers take none off the shelf', async () => {
    const visitor = await web.visit()
    onTestFinished(visitor.close)
    const asked: (string | null)[] = []
    visitor.page.on('request', (request) => {
      const { pathname, searchParams } = new URL(request.url())
      if (pathname.endsWith('/apporders')) asked.push(searchParams.get('app'))
    })

    await visitor.open('/local/store')
    await visitor.page.getByText('1000 nRLC').first().waitFor()

    expect(new Set(asked)).toEqual(new Set([address.toLowerCase()]))
  })

  test('a registry that cannot be read says so, and the others are shown', async () => {
    const { page } = await visit('/local/store')

    await page.getByRole('region', { name: /The registry .*gone\/index\.json cannot be read/u }).waitFor()
    expect(await page.getByRole('article').count()).toBe(2)
  })

  test('a market that does not answer is told, and nothing is said of apps that nobody knows', async () => {
    const visitor = await web.visit()
    onTestFinished(visitor.close)
    await visitor.page.route(`${web.config.chains[0]?.marketUrl}/**`, async (route) => route.abort())
    await visitor.open('/local/store')

    const fault = visitor.page.getByRole('region', { name: 'The market does not say what apps cost' })
    await fault.getByRole('button', { name: 'Try again' }).waitFor()

    const card = visitor.page.getByRole('article').filter({ hasText: 'by Acme' })
    await card.getByText('Price not known').waitFor()
    await card.getByText('How it did is not known').waitFor()
    await expectAccessible(visitor.page)
  })

  test('a link to a run says that it is somebody’s, and whose', async () => {
    const { page } = await visit(`${PAGE}?run=${sold}`)

    await page.getByRole('heading', { name: 'Somebody’s run' }).waitFor()
    await page.getByText('this account bought the run').waitFor()
    await page.getByText('This is what the workers agreed on.').waitFor()
    expect(await page.getByText('Your run').count()).toBe(0)
  })

  test('while a purchase is awaited nothing is bought a second time, and it is closed only after that was said', async () => {
    const { page } = await visit(`${PAGE}?inputs={"message":"twice"}&run=0x${'7'.repeat(64)}`, { account: REQUESTER })
    const buyIt = page.getByRole('button', { name: 'Buy and run' })
    await page.getByText('A purchase is on its way; another one would be a second run.').waitFor()
    expect(await buyIt.isDisabled()).toBe(true)
    await expectAccessible(page)

    const run = page.getByRole('region', { name: 'Your run' })
    await run.getByRole('button', { name: 'Close', exact: true }).click()
    await page.getByRole('dialog').getByText('who buys again then pays twice').waitFor()
    await page.getByRole('dialog').getByRole('button', { name: 'Close it' }).click()

    await run.waitFor({ state: 'detached' })
    await expect.poll(async () => buyIt.isEnabled()).toBe(true)
  })

  test('who goes on to another page while he buys is left there', async () => {
    const visitor = await visit(PAGE, { account: REQUESTER })

    await buy(visitor, 'bought behind the back')
    await visitor.page.getByRole('link', { name: 'All apps' }).click()
    await expect.poll(() => afterSigning(visitor)).toContain('eth_sendTransaction')

    await visitor.page.getByRole('heading', { name: 'Store', level: 1 }).waitFor()
    expect(new URL(visitor.page.url()).search).toBe('')
  })

  test('beside the name of an app stand digits of its address, as anybody may take the same name', async () => {
    const { page } = await visit(PAGE)

    const details = page.getByRole('region', { name: 'Details' })
    await details.getByRole('link', { name: 'echo', exact: true }).waitFor()
    expect(await details.getByText(shorten(address)).count()).toBe(1)
  })

  test('an app is bought, followed and its result shown in one page, which a reload in the middle finds again', async () => {
    const visitor = await visit(`${PAGE}?inputs={"message":"hello from a link"}`, { account: REQUESTER })
    const { page } = visitor
    expect(await page.getByLabel('Message').inputValue()).toBe('hello from a link')

    await buy(visitor, 'from the store')
    // A deposit may be sent before: the purchase is what is sent after the request was signed.
    await expect.poll(() => afterSigning(visitor)).toContain('eth_sendTransaction')
    await page.waitForURL(/run=0x/u)
    await page.reload()
    await page.getByRole('heading', { name: 'Your run' }).waitFor()

    await page.getByText('This is what the workers agreed on.').waitFor()
    await page.getByText('from the store').first().waitFor()
    await page.getByRole('link', { name: 'Look at the task' }).waitFor()
    expect(visitor.foreignHosts()).toEqual([])
  })

  test('what the owner of the wallet refuses costs nothing, and the form stays as it was filled in', async () => {
    const visitor = await visit(PAGE, { account: REQUESTER })

    visitor.wallet.refuseNext()
    await buy(visitor, 'refused')

    await visitor.page.getByText('It was rejected in the wallet; nothing was sent.').waitFor()
    expect(await visitor.page.getByLabel('Message').inputValue()).toBe('refused')
    expect(new URL(visitor.page.url()).searchParams.has('run')).toBe(false)
  })

  test('inputs that are too long for a link are kept in the tab, and a reload finds them', async () => {
    const { page } = await visit(PAGE)

    await page.getByLabel('Message').fill('long '.repeat(4_000))
    await page.getByRole('button', { name: 'Inputs too long for a link' }).waitFor()
    await page.waitForFunction(() => Object.values(sessionStorage).some((kept) => String(kept).includes('long long')))
    await page.reload()

    await expect.poll(async () => (await page.getByLabel('Message').inputValue()).length).toBe(20_000)
    expect(page.url().length).toBeLessThan(200)
  })

  test('two clicks before the page can answer are one purchase', async () => {
    const visitor = await visit(PAGE, { account: REQUESTER })
    const { page } = visitor
    await page.getByLabel('Message').fill('once')
    const button = page.getByRole('button', { name: 'Buy and run', disabled: false })

    await button.evaluate((found: HTMLButtonElement) => {
      found.click()
      found.click()
    })

    await page.getByText('This is what the workers agreed on.').waitFor()
    expect(visitor.wallet.asked().filter((method) => method === 'eth_signTypedData_v4')).toHaveLength(1)
  })

  test('a form that is not filled in is told beside each field, before any wallet is asked', async () => {
    const visitor = await visit(PAGE, { account: REQUESTER })
    const before = visitor.wallet.asked().length

    await visitor.page.getByRole('button', { name: 'Buy and run' }).click()

    await visitor.page.getByText('This is required.').waitFor()
    expect(visitor.wallet.asked().slice(before)).toEqual([])
  })

  test('whoever has not enough RLC is told before he signs anything', async () => {
    const { page } = await visit(PAGE, { account: 60 })

    await page.getByText('Not enough RLC').waitFor()
    expect(await page.getByRole('button', { name: 'Buy and run' }).isDisabled()).toBe(true)
  })

  test('a wallet on another chain is asked to come over', async () => {
    const visitor = await visit(PAGE, { account: POOL_OWNER, walletChain: 1 })

    await buy(visitor, 'from another chain')

    await visitor.page.getByText('This is what the workers agreed on.').waitFor()
    expect(visitor.wallet.asked()).toContain('wallet_switchEthereumChain')
  })

  test('a listing that says otherwise than the chain is warned of, and all that strangers wrote is text', async () => {
    const visitor = await visit('/local/store/evil/echo')
    const { page } = visitor

    await page.getByText('on the chain this app belongs to somebody else than its listing says').waitFor()
    await page.getByText('<script>alert(2)</script>').waitFor()

    expect(await page.locator('article img, .prose img, .prose script').count()).toBe(0)
    expect(await page.locator('a[href^="javascript:" i]').count()).toBe(0)
    await page.getByText('my bank (far.example)').waitFor()
    await expectAccessible(page)
    expect(visitor.foreignHosts()).toEqual([])
    expect(visitor.complaints().filter((words) => !words.includes('404'))).toEqual([])
  })

  test('an owner registers an app, offers and describes it, and sees it sold from the listing that he proposed', async () => {
    const owner = await visit('/local/store/sell', { account: APP_OWNER })
    const { page } = owner
    await page.getByLabel('It is not on the chain yet').check()
    await page.getByLabel('Name on the chain').fill('parrot')
    await page.getByLabel('File of the module').setInputFiles(await moduleFile())
    await page.getByRole('button', { name: 'Register it', disabled: false }).waitFor()
    await page.getByRole('button', { name: 'Register it' }).click()
    await page.getByLabel('Price of a run, in RLC').fill('0.001')
    await page.getByRole('button', { name: 'Sign and offer' }).click()
    await page.getByText('0.001 RLC').first().waitFor()
    await describeApp(page)

    const listing = await saveListing(page)

    web.write('registry/index.json', indexOf([...shelf, listing]))
    const buyer = await visit('/local/store/acme/parrot', { account: REQUESTER })
    await buyer.page.getByText('Owner and name are those on the chain.').waitFor()
    await buy(buyer, 'sold')
    await buyer.page.getByRole('button', { name: 'Show what the app writes' }).click()
    await buyer.page.getByText('squawk').waitFor()
    await buyer.page.getByText('This is what the workers agreed on.').waitFor()
    await seeEachFile(buyer.page)
    await owner.open('/local/store/acme/parrot')
    await page.getByText('100%').waitFor()
    await owner.open(`/local/store/acme/parrot?run=${sold}`)
    await page.getByText('a deal that is no run of this app').waitFor()
    expect(await page.getByText('This is what the workers agreed on.').count()).toBe(0)
    expect([...owner.complaints(), ...buyer.complaints()].filter((words) => !words.includes('404'))).toEqual([])
  })

  test('a listing that is not whole is told field by field, and nothing is saved', async () => {
    const { page } = await visit('/local/store/sell')

    await page
      .getByLabel('Logo')
      .setInputFiles({ name: 'logo.png', mimeType: 'image/png', buffer: Buffer.from('<svg/>') })
    await page.getByRole('button', { name: 'Save the listing' }).click()

    await page.getByText('The logo is neither a PNG nor a JPEG nor a WebP picture.').waitFor()
    await page.getByRole('alert').getByText('Name an app that is on the chain.').waitFor()
    await expectAccessible(page)
  })

  test.each([
    ['/local/store', 'light'],
    ['/local/store', 'dark'],
    [PAGE, 'light'],
    [PAGE, 'dark'],
  ] as const)('everybody can use %s in the %s theme', async (path, colorScheme) => {
    const { page } = await visit(path, { colorScheme })
    await page.getByText('1000 nRLC').first().waitFor()

    await expectAccessible(page)
  })
})

function shorten(id: string): string {
  return `${id.slice(0, 6)}…${id.slice(-4)}`
}

async function buy({ page }: Visitor, message: string): Promise<void> {
  await page.getByLabel('Message').fill(message)
  await page.getByRole('button', { name: 'Buy and run' }).click()
}

/** What the wallet was asked for after it signed the request. */
function afterSigning({ wallet }: Visitor): readonly string[] {
  const asked = wallet.asked()
  const signed = asked.indexOf('eth_signTypedData_v4')
  return signed === -1 ? [] : asked.slice(signed)
}

/** Files of a result, each of another kind. */
const FILES = [
  { name: 'parrot.svg', text: '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"/>' },
  { name: 'parrot.json', text: '{"says":["hello"]}' },
  { name: 'parrot.csv', text: 'word,times\nhello,2\n' },
  { name: 'parrot.html', text: '<h1>Said by the parrot</h1>' },
]

/** The picture at first, then each other file in its way, and one of them saved. */
async function seeEachFile(page: Page): Promise<void> {
  const choose = async (name: string): Promise<void> =>
    page.getByRole('list', { name: 'Files of the result' }).getByRole('button', { name }).click()
  const picture = page.getByRole('img', { name: 'parrot.svg' })
  await expect.poll(async () => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(40)
  await choose('parrot.json')
  await page.getByText('"says": [').waitFor()
  await choose('parrot.csv')
  await page.getByRole('cell', { name: 'hello' }).waitFor()
  await choose('parrot.html')
  await page.getByText('<h1>Said by the parrot</h1>').waitFor()
  await page.getByRole('button', { name: 'Show as a page' }).click()
  await page.frameLocator('iframe').getByRole('heading', { name: 'Said by the parrot' }).waitFor()
  expect((await saved(page, 'Save parrot.html')).toString()).toBe(FILES[3]?.text)
  const names = readZip(await saved(page, 'Save the archive')).map(({ name }) => name)
  expect(names).toEqual(expect.arrayContaining(FILES.map(({ name }) => name)))
}

/** What a button saves. */
async function saved(page: Page, name: string): Promise<Buffer> {
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name }).click()])
  return readFileSync(await download.path())
}

const README = `# Echo

<script>alert(2)</script>

![far](https://far.example/x.png) [bad](javascript:alert(3)) [my bank](https://far.example/login)

- [x] tested[^1]

[^1]: By a parrot.
`

type Goods = {
  readonly org: string
  readonly name: string
  readonly owner: string
  readonly app: string
  readonly title: string
}

function listingOf({ org, name, owner, app, title }: Goods): Listing {
  const listing = readListing({
    org,
    name,
    iexec: {
      description: 'Repeats what it is told, and is sure of it. '.repeat(4),
      license: 'Apache-2.0',
      author: org === 'acme' ? 'Acme' : '<b>evil</b>',
      social: { website: 'javascript:alert(1)' },
      app: { owner, name: title, type: 'WASM' },
      buyConf: { params: {} },
    },
    deployed: { app: { 31337: app } },
    store: {
      categories: ['tools'],
      tags: [org],
      inputs: [{ kind: 'text', name: 'message', label: 'Message', required: true }],
    },
    readme: 'readme.md',
  })
  if (listing === undefined) throw new Error('This is no listing.')
  return listing
}

function indexOf(listings: readonly Listing[]): string {
  const written = JSON.parse(JSON.stringify(listings)) as unknown
  return JSON.stringify({ version: 1, name: 'Test', created: '2026-01-01', hash: hashListings(written), listings })
}

async function moduleFile(): Promise<{ readonly name: string; readonly mimeType: string; readonly buffer: Buffer }> {
  return {
    name: 'parrot.wasm',
    mimeType: 'application/wasm',
    buffer: Buffer.from(await writingModule(FILES, 'squawk')),
  }
}

/** Fills in what the app is, and the one input that it has. */
async function describeApp(page: Page): Promise<void> {
  await page.getByLabel('GitHub organisation or user').fill('acme')
  await page.getByLabel('Folder of the app').fill('parrot')
  await page.getByLabel('Description').fill('Repeats what it is told, and is sure of it. '.repeat(4))
  await page.getByLabel('Author').fill('Acme')
  await page.getByLabel('Logo').setInputFiles(LOGO)
  await page.getByLabel('Tools').check()
  await page.getByRole('button', { name: 'Add an input' }).click()
  await page.getByLabel('Label', { exact: true }).fill('Message')
}

/** What the archive says, as a registry would list it. */
async function saveListing(page: Page): Promise<Listing> {
  const files = new Map(readZip(await saved(page, 'Save the listing')).map(({ name, read }) => [name, read]))
  const parse = (name: string): unknown => JSON.parse(new TextDecoder().decode(files.get(`acme/parrot/${name}`)?.()))
  expect(files.get('acme/parrot/logo.png')?.()).toEqual(new Uint8Array(readFileSync(LOGO)))
  const [iexec, deployed, store] = ['iexec.json', 'deployed.json', 'store.json'].map(parse)
  const listing = readListing({ org: 'acme', name: 'parrot', iexec, deployed, store })
  if (listing === undefined) throw new Error('This is no listing.')
  return listing
}
