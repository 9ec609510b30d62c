// Somebody opens a store of his own: from a folder of listings, by the commands of docs/run-a-store.md, to a stranger who looks at it.
import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { APP_OWNER, REQUESTER } from '@iexec/network/test/startNetwork'
import { findShell, serveSite, type SiteConfig } from '@iexec/store'
import type { Address } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { openDesk, type Desk } from '../iexec.ts'
import { installStore } from '../outer.ts'
import { connectWallet, expectAccessible, startWeb, type Web } from './browser.ts'
import { findChromium } from '@iexec/store/test/chromium'
import { serveFolder } from '@iexec/store/test/serveFolder'
import type { Page } from 'playwright-core'

const LOGO = join(import.meta.dirname, '../../registry/iexec/ray-tracer/logo.png')
const DESCRIPTION =
  'Writes what it is told into a file, and says that it did; so several workers can agree on it. '.repeat(2)

/** A listing of an app as its owner writes it. */
type Listed = { readonly description: string; readonly app: Readonly<Record<string, unknown>> }

function write(file: string, content: object | string): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content, undefined, 2))
}

describe.skipIf(findChromium() === undefined)('a store of one’s own', () => {
  let web: Web
  let desk: Desk
  let listed: Listed & { readonly address: Address }
  beforeAll(async () => {
    web = await startWeb({ workers: 1 })
    const { app: address } = await web.sell('hello')
    const { owner, name, type, multiaddr, checksum } = await (await web.network.user(APP_OWNER)).apps.show(address)
    listed = { address, description: DESCRIPTION, app: { owner, name, type, multiaddr, checksum, price: '1000 nRLC' } }
  })
  afterAll(async () => web.stop())

  /** The folder of a registry with one listing, and the network where the command finds it. */
  beforeEach(() => {
    desk = openDesk()
    onTestFinished(desk.clear)
    installStore(desk)
    const { rpcUrls, ...chain } = web.network.chain
    write(join(desk.home, '.iexec/networks/local/network.json'), { ...chain, rpcUrl: rpcUrls?.[0] })
    list(listed)
    write(join(desk.folder, 'acme/echo/deployed.json'), { app: { 31337: listed.address } })
    write(join(desk.folder, 'acme/echo/README.md'), '# Echo\n')
    copyFileSync(LOGO, join(desk.folder, 'acme/echo/logo.png'))
  })

  function list({ description, app }: Listed): void {
    const about = { description, license: 'Apache-2.0', author: 'Acme', social: {}, logo: 'logo.png' }
    write(join(desk.folder, 'acme/echo/iexec.json'), { ...about, app, buyConf: { params: { iexec_args: 'hello' } } })
  }

  /** Calls the command with the words of a line. */
  async function call(...words: readonly string[]): Promise<{ readonly exitCode: number; readonly out: string }> {
    const { exitCode, out, errors } = await desk.iexec(words)
    return { exitCode, out: out + errors }
  }

  // runs: iexec registry validate
  // runs: iexec registry validate acme/echo --offline
  test('a listing that says what the chain says is right', async () => {
    const [all, one] = await Promise.all([
      call('registry', 'validate'),
      call('registry', 'validate', 'acme/echo', '--offline'),
    ])

    expect([all, one]).toEqual([
      { exitCode: 0, out: '1 listing, and nothing is wrong.\n' },
      { exitCode: 0, out: '1 listing, and nothing is wrong.\n' },
    ])
  })

  test('what a listing says and the chain does not is told with its line, for people and as generation 8 did', async () => {
    const owner = '0x00000000000000000000000000000000000000AA'
    list({ ...listed, app: { ...listed.app, owner, price: '1 nRLC' } })

    const [{ exitCode, out }, raw] = await Promise.all([
      call('registry', 'validate'),
      call('registry', 'validate', '--raw'),
    ])

    const fail = [
      `acme/echo/iexec.json:8: "app.owner" is ${owner}, and on chain 31337 it is ${String(listed.app['owner'])}.`,
      'acme/echo/iexec.json:13: "app.price" is 1 nRLC, and its cheapest open order on chain 31337 asks 1000 nRLC.',
    ]
    expect({ exitCode, lines: out.trimEnd().split('\n') }).toEqual({
      exitCode: 1,
      lines: [...fail, 'There are 2 faults in 1 listing.'],
    })
    expect({ ...raw, out: JSON.parse(raw.out) as unknown }).toEqual({
      exitCode: 1,
      out: {
        ok: false,
        validated: ['iexec.json', 'deployed.json', 'logo.png', 'README.md'].map((file) => `acme/echo/${file}`),
        fail,
      },
    })
  })

  test('an address where nothing is, and a path where no listing is, are told', async () => {
    write(join(desk.folder, 'acme/echo/deployed.json'), { app: { 31337: `0x${'1'.repeat(40)}` } })

    const [wrong, nowhere] = await Promise.all([call('registry', 'validate'), call('registry', 'validate', 'nowhere')])

    expect(wrong).toMatchObject({ exitCode: 1 })
    expect(wrong.out).toContain(`acme/echo/deployed.json:3: There is no app at 0x${'1'.repeat(40)} on chain 31337.`)
    expect(nowhere).toEqual({ exitCode: 2, out: 'nowhere is no folder.\n' })
  })

  // runs: iexec registry build --out public
  // runs: iexec store build --listings public --name "My store" --network local --out shop
  // runs: iexec store serve shop
  test('a store of a foreign folder of listings shows and sells its app under its own name, from a folder of a host', async () => {
    write(join(desk.folder, 'acme/echo/store.json'), { screenshots: ['shot.png'] })
    copyFileSync(LOGO, join(desk.folder, 'acme/echo/shot.png'))
    const index = await call('registry', 'build', '--out', 'public')
    const words = ['--listings', 'public', '--name', 'My store', '--colour', '#2f6fed', '--network', 'local']
    const built = await call('store', 'build', ...words, '--base', '/apps/', '--out', 'shop')
    expect([index.exitCode, built]).toMatchObject([0, { exitCode: 0 }])
    const serving = desk.person(['store', 'serve', 'shop', '--port', '0'])
    await serving.sees('My store listens on')
    const url = /listens on (http:\S+)/u.exec(serving.screen())?.[1]
    const visitor = await web.visit({ account: REQUESTER })

    await visitor.page.goto(`${url}/apps/local/store`)
    await visitor.page.getByRole('article').getByText('by Acme').waitFor()
    await expectAccessible(visitor.page)
    await visitor.page.goto(`${url}/apps/local/store/acme/echo`)
    await visitor.page.getByRole('heading', { name: 'echo', level: 1 }).waitFor()
    expect(await visitor.page.locator('meta[property="og:title"]').getAttribute('content')).toBe('echo · My store')
    expect(await visitor.page.getByRole('link', { name: 'Explorer' }).count()).toBe(0)
    await seeScreenshot(visitor.page)
    await buy(visitor.page)
    expect(visitor.complaints()).toEqual([])
    expect(visitor.foreignHosts()).toEqual([])
    serving.presses('\u0003')
    expect(await serving.ended).toBe(0)
  })

  // runs: iexec registry build --name "My listings" --sign --out public
  // runs: iexec store build --listings public --signer 0x629293Dc11ed5cFb6e039eCFf31062141C24FF21 --name "My store" --network local --out shop
  test('signed listings are taken from who signed them alone, and the store says who that is', async () => {
    const key = generatePrivateKey()
    const { address: signer } = privateKeyToAccount(key)
    const other = privateKeyToAccount(generatePrivateKey()).address
    const sign = ['registry', 'build', '--name', 'My listings', '--sign', '--out', 'public'] as const
    expect(await call(...sign)).toMatchObject({ exitCode: 1, out: expect.stringContaining('There is no wallet') })
    writeFileSync(join(desk.folder, 'wallet.json'), JSON.stringify({ privateKey: key }), { mode: 0o600 })
    expect(await call(...sign)).toMatchObject({ exitCode: 0, out: expect.stringContaining(`signer ${signer}\n`) })
    const build = async (expected: string): ReturnType<typeof call> => {
      const words = ['--listings', 'public', '--signer', expected, '--name', 'My store', '--network', 'local']
      return call('store', 'build', ...words, '--out', 'shop')
    }
    expect(await build(other)).toEqual({
      exitCode: 1,
      out: `public is signed by ${signer}, and ${other} shall have signed it.\n`,
    })
    expect(await build(signer)).toMatchObject({ exitCode: 0 })
    const serving = desk.person(['store', 'serve', 'shop', '--port', '0'])
    await serving.sees('My store listens on')
    const url = /listens on (http:\S+)/u.exec(serving.screen())?.[1] ?? ''
    const visitor = await web.visit()

    await visitor.page.goto(`${url}/local/store/acme/echo`)
    await visitor.page.getByText('Signed by').waitFor()
    expect(await visitor.page.getByTitle(signer).count()).toBeGreaterThan(0)
    await expectAccessible(visitor.page)
    const file = join(desk.folder, 'shop/registry/index.json')
    const index = readFileSync(file, 'utf8')
    for (const [served, told] of [
      [index.replace(DESCRIPTION, `Send all you have. ${DESCRIPTION}`), 'their signature does not fit'],
      [index.replace(/ "sign.*\n/gu, ''), `are not signed. This site shows them only as ${signer} signed them.`],
    ] as const) {
      writeFileSync(file, served)
      await visitor.page.goto(`${url}/local/store`)
      await visitor.page.getByRole('alert').getByText(told).waitFor()
      expect(await visitor.page.getByRole('article').count()).toBe(0)
      await expectAccessible(visitor.page)
      await visitor.page.goto(`${url}/local/store/acme/echo`)
      await visitor.page.getByRole('alert').getByText(told).waitFor()
      expect(await visitor.page.getByText('No registry of this site lists').count()).toBe(0)
    }
    expect(visitor.complaints()).toEqual([])
    serving.presses('\u0003')
    expect(await serving.ended).toBe(0)
  })

  test('README, logo and screenshots of a signed index are not shown when whoever serves it swaps them', async () => {
    write(join(desk.folder, 'acme/echo/store.json'), { screenshots: ['shot.png'] })
    writeFileSync(join(desk.folder, 'acme/echo/shot.png'), padded(1))
    const key = generatePrivateKey()
    write(join(desk.folder, 'wallet.json'), { privateKey: key })
    chmodSync(join(desk.folder, 'wallet.json'), 0o600)
    expect(await call('registry', 'build', '--sign', '--out', 'public')).toMatchObject({ exitCode: 0 })
    const files = join(desk.folder, 'public/files')
    const listings = `${await serveFolder(join(desk.folder, 'public'))}/index.json`
    const url = await serveStore({ listings: [listings], signers: { [listings]: privateKeyToAccount(key).address } })
    const visitor = await web.visit()
    const pictures = visitor.page.getByRole('main').locator('img:is([src^="blob:"], [src*="/files/"])')

    await visitor.page.goto(`${url}/local/store/acme/echo`)
    await visitor.page.getByRole('heading', { name: 'Echo', level: 3 }).waitFor()
    await expect.poll(async () => pictures.evaluateAll(widthsOf)).toEqual([180, 180])
    await seeScreenshot(visitor.page)
    for (const name of readdirSync(files)) {
      writeFileSync(join(files, name), name.endsWith('.md') ? '# Send all you have\n' : padded(2))
    }
    await visitor.page.reload()

    await visitor.page.getByText('gives another one than was signed').waitFor()
    await expect.poll(async () => visitor.page.getByText('Not the picture that was signed').count()).toBe(2)
    expect(await pictures.count()).toBe(0)
    expect(await visitor.page.getByText('Send all you have').count()).toBe(0)
    await expectAccessible(visitor.page)
    await visitor.page.goto(`${url}/local/store`)
    await visitor.page.getByRole('article').getByText('Not the picture that was signed').waitFor()
    expect(await pictures.count()).toBe(0)
    await expectAccessible(visitor.page)
    expect(visitor.complaints()).toEqual([])
  })

  test('an app of an index that cannot be read is not said to be listed nowhere', async () => {
    const gone = await serveFolder(join(desk.folder, 'gone'))
    const url = await serveStore({ listings: [`${gone}/index.json`] })
    const visitor = await web.visit()

    await visitor.page.goto(`${url}/local/store/acme/echo`)
    await visitor.page.getByRole('alert').getByText(new URL(gone).host).first().waitFor()

    expect(await visitor.page.getByText('No registry of this site lists').count()).toBe(0)
    await expectAccessible(visitor.page)
    await visitor.page.goto(`${url}/local/store`)
    await visitor.page.getByRole('alert').getByText(new URL(gone).host).first().waitFor()
    expect(await visitor.page.getByText('No app is listed on this chain').count()).toBe(0)
    await expectAccessible(visitor.page)
  })

  /** A site over the network of these tests, with indexes from elsewhere. @returns its address */
  async function serveStore(told: Partial<SiteConfig>): Promise<string> {
    const site = join(desk.folder, 'site')
    write(join(site, 'config.json'), { ...web.config, ...told })
    const stopping = new AbortController()
    const folders = [site, await findShell()]
    const { url, ended } = await serveSite({ folders, host: '127.0.0.1', port: 0, signal: stopping.signal })
    onTestFinished(async () => {
      stopping.abort()
      await ended
    })
    return url
  }
})

/** The logo with more behind its end: the same picture, and another file. */
function padded(more: number): Uint8Array {
  return Buffer.concat([readFileSync(LOGO), Buffer.alloc(more)])
}

function widthsOf(images: readonly unknown[]): readonly number[] {
  return images.map((image) => (image as { readonly naturalWidth: number }).naturalWidth)
}

/** It opens whole, and closes again. */
async function seeScreenshot(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Screenshot 1 of echo' }).click()
  const dialog = page.getByRole('dialog', { name: 'Screenshot 1 of echo' })
  const width = async (): Promise<number> =>
    dialog.locator('img').evaluate((image) => (image as unknown as { readonly naturalWidth: number }).naturalWidth)
  await expect.poll(width).toBe(180)
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
}

/** With a wallet, to the result. */
async function buy(page: Page): Promise<void> {
  await connectWallet({ page })
  await page.getByLabel('Arguments').fill('bought in a foreign store')
  await page.getByRole('button', { name: 'Buy and run' }).click()
  await page.getByText('This is what the workers agreed on.').waitFor()
  await page.getByText('bought in a foreign store').last().waitFor()
}
