// The market in the browser: orders of people who never met, placed, taken, bought and closed with their wallets.
import { APP_OWNER, POOL_OWNER, REQUESTER } from '@iexec/network/test/startNetwork'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { expectAccessible, startWeb, type Visitor, type Web } from './browser.ts'
import { findChromium } from '@iexec/store/test/chromium'
import { WALLET_NAME } from './wallet.ts'

describe.skipIf(findChromium() === undefined)('the market', () => {
  let web: Web
  let app: string
  beforeAll(async () => {
    web = await startWeb({ workers: 1 })
    app = (await web.sell('hello')).app
  })
  afterAll(async () => web.stop())

  async function visit(account: number, path: string): Promise<Visitor> {
    const visitor = await web.visit({ account })
    onTestFinished(visitor.close)
    await visitor.open(path)
    await visitor.page.getByRole('button', { name: 'Connect wallet' }).click()
    await visitor.page.getByRole('button', { name: WALLET_NAME }).click()
    await visitor.page.getByRole('dialog').getByText('On the market', { exact: true }).waitFor()
    await visitor.page.getByRole('button', { name: 'Close' }).click()
    return visitor
  }

  /** Fills in a request that pays 0.02 RLC for a task, and signs it. */
  async function placeRequest({ page }: Visitor): Promise<void> {
    await page.getByLabel('App *').fill(app)
    await page.getByLabel('Arguments of the app').fill('from the browser')
    await page.getByLabel('Most that the workerpool may cost').fill('0.02')
    await page.getByLabel('Most that the app may cost').fill('1000 nRLC')
    await page.getByRole('button', { name: 'Sign and publish' }).click()
  }

  test('a request that is placed stands in the book before the eyes of the others, and the owner of a pool takes it', async () => {
    const [requester, owner] = [await visit(REQUESTER, '/local/market/new'), await visit(POOL_OWNER, '/local/market/0')]

    await placeRequest(requester)

    await requester.page.getByText('The order is in the book.').waitFor()
    const bids = owner.page.getByRole('region', { name: 'Requests' }).first()
    await bids.getByText('0.02 RLC').waitFor()
    await bids.getByRole('link', { name: 'Take' }).click()
    await owner.page.getByRole('button', { name: 'Take' }).click()
    await expectDeal(owner)
    expect([...requester.complaints(), ...owner.complaints()]).toEqual([])
  })

  test('tasks are bought at the price of a pool, and what the owner refuses to sign costs nothing', async () => {
    const buyer = await visit(REQUESTER, '/local/market/0')
    await buyer.page.getByRole('link', { name: 'Buy' }).first().click()
    await buyer.page.getByLabel('App *').fill(app)

    buyer.wallet.refuseNext()
    await buyer.page.getByRole('button', { name: 'Buy' }).click()
    await buyer.page.getByText('It was rejected in the wallet; nothing was sent.').waitFor()
    await buyer.page.getByRole('button', { name: 'Buy' }).click()

    await expectDeal(buyer)
    await buyer.open('/local/market/mine?tab=deals')
    await buyer.page.locator('tbody tr').first().waitFor()
    expect(buyer.complaints()).toEqual([])
  })

  test('an order is closed on chain by its owner alone', async () => {
    const requester = await visit(REQUESTER, '/local/market/new')
    await placeRequest(requester)
    await requester.page.getByRole('link', { name: 'See it' }).click()
    const stranger = await visit(APP_OWNER, new URL(requester.page.url()).pathname)
    await stranger.page.getByText('Terms of the order').or(stranger.page.getByText('open')).first().waitFor()

    await requester.page.getByRole('button', { name: 'Close it on chain' }).click()

    await requester.page.getByText('canceled').waitFor()
    await stranger.page.getByText('canceled').waitFor()
    expect(await stranger.page.getByRole('button', { name: 'Close it on chain' }).count()).toBe(0)
  })

  test('what is wrong in a form is told beside each field, before any wallet is asked', async () => {
    const requester = await visit(REQUESTER, '/local/market/new?kind=app&app=0x12&appprice=cheap')

    await requester.page.getByRole('button', { name: 'Sign and publish' }).click()

    await requester.page.getByText('This is no address').waitFor()
    await requester.page.getByText('This is no amount').waitFor()
    expect(requester.wallet.asked()).not.toContain('eth_signTypedData_v4')
  })

  test.each(['market', 'market/0', 'market/new', 'market/mine'])('everybody can use %s', async (path) => {
    const visitor = await web.visit({ account: REQUESTER, colorScheme: 'dark' })
    onTestFinished(visitor.close)
    await visitor.open(`/local/${path}`)

    await visitor.page.getByRole('heading', { level: 1 }).waitFor()
    await expectAccessible(visitor.page)
  })
})

/** Waits for the deal, or tells why there is none. */
async function expectDeal({ page }: Visitor): Promise<void> {
  const failure = page.getByRole('alert')
  await page.getByText('The deal is made:').or(failure).first().waitFor()
  expect(await failure.allInnerTexts()).toEqual([])
}
