// The explorer in real Chromium: what people look for is found, what they filter is shared, what they read can be taken along.
import { readFileSync } from 'node:fs'
import process from 'node:process'
import { accountOf } from '@iexec/chain/test/anvil'
import type { Sale } from '@iexec/network'
import { FIRST_WORKER, REQUESTER } from '@iexec/network/test/startNetwork'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { expectAccessible, startWeb, type VisitOptions, type Visitor, type Web } from './browser.ts'
import { findChromium } from '@iexec/store/test/chromium'

describe.skipIf(findChromium() === undefined)('the explorer', () => {
  let web: Web
  let sale: Sale
  beforeAll(async () => {
    web = await startWeb({ workers: 1 })
    sale = await web.sell('hello')
  })
  afterAll(async () => web.stop())

  async function visit(path: string, options: VisitOptions = {}): Promise<Visitor> {
    const visitor = await web.visit(options)
    onTestFinished(visitor.close)
    await visitor.open(path)
    return visitor
  }

  test('the key / leads to the search, which suggests by name, and Enter opens what was chosen', async () => {
    const { page } = await visit('/local')

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
    const { page } = await visit('/local')
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
    const { page } = await visit('/local/deals?category=1')
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
    const { page } = await visit('/local/deals')
    await page.locator('tbody tr').first().waitFor()

    const csv = await saved(page, page.getByRole('button', { name: 'Save as CSV' }))
    const json: unknown = JSON.parse(await saved(page, page.getByRole('button', { name: 'Save as JSON' })))

    expect(csv.split('\r\n')[0]).toBe('deal,app,workerpool,requester,category,tasks,price_nRLC,time')
    expect(csv).toContain(sale.deal)
    expect(json).toContainEqual(expect.objectContaining({ deal: sale.deal, app: sale.app }))
    await page.getByText(/^All \d+ rows saved$/u).waitFor()
  })

  test('ids are whole and times exact on every page, once that is chosen', async () => {
    const { page } = await visit('/local/deals')
    await page.getByRole('button', { name: 'Whole ids' }).click()
    await page.getByRole('button', { name: 'Exact times' }).click()

    await page.getByRole('link', { name: 'Tasks' }).click()

    await page.getByRole('link', { name: sale.task, exact: true }).waitFor()
    expect(await page.locator('tbody time').first().textContent()).toMatch(/\d{4}/u)
  })

  test('apps are sorted by what the address says', async () => {
    const { page } = await visit('/local/apps')
    await page.getByRole('columnheader', { name: 'Tasks bought' }).waitFor()

    await page.getByRole('link', { name: 'Name' }).click()
    await page.getByRole('link', { name: 'Name' }).click()

    await page.waitForURL('**/local/apps?sort=name&up=true')
    expect(await page.getByRole('columnheader', { name: 'Name' }).getAttribute('aria-sort')).toBe('ascending')
  })

  test('who pays for a running task sees where his money is, and later what it was paid for', async () => {
    const { page, complaints } = await visit(`/local/address/${accountOf(REQUESTER).address}`)
    await page.getByText('Nothing is locked.').waitFor()

    const [worker] = web.network.services.workers
    const pid = worker?.pid() ?? 0
    // Held still until the page has shown what waits for it: else the task may be over before.
    process.kill(pid, 'SIGSTOP')
    const running = web.sell('where is it')
    try {
      await page.getByText('Every locked amount has its cause below.').waitFor()
      await page.getByText('Paid when a task completes; comes back when it fails.').waitFor()
    } finally {
      process.kill(pid, 'SIGCONT')
    }
    const { deal } = await running

    await page.getByText('Nothing is locked.').waitFor()
    await page.getByRole('link', { name: 'Deals requested' }).click()
    await page.locator(`a[href$="/local/deal/${deal}"]`).waitFor()
    expect(complaints()).toEqual([])
  })

  test('the owner of a worker reads what it earned, by app', async () => {
    const { page } = await visit(`/local/worker/${accountOf(FIRST_WORKER).address}?tab=earnings`)

    const byApp = page.getByRole('region', { name: 'Earnings by app' }).first()

    await byApp.getByRole('link', { name: 'echo' }).first().waitFor()
    expect(await byApp.locator('tbody tr').count()).toBeGreaterThan(0)
  })

  test('news stop when somebody asks for it', async () => {
    const { page } = await visit('/local')

    await page.getByRole('button', { name: /^Live/u }).click()

    await page.getByRole('button', { name: /^Paused/u }).waitFor()
    expect(await page.getByRole('button', { name: /^Live/u }).count()).toBe(0)
  })

  test('on a phone the lists are behind a button', async () => {
    const { page } = await visit('/local', { viewport: { width: 390, height: 800 } })
    const lists = page.getByRole('navigation', { name: 'Explorer' })
    expect(await lists.isVisible()).toBe(false)

    await page.getByRole('button', { name: 'Menu' }).click()
    await expectAccessible(page)
    await lists.getByRole('link', { name: 'Workerpools' }).click()

    await page.getByRole('heading', { name: 'Workerpools', level: 1 }).waitFor()
    expect(await lists.isVisible()).toBe(false)
  })

  test('lists can be used by everybody, and have nothing to complain of', async () => {
    const { page, open, complaints, foreignHosts } = await visit('/local/tasks')

    for (const list of ['tasks', 'apps', 'workers', 'transactions', 'deals?page=7']) {
      await open(`/local/${list}`)
      await untilRead(page)
      await expectAccessible(page)
    }

    expect([...complaints(), ...foreignHosts()]).toEqual([])
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
  test.each(Object.entries(pages))('%s can be used by everybody in both themes', async (_, pathOf) => {
    const { page, complaints, foreignHosts } = await visit(`/local/${pathOf()}`, { colorScheme: 'light' })
    await untilRead(page)
    await expectAccessible(page)

    await page.emulateMedia({ colorScheme: 'dark' })
    await expectAccessible(page)

    expect([...complaints(), ...foreignHosts()]).toEqual([])
  })

  test('what an address says in vain is explained', async () => {
    const { page } = await visit('/local/address/0x12')
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

/** Until nothing is being read any more. */
async function untilRead(page: Page): Promise<void> {
  await page.locator('main output[aria-label="Loading…"]').first().waitFor({ state: 'detached' })
}
