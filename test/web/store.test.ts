// The store in the browser: a stranger finds an app and sees whether its listing is true; an owner puts one on the shelf.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { APP_OWNER, REQUESTER } from '@iexec/network/test/startNetwork'
import { readZip } from '@iexec/sdk'
import { readListing, type Listing } from '@iexec/wire/listing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { findChromium } from '@iexec/store/test/chromium'
import { expectAccessible } from './browser.ts'
import { writingModule } from './hostileModule.ts'
import { buy, indexOf, PAGE, startStore, visitStore, type Store } from './storeScene.ts'

const LOGO = fileURLToPath(new URL('../../examples/ray-tracer/logo.png', import.meta.url))

describe.skipIf(findChromium() === undefined)('the store', () => {
  let store: Store
  beforeAll(async () => {
    store = await startStore()
  })
  afterAll(async () => store.web.stop())

  test('a stranger finds an app by its words, and sees what it costs and how it has done', async () => {
    const { page } = await visitStore(store, '/local/store')

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
    const visitor = await store.web.visit()
    const asked: (string | null)[] = []
    visitor.page.on('request', (request) => {
      const { pathname, searchParams } = new URL(request.url())
      if (pathname.endsWith('/apporders')) asked.push(searchParams.get('app'))
    })

    await visitor.open('/local/store')
    await visitor.page.getByText('1000 nRLC').first().waitFor()

    expect(new Set(asked)).toEqual(new Set([store.address.toLowerCase()]))
  })

  test('a registry that cannot be read says so, and the others are shown', async () => {
    const { page } = await visitStore(store, '/local/store')

    await page.getByRole('region', { name: /The registry .*gone\/index\.json cannot be read/u }).waitFor()
    expect(await page.getByRole('article').count()).toBe(2)
  })

  test('a market that does not answer is told, and nothing is said of apps that nobody knows', async () => {
    const visitor = await store.web.visit()
    await visitor.page.route(`${store.web.config.chains[0]?.marketUrl}/**`, async (route) => route.abort())
    await visitor.open('/local/store')

    const fault = visitor.page.getByRole('region', { name: 'The market does not say what apps cost' })
    await fault.getByRole('button', { name: 'Try again' }).waitFor()

    const card = visitor.page.getByRole('article').filter({ hasText: 'by Acme' })
    await card.getByText('Price not known').waitFor()
    await card.getByText('How it did is not known').waitFor()
    await expectAccessible(visitor.page)
  })

  test('beside the name of an app stand digits of its address, as anybody may take the same name', async () => {
    const { page } = await visitStore(store, PAGE)

    const details = page.getByRole('region', { name: 'Details' })
    await details.getByRole('link', { name: 'echo', exact: true }).waitFor()
    expect(await details.getByText(shorten(store.address)).count()).toBe(1)
  })

  test('a listing that says otherwise than the chain is warned of, and all that strangers wrote is text', async () => {
    const visitor = await visitStore(store, '/local/store/evil/echo')
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
    const owner = await visitStore(store, '/local/store/sell', { account: APP_OWNER })
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

    store.web.write('registry/index.json', indexOf([...store.shelf, listing]))
    const buyer = await visitStore(store, '/local/store/acme/parrot', { account: REQUESTER })
    await buyer.page.getByText('Owner and name are those on the chain.').waitFor()
    await buy(buyer, 'sold')
    await buyer.page.getByRole('button', { name: 'Show what the app writes' }).click()
    await buyer.page.getByText('squawk').waitFor()
    await buyer.page.getByText('This is what the workers agreed on.').waitFor()
    await seeEachFile(buyer.page)
    await owner.open('/local/store/acme/parrot')
    await page.getByText('100%').waitFor()
    await owner.open(`/local/store/acme/parrot?run=${store.sold}`)
    await page.getByText('a deal that is no run of this app').waitFor()
    expect(await page.getByText('This is what the workers agreed on.').count()).toBe(0)
    expect([...owner.complaints(), ...buyer.complaints()].filter((words) => !words.includes('404'))).toEqual([])
  })

  test('the guide to sell an app is no wider than a small phone', async () => {
    const { page } = await visitStore(store, '/local/store/sell', { viewport: { width: 320, height: 700 } })
    await page.getByLabel('README.md').waitFor()

    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    )

    expect(overflow).toBe(0)
  })

  test('a listing that is not whole is told field by field, and nothing is saved', async () => {
    const { page } = await visitStore(store, '/local/store/sell')

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
    const { page } = await visitStore(store, path, { colorScheme })
    await page.getByText('1000 nRLC').first().waitFor()

    await expectAccessible(page)
  })
})

function shorten(id: string): string {
  return `${id.slice(0, 6)}…${id.slice(-4)}`
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
