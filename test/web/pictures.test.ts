// Pictures of the main pages, light, dark and on a phone: for review in test-results/pictures, and with PICTURES=docs for the guide.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { accountOf } from '@iexec/chain/test/anvil'
import { REQUESTER } from '@iexec/network/test/startNetwork'
import { findChromium } from '@iexec/store/test/chromium'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startWeb, type VisitOptions, type Web } from './browser.ts'
import { untilSettled } from './hostileEye.ts'
import { setPictureScene, type PictureScene } from './pictureScene.ts'

const HOUSE = join(import.meta.dirname, '../..')
const REVIEW = join(HOUSE, 'test-results/pictures')
const DOCS = join(HOUSE, 'docs/pictures')

const IS_FOR_DOCS = process.env['PICTURES'] === 'docs'

/** Three workers render a picture: on a busy machine that takes a while. */
const LONG = 240_000

const DESK = { width: 1_280, height: 800 }
const PHONE = { width: 390, height: 780 }
const LOOKS: Readonly<Record<string, VisitOptions>> = {
  light: { viewport: DESK, colorScheme: 'light' },
  dark: { viewport: DESK, colorScheme: 'dark' },
  phone: { viewport: PHONE, colorScheme: 'light' },
}
/** Each page once, in the look that the guide shows. */
const SHOWN = [
  'store-light',
  'app-light',
  'run-dark',
  'task-light',
  'home-dark',
  'money-light',
  'market-dark',
  'store-phone',
  'task-phone',
]

describe.skipIf(findChromium() === undefined)('pictures of the main pages', () => {
  let web: Web
  let scene: PictureScene
  beforeAll(async () => {
    web = await startWeb({ workers: 3, price: 10_000_000n, volume: 200, site: { listings: ['registry/index.json'] } })
    scene = await setPictureScene(web, IS_FOR_DOCS)
    mkdirSync(REVIEW, { recursive: true })
  }, LONG)
  afterAll(async () => web.stop())

  /** Where each page is, and the words that come last. */
  function pages(): Readonly<Record<string, readonly [path: string, until?: string]>> {
    const { sale, model } = scene
    const inputs = encodeURIComponent(JSON.stringify({ model, size: '480x480', samples: '16' }))
    return {
      store: ['store'],
      app: [`store/iexec/ray-tracer?inputs=${inputs}`, 'A wallet pays for the run, and gets its result.'],
      run: [`store/iexec/ray-tracer?run=${sale.deal}`, 'This is what the workers agreed on.'],
      task: [`task/${sale.task}`, 'This is what the workers agreed on.'],
      home: [''],
      money: [`address/${accountOf(REQUESTER).address}`, 'Every locked amount has its cause below.'],
      market: ['market/0'],
    }
  }

  test.each(Object.keys(LOOKS))('every page is there without an error, %s', { timeout: LONG }, async (look) => {
    const { page, open, complaints } = await web.visit(LOOKS[look])

    for (const [name, [path, until]] of Object.entries(pages())) {
      await open(`/local/${path}`)
      if (until !== undefined) await page.getByText(until).first().waitFor()
      await untilSettled(page)
      // Prices are asked for once inputs are read.
      await untilSettled(page)
      await untilDrawn(page)
      if (name === 'task' && look === 'light') await verify(page)
      const failures = await page.locator('main').getByText('This could not be read.').count()
      await keep(page, `${name}-${look}`)
      expect([name, failures]).toEqual([name, 0])
    }

    expect(complaints()).toEqual([])
  })
})

/** What is shown must be something: pictures are loaded, and the result is there. */
async function untilDrawn(page: Page): Promise<void> {
  await page.waitForFunction(() =>
    [...document.querySelectorAll('main img')].every((image) => {
      const { top } = image.getBoundingClientRect()
      return top > innerHeight || (image as HTMLImageElement).naturalWidth > 0
    }),
  )
}

/** The task is computed again, and all is equal. */
async function verify(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Verify now' }).click()
  await page.getByText(/^All \d+ values/u).waitFor({ timeout: 60_000 })
  // The result stands in another picture: here, that it was checked, and all that happened.
  await page.getByRole('heading', { name: 'Verified in your browser' }).evaluate((heading) => {
    scrollTo(0, heading.getBoundingClientRect().top + scrollY - 120)
  })
}

async function keep(page: Page, name: string): Promise<void> {
  const picture = await page.screenshot({ animations: 'disabled', type: 'png' })
  writeFileSync(join(REVIEW, `${name}.png`), picture)
  if (!IS_FOR_DOCS || !SHOWN.includes(name)) return
  mkdirSync(DOCS, { recursive: true })
  writeFileSync(join(DOCS, `${name}.webp`), await shrink(page, picture))
}

/** As WebP, which Chromium writes for it. */
async function shrink(page: Page, picture: Buffer): Promise<Buffer> {
  const session = await page.context().newCDPSession(page)
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 74 })
  await session.detach()
  return data === '' ? picture : Buffer.from(data, 'base64')
}
