// What somebody watches: told on every page of the site, and kept in his browser alone.
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { findChromium } from '@iexec/store/test/chromium'
import type { Sale } from '@iexec/network'
import { expectAccessible, startWeb, type Visitor, type VisitOptions, type Web } from './browser.ts'

describe.skipIf(findChromium() === undefined)('what is watched', () => {
  let web: Web
  let sale: Sale
  beforeAll(async () => {
    web = await startWeb({ workers: 1, keeper: false })
    sale = await web.sell('first')
  })
  afterAll(async () => web.stop())

  async function visit(path: string, options: VisitOptions = {}): Promise<Visitor> {
    const visitor = await web.visit(options)
    onTestFinished(visitor.close)
    await visitor.open(path)
    return visitor
  }

  /** A task that goes on as soon as its worker does. */
  async function waitForRunning(): Promise<string> {
    const [chain] = web.config.chains
    const url = `${chain?.marketUrl}/tasks?chainId=${chain?.chainId}&status=active&pageSize=10`
    const read = async (): Promise<string | undefined> => {
      const { tasks } = (await (await fetch(url)).json()) as { readonly tasks: readonly { readonly taskid: string }[] }
      return tasks[0]?.taskid
    }
    await expect.poll(read).toBeDefined()
    return String(await read())
  }

  test('that a watched task is completed is told on another page of the site, and put away by whoever has read it', async () => {
    const pid = web.network.services.workers[0]?.pid() ?? 0
    // Held still until somebody watches.
    process.kill(pid, 'SIGSTOP')
    const running = web.sell('second')
    let visitor: Visitor
    try {
      visitor = await visit(`/local/task/${await waitForRunning()}`)
      await visitor.page.getByRole('button', { name: 'Watch', exact: true }).click()
      await visitor.page.getByRole('button', { name: 'Watch', exact: true, pressed: true }).waitFor()
      await visitor.page.getByRole('link', { name: 'Watching', exact: true }).click()
      await visitor.page.getByRole('row').filter({ hasText: 'Voting' }).waitFor()
      await visitor.page.getByRole('link', { name: 'Market', exact: true }).click()
      await visitor.page.getByRole('heading', { name: 'Market', level: 1 }).waitFor()
    } finally {
      process.kill(pid, 'SIGCONT')
    }

    const notices = visitor.page.getByRole('region', { name: 'What happened to what you watch' })
    await notices.getByText('A task that you watch has its result.').waitFor()

    await expectAccessible(visitor.page)
    const { task } = await running
    expect(await notices.getByRole('link').getAttribute('href')).toContain(`/local/task/${task}`)
    await notices.getByRole('button', { name: /^Put away/u }).click()
    await expect.poll(async () => notices.getByRole('listitem').count()).toBe(0)
    await visitor.open('/local/watching')
    await visitor.page.getByRole('row').filter({ hasText: 'Completed' }).waitFor()
    expect(await notices.getByRole('listitem').count()).toBe(0)
    expect([visitor.complaints(), visitor.foreignHosts()]).toEqual([[], []])
  })

  test.each(['light', 'dark'] as const)(
    'everybody can use the page of what is watched in the %s theme, and lets go there of what he watches',
    async (colorScheme) => {
      const { page, open } = await visit(`/local/deal/${sale.deal}`, { colorScheme })
      await page.getByRole('button', { name: 'Watch', exact: true }).click()
      for (const path of [`app/${sale.app}`, `workerpool/${web.network.workerpool}`, 'address/0x' + 'a'.repeat(40)]) {
        await open(`/local/${path}`)
        await page.getByRole('button', { name: 'Watch', exact: true }).click()
        await page.getByRole('button', { name: 'Watch', exact: true, pressed: true }).waitFor()
        await expectAccessible(page)
      }
      await open('/local/watching')

      await page.getByRole('row').filter({ hasText: '1 of 1 tasks ended' }).waitFor()
      expect(
        await page
          .getByRole('row')
          .filter({ hasText: /Sold for \d+ task/u })
          .count(),
      ).toBe(2)
      await page.getByRole('row').filter({ hasText: 'This market does not know it.' }).waitFor()
      await expectAccessible(page)
      await page.getByRole('button', { name: /^Let go of 0xaaaa/u }).click()
      await expect.poll(async () => page.getByRole('button', { name: /^Let go of/u }).count()).toBe(3)
    },
  )

  test('nobody is asked for notices outside of the page, and of a browser that refuses them it is explained', async () => {
    const visitor = await web.visit()
    onTestFinished(visitor.close)
    const { page } = visitor
    await page.addInitScript(countQuestions)
    await visitor.open('/local/watching')
    await page.getByText('Nothing is watched on this chain.').waitFor()
    await page.getByText('Your browser does not allow this site to show notices.').waitFor()
    const choice = page.getByRole('button', { name: 'Show notices outside of the page' })
    expect(await page.evaluate(() => document.documentElement.dataset['asked'])).toBeUndefined()

    await choice.click()

    await expect.poll(async () => page.evaluate(() => document.documentElement.dataset['asked'])).toBe('denied')
    expect(await choice.getAttribute('aria-pressed')).toBe('false')
    await page.getByText('Your browser does not allow this site to show notices.').waitFor()
    await expectAccessible(page)
  })

  test('whoever wants notices outside of the page is told by his browser, also while he looks at something else', async () => {
    const visitor = await web.visit({ permissions: ['notifications'] })
    onTestFinished(visitor.close)
    const { page, open } = visitor
    await page.addInitScript(noteNotices)
    await open(`/local/workerpool/${web.network.workerpool}`)
    await page.getByRole('button', { name: 'Watch', exact: true }).click()
    await open('/local/watching')
    await page
      .getByRole('row')
      .filter({ hasText: /Sold for \d+ task/u })
      .waitFor()
    await page.getByRole('button', { name: 'Show notices outside of the page' }).click()
    await page.getByRole('button', { name: 'Show notices outside of the page', pressed: true }).waitFor()
    await page.evaluate(() => {
      Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'hidden' })
      document.dispatchEvent(new Event('visibilitychange'))
    })

    await web.sell('third')

    const told = async (): Promise<string | undefined> => page.evaluate(() => document.documentElement.dataset['told'])
    await expect.poll(told).toContain('A workerpool that you watch was sold. pool · 0x')
    expect(visitor.complaints()).toEqual([])
  })
})

/** Notes on the page what the browser answers to whoever asks for notices. */
function countQuestions(): void {
  const ask = Notification.requestPermission.bind(Notification)
  Notification.requestPermission = async () => {
    const answer = await ask()
    document.documentElement.dataset['asked'] = answer
    return answer
  }
}

/** Notes on the page each notice that the browser is given; it is given it all the same. */
function noteNotices(): void {
  window.Notification = class extends Notification {
    constructor(title: string, options: NotificationOptions = {}) {
      super(title, options)
      document.documentElement.dataset['told'] = `${title} ${options.body}`
    }
  }
}
