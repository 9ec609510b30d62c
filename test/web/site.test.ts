// The site as its visitors get it: in real Chromium, from its own server, over a real network.
import type { Sale } from '@iexec/network'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { expectAccessible, startWeb, type Web } from './browser.ts'
import { findChromium } from '@iexec/store/test/chromium'
import { REQUESTER } from '@iexec/network/test/startNetwork'
import { findMotions } from './motion.ts'
import { WALLET_NAME } from './wallet.ts'

describe.skipIf(findChromium() === undefined)('the site', () => {
  let web: Web
  let sale: Sale
  beforeAll(async () => {
    web = await startWeb({ workers: 1 })
    sale = await web.sell('hello')
  })
  afterAll(async () => web.stop())

  test('the page of deals shows a deal without a reload, before anybody has computed it; it asks no foreign host and has nothing to complain of', async () => {
    const visitor = await web.visit()
    await visitor.open('/local/deals')
    const requester = await web.network.user(REQUESTER)
    const estimate = await requester.estimate(sale.app, { args: 'held back' })
    const goOn = holdWorkers(web)
    onTestFinished(goOn)

    const run = await requester.start(estimate)
    await visitor.page.locator(`a[href$="/local/deal/${run.dealId}"]`).waitFor()

    const [task = '0x'] = run.taskIds
    expect(await requester.tasks.show(task, { dealid: run.dealId })).toMatchObject({
      end: undefined,
      contributions: [],
    })
    goOn()
    await run.result()
    expect(visitor.complaints()).toEqual([])
    expect(visitor.foreignHosts()).toEqual([])
  })

  test.each(['light', 'dark'] as const)('everybody can use the page of deals in the %s theme', async (colorScheme) => {
    const visitor = await web.visit({ colorScheme })
    await visitor.open('/local/deals')
    await visitor.page.locator('tbody tr').first().waitFor()

    await expectAccessible(visitor.page)
  })

  test.each(['', '/deals', '/app/', '/task/'])(
    'on the page /local%s nothing moves for whom that makes ill',
    async (place) => {
      const path = `/local${place}${{ '/app/': sale.app, '/task/': sale.task }[place] ?? ''}`
      const [calm, usual] = await Promise.all(
        (['reduce', 'no-preference'] as const).map(async (reducedMotion) => {
          const { page } = await web.visit({ reducedMotion })
          await holdMarket(web, page)
          await page.goto(web.url + path)
          return findMotions(page, 'main .skeleton')
        }),
      )

      expect(usual).not.toEqual([])
      expect(calm).toEqual([])
    },
  )

  test.each([
    ['fr', 'Deals', 'Lecture impossible.', /^Le marché à 127\.0\.0\.1:\d+ ne répond pas\.$/u],
    ['zh', '交易', '无法读取。', /^位于 127\.0\.0\.1:\d+ 的市场没有响应。$/u],
  ] as const)('in %s, a market that is down is told in that language', async (...[locale, title, failed, why]) => {
    const visitor = await web.visit({ locale })
    const { page } = visitor
    await page.route(
      ({ pathname }) => pathname === '/deals',
      async (route) => route.abort(),
    )
    await visitor.open('/local/deals')

    const told = page.getByRole('alert').filter({ hasText: failed })
    await told.getByText(why).waitFor()
    expect(await page.locator('html').getAttribute('lang')).toBe(locale)
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(title)
    expect(await told.locator('[lang="en"]').count()).toBe(0)
    await expectAccessible(page)
  })

  test('each page comes with a policy that names the services of config.json, and no others', async () => {
    const { headers } = await fetch(`${web.url}/local/deals`)

    const [chain] = web.config.chains
    const services = [chain?.rpcUrl, chain?.marketUrl, chain?.storageUrl, ...(chain?.poolUrls ?? [])]
    expect(headers.get('content-security-policy')).toContain(`connect-src 'self' ${services.join(' ')};`)
    expect(headers.get('content-security-policy')).toContain("script-src 'self'; style-src 'self';")
  })

  test.each(['/local', '/local/deals', '/local/store', '/local/market'])(
    'of the parts of the site, one is said to be the one of %s',
    async (path) => {
      const { page, open } = await web.visit()
      await open(path)

      const parts = page.getByRole('navigation', { name: 'Parts of this site' })
      expect(await parts.locator('[aria-current]').count()).toBe(1)
    },
  )

  test('a part that cannot be loaded is told on the page, not by the browser', async () => {
    const { page, open } = await web.visit()
    await open('/local/deals')
    await page.context().setOffline(true)

    await page.getByRole('link', { name: 'Transactions' }).click()

    await page.getByText('A part of this site could not be loaded.').waitFor()
    expect(await page.getByText('You are offline.').count()).toBe(1)
  })

  test('a page beyond the end of a list leads back to its first one', async () => {
    const { page, open } = await web.visit()
    await open('/local/deals?page=99999')

    await page.getByRole('link', { name: 'First page' }).click()

    await page.getByRole('heading', { name: 'Deals', level: 1 }).waitFor()
    await expect.poll(() => new URL(page.url()).search).toBe('')
  })

  test('the keyboard skips to the content of the page that it is on', async () => {
    const { page, open } = await web.visit()
    await open('/local/tasks')
    let loads = 0
    page.on('load', () => (loads += 1))

    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')

    await page.locator('main:focus').waitFor()
    expect([new URL(page.url()).pathname, loads]).toEqual(['/local/tasks', 0])
  })

  test('whoever follows a link is led to the title of the new page; whoever closes a dialog, to what opened it', async () => {
    const { page, open } = await web.visit()
    await open('/local/tasks')

    await page.getByRole('link', { name: 'Deals' }).focus()
    await page.keyboard.press('Enter')
    await page.locator('h1:focus', { hasText: 'Deals' }).waitFor()

    const wallet = page.getByRole('button', { name: 'Connect wallet' })
    for (const key of ['Escape', 'Enter']) {
      await wallet.press('Enter')
      await page.getByRole('dialog').waitFor()
      // The button that closes has the focus at first.
      await page.keyboard.press(key)
      await page.locator('button:focus', { hasText: 'Connect wallet' }).waitFor()
      expect(await page.getByRole('dialog').count()).toBe(0)
    }
  })

  test('a stream of news that is refused is opened again, and until then it is said that none come in', async () => {
    const { page, open } = await web.visit()
    await page.route('**/events?*', async (route) => route.fulfill({ status: 503, body: 'no place' }))
    await open('/local/tasks')
    await page.getByRole('button', { name: /^No connection/u }).waitFor()
    await page.getByText('No news of this market come in.').waitFor()

    await page.unroute('**/events?*')

    await page.getByRole('button', { name: /^Live/u }).waitFor()
    await expect.poll(async () => page.getByText('No news of this market come in.').count()).toBe(0)
  })

  test('a page that nobody sees gives its stream of news back, and has it again when it is looked at', async () => {
    const { page, open } = await web.visit()
    const heard = page.waitForResponse((response) => response.url().includes('/events?'))
    await open('/local/tasks')
    await heard

    const closed = page.waitForEvent('requestfailed', (request) => request.url().includes('/events?'))
    await page.evaluate(turn, 'hidden')
    await closed
    const opened = page.waitForRequest((request) => request.url().includes('/events?'))
    await page.evaluate(turn, 'visible')

    expect((await opened).method()).toBe('GET')
  })

  test('a market that stands still, has lost its chain or does not answer is said to be so, without any news of it', async () => {
    const { page, open } = await web.visit()
    let lag: number | null = 0
    await page.route('**/events?*', async (route) => route.abort())
    await page.route('**/metrics?*', async (route) => {
      const response = await route.fetch()
      const metrics = (await response.json()) as object
      await route.fulfill({ response, json: { ...metrics, lag } })
    })
    await page.clock.install()
    await open('/local/tasks')

    lag = 500
    await page.clock.runFor(20_000)
    await page.getByText('This market is 500 blocks behind the chain.').waitFor()
    lag = null
    await page.clock.runFor(20_000)
    await page.getByText('This market cannot reach its chain.').waitFor()
    await page.route('**/metrics?*', async (route) => route.abort())
    await page.clock.runFor(20_000)
    await expect
      .poll(async () => {
        await page.clock.runFor(5_000)
        return page.getByText('This market does not answer.').count()
      })
      .toBe(1)
  })

  test('a market that takes questions and answers none is said not to answer, by the page and by what it shows', async () => {
    const { page, open } = await web.visit()
    await page.clock.install()
    await open('/local/tasks')
    await page.locator('tbody tr').first().waitFor()
    const { promise: isOver, resolve: end } = Promise.withResolvers<void>()
    await page.route(`${web.network.chain.marketUrl}/**`, async (route) => {
      await isOver
      await route.abort()
    })
    onTestFinished(() => {
      end()
    })

    await page.getByRole('navigation', { name: 'Explorer' }).getByRole('link', { name: 'Accounts' }).click()
    await page.getByRole('heading', { name: 'Accounts', level: 1 }).waitFor()
    await page.clock.runFor(30_000)

    await page.getByText('This market does not answer.').waitFor()
    await expect.poll(async () => page.getByRole('button', { name: 'Try again' }).count()).toBe(1)
  })

  test('where the browser keeps nothing, the site is there all the same', async () => {
    const { page, open, complaints } = await web.visit()
    await page.addInitScript(() => {
      Object.defineProperty(globalThis, 'localStorage', {
        get: () => {
          throw new DOMException('denied', 'SecurityError')
        },
      })
    })

    await open('/local/tasks')
    await page.getByLabel('Theme').selectOption('dark')

    expect(await page.locator('html').getAttribute('data-theme')).toBe('dark')
    expect(complaints()).toEqual([])
  })

  test('a wallet that was locked is there again when it is opened, also on the next visit', async () => {
    const visitor = await web.visit({ account: REQUESTER })
    const { page, wallet, open } = visitor
    await open('/local/tasks')
    await page.getByRole('button', { name: 'Connect wallet' }).click()
    await page.getByRole('button', { name: WALLET_NAME }).click()
    await page.getByRole('button', { name: 'Close' }).click()
    const connected = page.getByRole('banner').getByRole('button', { name: `…${wallet.address.slice(-4)}` })
    await connected.waitFor()

    await wallet.lock(true)
    await page.getByRole('button', { name: 'Connect wallet' }).waitFor()
    await wallet.lock(false)
    await connected.waitFor()

    await wallet.lock(true)
    await page.reload()
    await page.getByRole('button', { name: 'Connect wallet' }).waitFor()
    await wallet.lock(false)
    await page.reload()
    await connected.waitFor()
    expect(wallet.asked().filter((method) => method === 'eth_requestAccounts')).toHaveLength(1)
  })

  test('a theme that was chosen holds on the next visit, until the system may choose again', async () => {
    const { page, open } = await web.visit()
    await open('/local/tasks')
    const themeOf = async (): Promise<string | null> => page.locator('html').getAttribute('data-theme')

    await page.getByLabel('Theme').selectOption('dark')
    await page.reload()
    expect([await themeOf(), await page.getByLabel('Theme').inputValue()]).toEqual(['dark', 'dark'])

    await page.getByLabel('Theme').selectOption('system')
    await page.reload()
    expect([await themeOf(), await page.getByLabel('Theme').inputValue()]).toEqual([null, 'system'])
  })

  test('whoever chooses another language reads all of the page in it, and finds it on the next visit', async () => {
    const { page, open } = await web.visit()
    await open('/local/tasks')
    await page.getByRole('heading', { level: 1, name: 'Tasks' }).waitFor()

    await page.getByLabel('Language').selectOption('fr')
    await page.getByRole('heading', { level: 1, name: 'Tâches' }).waitFor()
    expect(await page.locator('html').getAttribute('lang')).toBe('fr')
    await page.reload()
    await page.getByRole('heading', { level: 1, name: 'Tâches' }).waitFor()
    expect(await page.getByLabel('Langue').inputValue()).toBe('fr')

    // Of a language of which a room does not come, nothing is spoken, before it does.
    let lost = 0
    await page.route(/\/explorer-/u, async (route) => {
      lost += 1
      await route.abort()
    })
    await page.getByLabel('Langue').selectOption('zh')
    await expect.poll(() => lost).toBe(1)
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Tâches')
    expect(await page.getByLabel('Langue').inputValue()).toBe('fr')
    await page.unroute(/\/explorer-/u)
    await page.reload()
    await page.getByRole('heading', { level: 1, name: '任务' }).waitFor()
  })
})

/** Lets questions of a page to the market stand without an answer. */
async function holdMarket({ config }: Web, page: Page): Promise<void> {
  const [chain] = config.chains
  await page.route(`${chain?.marketUrl}/**`, () => undefined)
}

/** Stops all workers where they are, until the function that is returned is called. */
function holdWorkers({ network }: Web): () => void {
  const signal = (name: NodeJS.Signals): void => {
    for (const { pid } of network.services.workers) process.kill(pid(), name)
  }
  signal('SIGSTOP')
  return () => {
    signal('SIGCONT')
  }
}

/** As if the window went behind others, or came back. */
function turn(visibility: string): void {
  Object.defineProperty(document, 'visibilityState', { value: visibility, configurable: true })
  document.dispatchEvent(new Event('visibilitychange'))
}
