// What somebody watches: told on every page of the site, and kept in his browser alone.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { findChromium } from '@iexec/store/test/chromium'
import type { Sale } from '@iexec/network'
import { expectAccessible, startWeb, type Visitor, type Web } from './browser.ts'

describe.skipIf(findChromium() === undefined)('what is watched', () => {
  let web: Web
  let sale: Sale
  beforeAll(async () => {
    web = await startWeb({ workers: 1, keeper: false })
    sale = await web.sell('first')
  })
  afterAll(async () => web.stop())

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
      visitor = await web.visitPage(`/local/task/${await waitForRunning()}`)
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
      const { page, open } = await web.visitPage(`/local/deal/${sale.deal}`, { colorScheme })
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
      await page.getByRole('row').filter({ hasText: 'No deal yet' }).waitFor()
      await expectAccessible(page)
      await page.getByRole('button', { name: /^Let go of 0xaaaa/u }).click()
      await expect.poll(async () => page.getByRole('button', { name: /^Let go of/u }).count()).toBe(3)
    },
  )

  test('nobody is asked for notices outside of the page, and of a browser that refuses them it is explained', async () => {
    const visitor = await web.visit()
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

  test('a window that hears no news writes nothing of what another one has seen, which is told once', async () => {
    const { page, open } = await web.visitPage(`/local/workerpool/${web.network.workerpool}`)
    await page.getByRole('button', { name: 'Watch', exact: true }).click()
    await open('/local/watching')
    const row = page.getByRole('row').filter({ hasText: /Sold for \d+ task/u })
    await row.waitFor()
    // The page may be drawn before it is kept what it shows.
    await expect.poll(async () => seenFirst(page)).toMatch(/^\d+$/u)
    const before = Number(await seenFirst(page))
    const still = await page.context().newPage()
    await still.addInitScript(countWrites)
    await still.goto(`${web.url}/local/watching`)
    await still
      .getByRole('row')
      .filter({ hasText: `Sold for ${before} task` })
      .waitFor()
    await still.getByRole('button', { name: /Pause news/u }).click()

    await web.sell('fourth')

    const notice = page.getByRole('listitem').filter({ hasText: 'A workerpool that you watch was sold.' })
    await notice.waitFor()
    const noted = async (name: string): Promise<string | undefined> =>
      still.evaluate((of) => document.documentElement.dataset[of], name)
    await expect.poll(async () => noted('heard')).toBe(String(before + 1))
    await still.evaluate(drawTwice)
    expect([await noted('writes'), await seenFirst(page)]).toEqual([undefined, String(before + 1)])
    await open('/local/watching')
    await row.waitFor()
    expect(await notice.count()).toBe(0)
  })

  test('the keyboard goes from one notice to the next, and after the last one to the page, of which no notice hides what has the focus', async () => {
    const { page, open } = await web.visitPage(`/local/app/${sale.app}`)
    const names: readonly string[] = [`app/${sale.app}`, `workerpool/${web.network.workerpool}`]
    await watchFromStart(page, names)
    await open(`/local/deals`)
    const notices = page.getByRole('region', { name: 'What happened to what you watch' })
    const putAway = notices.getByRole('button', { name: /^Put away/u })
    await expect.poll(async () => putAway.count()).toBe(2)
    await page.setViewportSize({ width: 400, height: 500 })

    expect(await listHidden(page)).toEqual([])
    await putAway.first().press('Enter')
    await expect.poll(async () => putAway.count()).toBe(1)
    expect(await putAway.evaluate((button) => button === document.activeElement)).toBe(true)
    await putAway.press('Enter')

    await expect.poll(async () => notices.count()).toBe(0)
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('MAIN')
  })

  test('what a market that is behind its chain tells is no news, and nothing of it is kept', async () => {
    const { page, open } = await web.visit()
    await page.route('**/metrics?*', async (route) => {
      const response = await route.fetch()
      const metrics = (await response.json()) as object
      await route.fulfill({ response, json: { ...metrics, lag: 5_000 } })
    })
    await open('/local/watching')
    await watchFromStart(page, [`workerpool/${web.network.workerpool}`])
    await open('/local/watching')
    await page
      .getByRole('row')
      .filter({ hasText: /Sold for \d+ task/u })
      .waitFor()
    await page.getByText(/blocks behind/u).waitFor()
    await page.evaluate(drawTwice)
    const notice = page.getByRole('listitem').filter({ hasText: 'A workerpool that you watch was sold.' })
    expect([await notice.count(), await seenFirst(page)]).toEqual([0, '0'])

    await page.unrouteAll()
    await open('/local/watching')

    await notice.waitFor()
    await expect.poll(async () => seenFirst(page)).not.toBe('0')
  })

  test('of many things that happened five are told, and how many more there are; they come as those are put away', async () => {
    const { page, open } = await web.visitPage('/local/deals')
    const last = await web.sell('last')
    const work = [sale, last].flatMap(({ deal, task }) => [`deal/${deal}`, `task/${task}`])
    await watchFromStart(page, [`app/${sale.app}`, `workerpool/${web.network.workerpool}`, ...work])
    await open('/local/deals')
    const notices = page.getByRole('region', { name: 'What happened to what you watch' })
    await notices.getByText('and 1 more', { exact: true }).waitFor()
    const putAway = notices.getByRole('button', { name: /^Put away/u })
    expect(await putAway.count()).toBe(5)
    await expectAccessible(page)

    for (let left = 6; left > 0; left -= 1) {
      await putAway.last().press('Enter')
      await expect.poll(async () => putAway.count()).toBe(Math.min(5, left - 1))
      const focused = await page.evaluate(() => document.activeElement?.tagName)
      expect(focused).toBe(left > 1 ? 'BUTTON' : 'MAIN')
    }

    expect(await notices.count()).toBe(0)
  })

  test('where the browser is full, things are watched for this visit', async () => {
    const { page } = await web.visitPage(`/local/app/${sale.app}`)
    await page.evaluate(fillStorage)
    await page.getByRole('button', { name: 'Watch', exact: true }).click()
    await page.getByRole('button', { name: 'Watch', exact: true, pressed: true }).waitFor()

    await page.getByRole('link', { name: 'Watching', exact: true }).click()

    const rows = page.getByRole('row').filter({ hasText: /Sold for \d+ task/u })
    await expect.poll(async () => rows.count()).toBe(1)
    await page.getByRole('button', { name: /^Let go of/u }).click()
    await expect.poll(async () => rows.count()).toBe(0)
  })

  test('a badge that does not come says why', async () => {
    const { page } = await web.visitPage(`/local/app/${sale.app}`)
    await page.route('**/badges/**', async (route) => route.fulfill({ status: 503 }))

    await page.getByRole('button', { name: 'Badge', exact: true }).click()

    await expect.poll(async () => page.getByRole('dialog').getByRole('alert').innerText()).toContain('503')
  })

  test('where the words of what is watched do not come, every page is there all the same', async () => {
    const { page, open } = await web.visitPage(`/local/app/${sale.app}`)
    await page.getByRole('button', { name: 'Watch', exact: true }).click()
    await page.getByRole('button', { name: 'Watch', exact: true, pressed: true }).waitFor()
    const refused: string[] = []
    await page.route(/\/(?:watch|badge)-[\w-]{8}\.js$/u, async (route) => {
      refused.push(new URL(route.request().url()).pathname)
      await route.abort()
    })

    await open('/local/deals')
    await page.getByRole('row').filter({ hasText: 'echo' }).first().waitFor()
    await open(`/local/app/${sale.app}`)
    await page.getByRole('heading', { name: 'echo', level: 1 }).waitFor()

    await expect.poll(() => new Set(refused).size).toBeGreaterThan(1)
    await page.evaluate(drawTwice)
    expect(await page.getByRole('heading', { name: 'echo', level: 1 }).count()).toBe(1)
    expect(await page.getByRole('alert').count()).toBe(0)
  })
})

/** Notes on the page how often it writes what is watched, and how another window saw it. */
function countWrites(): void {
  let writes = 0
  const write = localStorage.setItem.bind(localStorage)
  Storage.prototype.setItem = (name, text) => {
    if (name.startsWith('watched ')) document.documentElement.dataset['writes'] = String((writes += 1))
    write(name, text)
  }
  window.addEventListener('storage', ({ newValue }) => {
    document.documentElement.dataset['heard'] = /"seen":"([^"]*)"/u.exec(newValue ?? '')?.[1] ?? ''
  })
}

/** What was heard is drawn, and what follows from that is done. */
async function drawTwice(): Promise<void> {
  for (let frame = 0; frame < 2; frame += 1) await new Promise((resolve) => requestAnimationFrame(resolve))
}

/** How the first of what is watched was when it was looked at last. */
async function seenFirst(page: Page): Promise<string | undefined> {
  const kept = await page.evaluate(() => localStorage.getItem('watched local'))
  return /"seen":"([^"]*)"/u.exec(kept ?? '')?.[1]
}

const FROM_START: Readonly<Record<string, string>> = { deal: '0/1', task: 'unset' }

/** Watches things by their paths, as they were before anything happened to them. */
async function watchFromStart(page: Page, paths: readonly string[]): Promise<void> {
  await page.evaluate(
    (watched) => {
      localStorage.setItem('watched local', JSON.stringify(watched))
    },
    paths.map((path) => {
      const [kind, id] = path.split('/')
      return { kind, id: id?.toLowerCase(), seen: FROM_START[kind ?? ''] ?? '0' }
    }),
  )
}

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

/** Goes through the whole page by the keyboard, and lists where a notice lies over what has the focus. */
async function listHidden(page: Page): Promise<readonly string[]> {
  const steps = await page.locator('main :is(a, button, input, select), footer :is(a, button, select)').count()
  await page.locator('main').focus()
  const hidden: string[] = []
  for (let step = 0; step < steps; step += 1) {
    await page.keyboard.press('Tab')
    const found = await page.evaluate(() => {
      const focused = document.activeElement
      const { bottom = 0, top = 0, right = 0 } = focused?.getBoundingClientRect() ?? {}
      const over = [...document.querySelectorAll('ul[aria-live] > li')].find((notice) => {
        const box = notice.getBoundingClientRect()
        return !notice.contains(focused) && bottom > box.top && top < box.bottom && right > box.left
      })
      // After the last of the page, the focus is in the browser's own bars; what is higher than the room above is never all in sight.
      const room = document.querySelector('ul[aria-live]')?.getBoundingClientRect().top ?? 0
      const canBeSeen = focused !== document.body && bottom - top <= room
      return over === undefined || !canBeSeen ? '' : String(focused?.textContent)
    })
    if (found !== '') hidden.push(found)
  }
  return hidden
}

/** Leaves no room for another letter. */
function fillStorage(): void {
  for (let size = 2 ** 23; size >= 1; size = Math.floor(size / 2))
    try {
      localStorage.setItem(`full ${size}`, 'x'.repeat(size))
    } catch {
      // The next one is half as long.
    }
}
