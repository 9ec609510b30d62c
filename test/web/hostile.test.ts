// Strangers write on the chain, in listings, results and links whatever they can: no page runs it, asks a foreign host for it, breaks
// by it, or says what is not so.
import { accountOf } from '@iexec/chain/test/anvil'
import { APP_OWNER, REQUESTER } from '@iexec/network/test/startNetwork'
import { findChromium } from '@iexec/store/test/chromium'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectWallet, startWeb, type Web } from './browser.ts'
import { lookAround, lookAt, meetStranger, untilSettled, type Hunted } from './hostileEye.ts'
import { FILES, setHostileScene, type HostileScene } from './hostileScene.ts'
import { MIXED, NAMES } from './hostileWords.ts'
import { packZip, type Packed } from './hostileZip.ts'

/** What Chromium says of what it did not do: the frame or the policy forbids it. */
const REFUSALS =
  /^(?:Refused to execute|Blocked |Unsafe attempt to |.*violates the following Content Security Policy|\S+ the policy refused |\S+ a frame is at chrome-error:)/u

describe.skipIf(findChromium() === undefined)('what strangers write', () => {
  let web: Web
  let scene: HostileScene
  beforeAll(async () => {
    web = await startWeb({ workers: 1, site: { listings: ['registry/index.json'] } })
    scene = await setHostileScene(web)
  })
  afterAll(async () => web.stop())

  async function meet(account?: number): Promise<Hunted> {
    const hunted = await meetStranger(web, account)
    if (account !== undefined) await connect(hunted)
    return hunted
  }

  test('is text in every list', async () => {
    const hunted = await meet()

    for (const list of ['', 'apps', 'datasets', 'workerpools', 'deals', 'transactions', 'market', 'market/0']) {
      await lookAt(hunted, `/local/${list}`)
    }

    expect(hunted.told()).toEqual([])
  })

  test('is text on the page of each thing', async () => {
    const { sale, orders, byName } = scene
    const hunted = await meet()
    const pages = [
      ...Object.values(byName).map(({ app }) => `app/${app}?tab=orders`),
      `app/${sale.app}`,
      `dataset/${byName.direction.dataset}`,
      `workerpool/${byName.html.workerpool}?tab=orders`,
      ...Object.entries(orders).map(([kind, hash]) => `order/${kind}/${hash}`),
      `address/${accountOf(APP_OWNER).address}`,
      `deal/${sale.deal}`,
    ]

    for (const path of pages) await lookAt(hunted, `/local/${path}`)

    expect(hunted.told()).toEqual([])
  })

  test('is text where it is searched for', async () => {
    const hunted = await meet()
    await hunted.open('/local')

    for (const typed of ['img', 'turned', 'AAAA', '0x']) {
      await hunted.page.getByRole('combobox', { name: 'Search' }).fill(typed)
      await hunted.page.getByRole('option').first().waitFor()
      await lookAround(hunted)
    }
    for (const q of [NAMES.html, NAMES.direction, 'A'.repeat(150)]) {
      await lookAt(hunted, `/local/search?q=${encodeURIComponent(q)}`)
    }

    expect(hunted.told()).toEqual([])
  })

  test('is text in the store, forms and Markdown too, and a picture that is a program is only a picture', async () => {
    const hunted = await meet()
    const { page } = hunted

    await lookAt(hunted, '/local/store')
    await hunted.open(scene.listing)
    await page.locator('.prose').waitFor()
    await lookAround(hunted)
    const targets = await page
      .locator('.prose a')
      .evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''))
    expect(targets.filter((target) => !/^https?:\/\/[a-z.]*far\.example/u.test(target))).toEqual([])

    expect(hunted.told()).toEqual([])
  })

  test('is a picture that can do nothing where it is opened alone', async () => {
    const hunted = await meet()

    await hunted.page.goto(`${web.url}/registry/logo.svg`)

    expect(hunted.told().filter((words) => !REFUSALS.test(words))).toEqual([])
    expect(hunted.told()).toContainEqual(expect.stringContaining('Blocked script execution'))
  })

  test('is text where a run is bought, an app is sold and logs are read', async () => {
    const hunted = await meet(REQUESTER)
    const { page } = hunted

    await lookAt(hunted, `${scene.listing}?run=${scene.sale.deal}`)
    await lookAt(hunted, `/local/store/sell?app=${scene.sale.app}`)
    await lookAt(hunted, '/local/market/mine?tab=deals')
    await hunted.open(`/local/task/${scene.sale.task}`)
    await page.getByRole('button', { name: /logs/iu }).first().click()
    await page.locator('pre', { hasText: 'LLLL' }).first().waitFor()
    await lookAround(hunted)

    expect(hunted.told()).toEqual([])
  })

  test('cannot do anything by the address of a page', async () => {
    const hunted = await meet()
    const evil = encodeURIComponent(MIXED.slice(0, 700))
    const inputs = encodeURIComponent(JSON.stringify({ message: NAMES.html, choice: NAMES.html, file: NAMES.scheme }))
    const addresses = [
      `deals?page=${evil}&app=${evil}&category=${evil}`,
      `apps?sort=${evil}&up=${evil}&page=1e9`,
      `address/${evil}`,
      `category/${evil}`,
      `market/${evil}`,
      `market/0?trust=${evil}&tee=${evil}&page=${evil}`,
      `market/new?kind=${evil}&app=${evil}&params=${evil}&appmaxprice=${evil}`,
      `store?q=${evil}&category=${evil}&type=${evil}`,
      `store/evil/html?inputs=${inputs}&args=${evil}&run=${evil}&from=${evil}`,
      `store/sell?app=${evil}`,
      `task/${evil}`,
    ]

    for (const address of addresses) await lookAt(hunted, `/local/${address}`)
    for (const path of ['//far.example/%2e%2e', '/%5Cfar.example', '/javascript:alert(1)', '/\u202Eturned']) {
      await hunted.page.goto(web.url + path)
    }

    expect(hunted.told()).toEqual([])
  })

  test('cannot name by a link who gets what others pay for', async () => {
    const { page, open } = await meet()

    await open(`/local/market/new?beneficiary=${accountOf(APP_OWNER).address}&app=${scene.sale.app}`)

    await page.locator(`input[value="${scene.sale.app}"]`).waitFor()
    expect(await page.locator(`input[value="${accountOf(APP_OWNER).address}"]`).count()).toBe(0)
  })

  test('is shown inert where it is a result, file by file, and never stops the tab', async () => {
    const hunted = await meet()
    const { page } = hunted
    await hunted.open(`/local/task/${scene.sale.task}`)
    await page.getByText('This is what the workers agreed on.').waitFor()
    const files = page.getByRole('list', { name: 'Files' }).getByRole('button')

    for (const place of (await files.all()).keys()) {
      await files.nth(place).click()
      await lookAround(hunted)
    }

    expect(await files.count()).toBe(Object.keys(FILES).length + 2)
    await page.getByText('The first 100 columns.').waitFor()
    expect(hunted.told()).toEqual([])
  })

  test('is a page only in a frame that can do nothing, and leads nowhere from there', async () => {
    const hunted = await meet()
    const { page } = hunted
    await hunted.open(`/local/task/${scene.sale.task}`)
    await page.getByRole('button', { name: FILES.page }).first().click()
    const before = hunted.told().length

    await page.getByRole('button', { name: 'Show as a page' }).click()
    const frame = page.frameLocator('iframe')
    await frame.getByRole('heading', { name: 'Page of a stranger' }).waitFor()
    for (const name of ['Go up', 'Run', 'Open', 'Go there']) {
      await frame.getByRole('link', { name, exact: true }).click()
    }
    await untilSettled(page)

    expect(before).toBe(0)
    expect(await page.locator('iframe').getAttribute('sandbox')).toBe('')
    // All that the page tried was refused, by its frame or by the policy that it inherits; nobody was asked for anything.
    expect(hunted.told().filter((words) => !REFUSALS.test(words))).toEqual([])
    expect(hunted.told().some((words) => words.startsWith('Blocked script execution'))).toBe(true)
    expect(page.url()).toBe(`${web.url}/local/task/${scene.sale.task}`)
    expect(page.context().pages()).toHaveLength(1)
  })

  test('is refused with its reason where a storage answers with an archive that is a trap', async () => {
    const hunted = await meet()
    const { page } = hunted
    const traps: Readonly<Record<string, Buffer>> = {
      'leads out of its folder': packZip(['stdout.txt', '../../etc/passwd'].map(named)),
      'it has 10001 files': packZip(Array.from({ length: 10_001 }, (_, place) => named(`f${place}`))),
      'more than 1000000000 bytes': packZip([{ ...named('bomb.txt'), saidSize: 0xff_ff_ff_f0 }]),
      'The result has 60 MB.': packZip([{ name: 'zeros.txt', content: Buffer.alloc(60_000_000) }]),
      'it is no zip archive': Buffer.from(MIXED),
    }
    let body = Buffer.alloc(0)
    await page.route('**/ipfs/**', async (route) =>
      route.fulfill({ body, contentType: 'application/zip', headers: { 'access-control-allow-origin': '*' } }),
    )

    for (const [reason, trap] of Object.entries(traps)) {
      body = Buffer.from(trap)
      await hunted.open(`/local/task/${scene.sale.task}`)
      await page.getByText(reason).first().waitFor()
    }

    expect(hunted.told()).toEqual([])
  })
})

async function connect({ page, open }: Hunted): Promise<void> {
  await open('/local/market/mine')
  await connectWallet({ page })
}

function named(name: string): Packed {
  return { name, content: Buffer.from('x') }
}
