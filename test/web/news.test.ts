// News in the explorer: what happens is on the page without a reload, what is read late or not at all is told.
import process from 'node:process'
import { accountOf } from '@iexec/chain/test/anvil'
import { FIRST_WORKER, REQUESTER } from '@iexec/network/test/startNetwork'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startWeb, untilRead, type Web } from './browser.ts'
import { findChromium } from '@iexec/store/test/chromium'

describe.skipIf(findChromium() === undefined)('news', () => {
  let web: Web
  beforeAll(async () => {
    web = await startWeb({ workers: 1 })
    await web.sell('hello')
  })
  afterAll(async () => web.stop())

  test('who pays for a running task sees where his money is, and later what it was paid for', async () => {
    const { page, complaints } = await web.visitPage(`/local/address/${accountOf(REQUESTER).address}`)
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

  test('news stop when somebody asks for it, and come when he asks for them again', async () => {
    const [{ page }, other] = [await web.visitPage('/local/deals'), await web.visitPage('/local/deals')]
    await page.locator('tbody tr').first().waitFor()
    await page.getByRole('button', { name: /^Live/u }).click()
    await page.getByRole('button', { name: /^Paused/u }).waitFor()

    const { deal } = await web.sell('unheard')
    await other.page.locator(`a[href$="/local/deal/${deal}"]`).waitFor()

    expect(await page.locator(`a[href$="/local/deal/${deal}"]`).count()).toBe(0)
    await page.getByRole('button', { name: /^Paused/u }).click()
    await page.locator(`a[href$="/local/deal/${deal}"]`).waitFor()
  })

  test('what happens before a page hears of news is read as soon as it does', async () => {
    const visitor = await web.visit()
    const { promise: isTime, resolve: goOn } = Promise.withResolvers<void>()
    await visitor.page.route(/\/events\?/u, async (route) => {
      await isTime
      await route.continue()
    })
    await visitor.open('/local/deals')
    await untilRead(visitor.page)
    const { deal } = await web.sell('early')
    const link = visitor.page.locator(`a[href$="/local/deal/${deal}"]`)
    expect(await link.count()).toBe(0)

    goOn()

    await link.waitFor()
  })

  test('a page shows nothing of the one before, however long its own things are read', async () => {
    const [one, other] = [accountOf(REQUESTER).address, accountOf(FIRST_WORKER).address]
    const { page } = await web.visitPage(`/local/address/${one}`)
    await page.getByText('free to spend or to withdraw').waitFor()
    const { promise: isTime, resolve: goOn } = Promise.withResolvers<void>()
    await page.route(isOf(`/accounts/${other}`), async (route) => {
      await isTime
      await route.continue()
    })

    await page.getByRole('combobox', { name: 'Search' }).fill(other)
    await page.keyboard.press('Enter')
    await page.waitForURL(isOf(`/local/address/${other}`))
    await page.locator('h1:focus').waitFor()

    await page.getByLabel('Loading…').first().waitFor()
    expect(await page.getByText('free to spend or to withdraw').count()).toBe(0)
    goOn()
    await page.getByText('free to spend or to withdraw').waitFor()
  })

  test('what cannot be renewed stays, and says since when it is', async () => {
    const { page } = await web.visitPage('/local/deals')
    await page.locator('tbody tr').first().waitFor()
    await page.route(isOf('/deals'), async (route) => route.fulfill({ status: 400, json: { error: 'not now' } }))

    await page.getByRole('button', { name: /^Live/u }).click()
    await page.getByRole('button', { name: /^Paused/u }).click()

    await page.getByText('This could not be renewed').waitFor()
    expect(await page.locator('tbody tr').count()).toBeGreaterThan(0)
    await page.unrouteAll()
    await page.getByRole('button', { name: 'Try again' }).click()
    await expect.poll(async () => page.getByText('This could not be renewed').count()).toBe(0)
  })
})

/** Whether an address is of this path; addresses of accounts are written in any case. */
function isOf(path: string): (url: URL) => boolean {
  return ({ pathname }) => pathname.toLowerCase() === path.toLowerCase()
}
