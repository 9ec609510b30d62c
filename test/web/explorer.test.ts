// The explorer in real Chromium: what people look for is found, what they filter is shared, what they read can be taken along.
import { readFileSync } from 'node:fs'
import { accountOf } from '@iexec/chain/test/anvil'
import { formatCoin, formatRlc } from '@iexec/protocol'
import type { Sale } from '@iexec/network'
import { FIRST_WORKER, REQUESTER } from '@iexec/network/test/startNetwork'
import type { Locator, Page } from 'playwright-core'
import { getAddress } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectAccessible, startWeb, untilRead, type Web } from './browser.ts'
import { findChromium } from '@iexec/store/test/chromium'

describe.skipIf(findChromium() === undefined)('the explorer', () => {
  let web: Web
  let sale: Sale
  beforeAll(async () => {
    web = await startWeb({ workers: 1 })
    sale = await web.sell('hello')
  })
  afterAll(async () => web.stop())

  test('the key / leads to the search, which suggests by name, and Enter opens what was chosen', async () => {
    const { page } = await web.visitPage('/local')

    await page.keyboard.press('/')
    await page.keyboard.type('ech')
    await page.getByRole('option', { name: 'echo' }).waitFor()
    await expectAccessible(page)
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')

    await page.waitForURL(`**/local/app/${sale.app}`)
    await page.getByRole('heading', { name: 'echo', level: 1 }).waitFor()
  })

  test('Enter opens the page of a whole id, and says what to look for where nothing is found', async () => {
    const { page } = await web.visitPage('/local')
    const field = page.getByRole('combobox', { name: 'Search' })

    await field.fill(sale.deal)
    await field.press('Enter')
    await page.waitForURL(`**/local/deal/${sale.deal}`)
    await field.fill('nobody')
    await field.press('Enter')

    await page.waitForURL('**/local/search?q=nobody')
    await page.getByText('Nothing is found for “nobody”.').waitFor()
    await expectAccessible(page)
  })

  test('filters stand in the address, and can be cleared', async () => {
    const { page } = await web.visitPage('/local/deals?category=1')
    await page.getByText('Nothing fits these filters.').waitFor()

    await page.getByRole('button', { name: 'Clear filters' }).click()
    await page.locator(`a[href$="/local/deal/${sale.deal}"]`).waitFor()
    await page.getByText('Filters', { exact: true }).click()
    await page.getByLabel('App', { exact: true }).fill(sale.app)
    await page.getByRole('button', { name: 'Apply' }).click()

    await page.waitForURL(`**/local/deals?app=${sale.app.toLowerCase()}`)
    await page.locator(`a[href$="/local/deal/${sale.deal}"]`).waitFor()
    await expectAccessible(page)
  })

  test('a list is saved as CSV and as JSON', async () => {
    const { page } = await web.visitPage('/local/deals')
    await page.locator('tbody tr').first().waitFor()

    const csv = await saved(page, page.getByRole('button', { name: 'Save as CSV' }))
    const json: unknown = JSON.parse(await saved(page, page.getByRole('button', { name: 'Save as JSON' })))

    expect(csv.split('\r\n')[0]).toBe('deal,app,workerpool,requester,category,tasks,price_nRLC,time')
    expect(csv).toContain(sale.deal)
    expect(json).toContainEqual(expect.objectContaining({ deal: sale.deal, app: sale.app }))
    await page.getByText(/^All \d+ rows saved$/u).waitFor()
  })

  test.each([
    ['apps', () => sale.app],
    ['accounts', () => accountOf(REQUESTER).address],
  ] as const)('the addresses of saved %s have their checksum', async (list, idOf) => {
    const { page } = await web.visitPage(`/local/${list}`)
    await page.locator('tbody tr').first().waitFor()

    const csv = await saved(page, page.getByRole('button', { name: 'Save as CSV' }))

    expect(csv).toContain(getAddress(idOf()))
  })

  test('ids are whole and times exact on every page, once that is chosen', async () => {
    const { page } = await web.visitPage('/local/deals')
    await page.getByRole('button', { name: 'Whole ids' }).click()
    await page.getByRole('button', { name: 'Exact times' }).click()

    await page.getByRole('link', { name: 'Tasks' }).click()

    await page.getByRole('link', { name: sale.task, exact: true }).waitFor()
    expect(await page.locator('tbody time').first().textContent()).toMatch(/\d{4}/u)
  })

  test('apps are sorted by what the address says', async () => {
    const { page } = await web.visitPage('/local/apps')
    await page.getByRole('columnheader', { name: 'Tasks bought' }).waitFor()

    await page.getByRole('link', { name: 'Name' }).click()
    await page.getByRole('link', { name: 'Name' }).click()

    await page.waitForURL('**/local/apps?sort=name&up=true')
    expect(await page.getByRole('columnheader', { name: 'Name' }).getAttribute('aria-sort')).toBe('ascending')
  })

  test.each([
    ['app', 'apps', () => sale.app],
    ['workerpool', 'workerpools', () => web.network.workerpool],
  ] as const)('the page of the %s has a badge, which others copy into theirs', async (kind, path, idOf) => {
    const { page } = await web.visitPage(`/local/${kind}/${idOf()}`)

    await page.getByRole('button', { name: 'Badge' }).click()
    const picture = page.getByRole('img', { name: 'The badge as it is now' })
    await picture.waitFor()
    await expectAccessible(page)
    // It is said for a moment alone.
    await Promise.all([
      page.getByRole('button', { name: 'Copied' }).waitFor(),
      page.getByRole('button', { name: 'Copy Markdown' }).click(),
    ])

    expect(await picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(100)
    const copied = await page.evaluate(async () => navigator.clipboard.readText())
    const [, badge = '', link = ''] = /^\[!\[iExec\]\((.+)\)\]\((.+)\)$/u.exec(copied) ?? []
    expect(link).toBe(page.url())
    const answer = await fetch(badge)
    expect(badge).toContain(`/badges/${path}/`)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/svg+xml; charset=utf-8'])
    expect(await answer.text()).toMatch(/100 % of \d+ runs?</u)
  })

  test('the owner of a worker reads what it earned, by app', async () => {
    const { page } = await web.visitPage(`/local/worker/${accountOf(FIRST_WORKER).address}?tab=earnings`)

    const byApp = page.getByRole('region', { name: 'Earnings by app' }).first()

    await byApp.getByRole('link', { name: 'echo' }).first().waitFor()
    expect(await byApp.locator('tbody tr').count()).toBeGreaterThan(0)
  })

  test('on a phone the lists are behind a button', async () => {
    const { page } = await web.visitPage('/local', { viewport: { width: 390, height: 800 } })
    const lists = page.getByRole('navigation', { name: 'Explorer' })
    expect(await lists.isVisible()).toBe(false)

    await page.getByRole('button', { name: 'Menu' }).click()
    await expectAccessible(page)
    await lists.getByRole('link', { name: 'Workerpools' }).click()

    await page.getByRole('heading', { name: 'Workerpools', level: 1 }).waitFor()
    expect(await lists.isVisible()).toBe(false)
  })

  test('lists can be used by everybody, and have nothing to complain of', async () => {
    const { page, open, complaints, foreignHosts } = await web.visitPage('/local/tasks')

    const lists = ['tasks', 'apps', 'datasets', 'workerpools', 'workers', 'accounts', 'transactions', 'categories']
    for (const list of [...lists, 'deals?page=7']) {
      await open(`/local/${list}`)
      await untilRead(page)
      await expectAccessible(page)
    }

    expect([...complaints(), ...foreignHosts()]).toEqual([])
  })

  test('an account shows what it holds outside of the market, and amounts in the unit that was chosen', async () => {
    const { address } = accountOf(REQUESTER)
    const { wallet } = await web.network.user(REQUESTER)
    const { nRLC, wei } = await wallet.show(address)
    const { page } = await web.visitPage(`/local/address/${address}`)
    await page.getByText(`outside of the market, with ${formatCoin(wei, 'ETH')}`).waitFor()
    const held = page.locator('dt', { hasText: 'In the wallet' }).locator('xpath=following-sibling::dd[1]')
    expect(await held.textContent()).toBe(formatRlc(nRLC))

    await page.getByRole('contentinfo').getByRole('button', { name: 'Amounts in nRLC' }).click()

    expect(await held.textContent()).toBe(`${nRLC} nRLC`)
    await page.reload()
    await held.getByText(`${nRLC} nRLC`).waitFor()
  })

  test('the key that leads to the search can be turned off, and suggestions are counted for who cannot see them', async () => {
    const { page } = await web.visitPage('/local/tasks')
    const field = page.getByRole('combobox', { name: 'Search' })
    await page.keyboard.press('/')
    await page.locator('input:focus').waitFor()
    await page.keyboard.type('ech')
    await page.locator('output', { hasText: /^\d+ suggestions?$/u }).waitFor()
    // What is pressed is opened only when it is let go.
    const option = page.getByRole('option', { name: 'echo' }).first()
    await option.hover()
    await page.mouse.down()
    expect(await field.inputValue()).toBe('ech')
    await page.mouse.up()
    await page.waitForURL('**/local/app/**')

    await page.getByRole('button', { name: 'The key / leads to the search' }).click()
    await page.keyboard.press('/')

    expect(await page.locator('input:focus').count()).toBe(0)
  })

  test('an id is copied where the browser gives no clipboard, and shown to be copied by hand where nothing can be', async () => {
    const { page } = await web.visitPage(`/local/deal/${sale.deal}`)
    const copy = page
      .getByRole('main')
      .getByRole('button', { name: /^Copy 0x/u })
      .first()
    await page.evaluate(() => {
      Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true })
    })
    const copied = page.getByRole('button', { name: 'Copied' })
    // It is said for a moment alone.
    await Promise.all([copied.waitFor(), copy.click()])
    // Until then the first button that copies is another one.
    await copied.waitFor({ state: 'detached' })

    await page.evaluate(() => {
      Object.defineProperty(document, 'execCommand', { value: () => false })
    })
    await copy.click()

    expect(await page.getByLabel(/by hand$/u).inputValue()).toBe(sale.deal)
  })

  test('read from the right, no page is wider than its window, and no id, amount or moment is turned round', async () => {
    const { page, open } = await web.visitPage('/local', { viewport: { width: 390, height: 844 } })
    const paths = ['', 'deals', `deal/${sale.deal}`, `task/${sale.task}`, `address/${accountOf(REQUESTER).address}`]

    for (const path of paths) {
      await open(`/local/${path}`)
      await page.evaluate(() => {
        document.documentElement.dir = 'rtl'
      })
      await page.locator('main .font-mono, main .tabular-nums').first().waitFor()
      await untilRead(page)
      expect([path, await page.evaluate(findTurned), await overflowOf(page)]).toEqual([path, [], 0])
    }
  })

  const pages: Readonly<Record<string, () => string>> = {
    'the first page': () => '',
    'the page of an app': () => `app/${sale.app}`,
    'the page of a workerpool with its orders': () => `workerpool/${web.network.workerpool}?tab=orders`,
    'the page of a worker': () => `worker/${accountOf(FIRST_WORKER).address}`,
    'the page of an account': () => `address/${accountOf(FIRST_WORKER).address}`,
    'the page of a category': () => 'category/0',
    'the page of what was found': () => 'search?q=e',
  }
  test.each(Object.entries(pages))('%s can be used by everybody in both themes, also on a phone', async (_, pathOf) => {
    const { page, complaints, foreignHosts } = await web.visitPage(`/local/${pathOf()}`, { colorScheme: 'light' })
    await untilRead(page)
    await expectAccessible(page)

    await page.emulateMedia({ colorScheme: 'dark' })
    await page.setViewportSize({ width: 390, height: 844 })
    await expectAccessible(page)
    expect(await overflowOf(page)).toBe(0)

    expect([...complaints(), ...foreignHosts()]).toEqual([])
  })

  test('what an address says in vain is explained', async () => {
    const { page } = await web.visitPage('/local/address/0x12')
    await page.getByText('This is no address').waitFor()

    await page.goto(`${web.url}/local/app/${accountOf(REQUESTER).address}`)
    await page.getByText('There is no app at this address.').waitFor()

    await page.goto(`${web.url}/nowhere/deals`)
    await page.getByText('There is no such page.').waitFor()
    expect(await page.getByRole('link', { name: 'To the start' }).count()).toBe(1)
  })
})

async function saved(page: Page, button: Locator): Promise<string> {
  const [download] = await Promise.all([page.waitForEvent('download'), button.click()])
  return readFileSync(await download.path(), 'utf8')
}

/** By how much a page is wider than its window. */
async function overflowOf(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
}

/** Texts in sight that are read from the left, and whose first sign does not stand left of the last one of its line. */
function findTurned(): readonly string[] {
  return [...document.querySelectorAll('main .font-mono, main [dir="ltr"], main time')].flatMap((element) => {
    const node = document.createTreeWalker(element, NodeFilter.SHOW_TEXT).nextNode()
    const text = node?.textContent ?? ''
    if (node === null || text.length < 2) return []
    const placeOf = (at: number): DOMRect => {
      const range = document.createRange()
      range.setStart(node, at)
      range.setEnd(node, at + 1)
      return range.getBoundingClientRect()
    }
    const [first, last] = [placeOf(0), placeOf(text.length - 1)]
    return first.width === 0 || first.top !== last.top || first.left < last.left ? [] : [text]
  })
}
