// Deals, tasks and transactions in the browser: followed, checked, and claimed by whoever has a wallet.
import { failureDigest } from '@iexec/protocol'
import type { Sale } from '@iexec/network'
import { APP_OWNER, REQUESTER } from '@iexec/network/test/startNetwork'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectWallet, expectAccessible, startWeb, type Web } from './browser.ts'
import { findChromium } from '@iexec/store/test/chromium'

/** What the app is told to write, and every page has to show as nothing but text. */
const HOSTILE = '<img/src=x/onerror=document.title=1>'
/** Owner of a workerpool that nobody runs. */
const IDLER = 9

describe.skipIf(findChromium() === undefined)('deals, tasks and transactions', () => {
  let web: Web
  let sale: Sale
  beforeAll(async () => {
    web = await startWeb({ workers: 2, keeper: false })
    sale = await web.sell(HOSTILE)
  })
  afterAll(async () => web.stop())

  /** A deal with a workerpool that never begins it. */
  async function makeIdleDeal(volume: bigint): Promise<string> {
    const [owner, seller, requester] = await Promise.all(
      [IDLER, APP_OWNER, REQUESTER].map(async (who) => web.network.user(who)),
    )
    if (owner === undefined || seller === undefined || requester === undefined) throw new Error('Nobody is there.')
    await web.network.endow([IDLER])
    const { address: workerpool } = await owner.workerpools.deploy({ description: 'idle' })
    const terms = { category: 0n, trust: 1n, volume }
    const app = await seller.orders.sign(seller.orders.createApp({ app: sale.app, appprice: 1_000n, volume }))
    const offer = owner.orders.createWorkerpool({ workerpool, workerpoolprice: 1_000n, ...terms })
    const wish = { app: sale.app, workerpool, appmaxprice: 1_000n, workerpoolmaxprice: 1_000n, ...terms }
    const request = await requester.orders.sign(requester.orders.createRequest(wish))
    const { dealId } = await requester.orders.match({ app, workerpool: await owner.orders.sign(offer), request })
    return dealId
  }

  test('a finished task shows its result as text, its votes with their rewards, and all that happened with its gas', async () => {
    const { page, complaints, foreignHosts } = await web.visitPage(`/local/task/${sale.task}`)

    await page.getByText('This is what the workers agreed on.').waitFor()

    await page
      .getByRole('button', { name: /result\.txt/u })
      .first()
      .click()
    await page.locator('pre', { hasText: HOSTILE }).waitFor()
    const votes = page.getByRole('region', { name: 'Votes' }).first()
    expect(await votes.getByText('Revealed').count()).toBe(2)
    const events = page.getByRole('region', { name: 'Everything that happened' }).first()
    await events.getByText('Task finished').waitFor()
    expect(await events.getByRole('row').count()).toBeGreaterThan(10)
    await page.getByText('COMPLETED').first().waitFor()
    await expectAccessible(page)
    expect(await page.title()).toContain('Task')
    expect([complaints(), foreignHosts()]).toEqual([[], []])
  })

  test('of a task whose workers agreed on a failure, what the app left behind can be read, and is called unproved', async () => {
    const visitor = await web.visit()
    const { page } = visitor
    await page.route(
      ({ pathname }) => pathname === `/tasks/${sale.task}`,
      async (route) => {
        const response = await route.fetch()
        const task = (await response.json()) as object
        await route.fulfill({ response, json: { ...task, resultDigest: failureDigest('APP_EXITED') } })
      },
    )
    await visitor.open(`/local/task/${sale.task}`)
    await page.getByText('Completed without a result').waitFor()

    await page.getByRole('button', { name: 'Read it' }).click()

    await page
      .getByRole('button', { name: /result\.txt/u })
      .first()
      .click()
    await page.locator('pre', { hasText: HOSTILE }).waitFor()
    expect(await page.getByText('This is what the workers agreed on.').count()).toBe(0)
    await expectAccessible(page)
  })

  test('a task is verified in the browser without the market: every value that was read is computed, and equal', async () => {
    const { page, complaints } = await web.visitPage(`/local/task/${sale.task}`)
    await page.getByText('This is what the workers agreed on.').waitFor()
    const asked: string[] = []
    page.on('request', (request) => asked.push(new URL(request.url()).origin))

    await page.getByRole('button', { name: 'Verify now' }).click()

    await page.getByText(/^All \d+ values that can be computed again are equal\.$/u).waitFor()
    for (const step of ['Orders', 'Deal', 'Task', 'Votes', 'Agreement', 'Payments', 'Result']) {
      const part = page.locator('details').filter({ has: page.getByRole('heading', { name: step, exact: true }) })
      await part.getByRole('heading').click()
      await part.getByRole('cell', { name: 'equal' }).first().waitFor()
    }
    expect(asked).not.toContain(new URL(web.config.chains[0]?.marketUrl ?? '').origin)
    await expectAccessible(page)
    expect(complaints()).toEqual([])
  })

  test('a transaction shows every event of its receipt, and leads back to its task', async () => {
    const { page, complaints } = await web.visitPage(`/local/task/${sale.task}`)
    const finished = page.getByRole('row', { name: /Task finished/u })
    await finished.getByRole('link', { name: /^0x/u }).last().click()

    await page.getByRole('heading', { name: 'Transaction' }).waitFor()
    await page.getByText('Executed').waitFor()

    await page.getByText('TaskFinalize').waitFor()
    await page.getByText('AccurateContribution').first().waitFor()
    await expectAccessible(page)
    await page
      .getByRole('row', { name: /TaskFinalize/u })
      .getByRole('link', { name: /^0x/u })
      .first()
      .click()
    await page.getByRole('heading', { name: 'Task', exact: true }).waitFor()
    expect(complaints()).toEqual([])
  })

  test('tasks that nobody begins have a page; when their time is over they are claimed there, before the eyes of others', async () => {
    const dealid = await makeIdleDeal(3n)
    const claimer = await web.visitPage(`/local/deal/${dealid}`, { account: REQUESTER })
    await connectWallet(claimer)
    await claimer.page.getByText('0 of 3 tasks completed').waitFor()
    await expectAccessible(claimer.page)
    const watcher = await web.visitPage(`/local/deal/${dealid}`, {
      viewport: { width: 390, height: 844 },
      colorScheme: 'dark',
    })
    const tasks = watcher.page.getByRole('region', { name: 'Tasks' })
    await tasks.getByRole('link', { name: /^0x/u }).first().click()
    await watcher.page.getByText('The workerpool has not begun it yet.').waitFor()
    expect(await watcher.page.getByRole('timer').count()).toBe(2)
    await watcher.page.getByText('has not told where its API is').first().waitFor()
    await expectAccessible(watcher.page)

    await web.network.market.owner.increaseTime({ seconds: 3_100 })
    await web.network.market.owner.mine({ blocks: 1 })
    await claimer.page.getByRole('button', { name: 'Claim all tasks that are over' }).click()

    await claimer.page.getByText('It is claimed').waitFor()
    await watcher.page.getByText('It was not finished in time and was claimed').waitFor()
    await claimer.page.getByRole('listitem').filter({ hasText: 'Failed' }).getByText('3').waitFor()
    expect([...claimer.complaints(), ...watcher.complaints()].filter((said) => !said.includes('404'))).toEqual([])
  })

  test.each([
    [`deal/0x${'1'.repeat(64)}`, 'The market knows no deal of this id.'],
    ['task/nonsense', 'The market knows no task of this id.'],
    [`tx/0x${'2'.repeat(64)}`, 'The node knows no transaction of this hash.'],
  ])('a page of nothing, %s, says so', async (path, words) => {
    const { page } = await web.visitPage(`/local/${path}`)

    await page.getByText(words).waitFor()

    await expectAccessible(page)
  })
})
