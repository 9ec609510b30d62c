// The market in the browser: orders of people who never met, placed, taken, bought and closed with their wallets.
import { APP_OWNER, POOL_OWNER, REQUESTER } from '@iexec/network/test/startNetwork'
import { accountOf } from '@iexec/chain/test/anvil'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Hex } from 'viem'
import { connectWallet, expectAccessible, startWeb, type Visitor, type Web } from './browser.ts'
import { findChromium } from '@iexec/store/test/chromium'

describe.skipIf(findChromium() === undefined)('the market', () => {
  let web: Web
  let app: string
  beforeAll(async () => {
    web = await startWeb({ workers: 1 })
    app = (await web.sell('hello')).app
  })
  afterAll(async () => web.stop())

  async function visit(account: number, path: string): Promise<Visitor> {
    const visitor = await web.visitPage(path, { account })
    await connectWallet(visitor)
    return visitor
  }

  /** Fills in a request that pays 0.02 RLC for a task, and signs it. */
  async function placeRequest({ page }: Visitor): Promise<void> {
    await page.getByLabel('App *').fill(app)
    await page.getByLabel('Arguments of the app').fill('from the browser')
    await page.getByLabel('Most that the workerpool may cost').fill('0.02')
    await page.getByLabel('Most that the app may cost').fill('1000 nRLC')
    await page.getByText('You pay at most 0.020001 RLC for 1 task').waitFor()
    await page.getByRole('button', { name: 'Sign and publish' }).click()
  }

  test('a request that is placed stands in the book before the eyes of the others, and the owner of a pool takes it', async () => {
    const [requester, owner] = [await visit(REQUESTER, '/local/market/new'), await visit(POOL_OWNER, '/local/market/0')]

    await placeRequest(requester)

    await requester.page.getByText('The order is in the book.').waitFor()
    const bids = owner.page.getByRole('region', { name: 'Requests' }).first()
    await bids.getByText('0.02 RLC').waitFor()
    await owner.page.getByRole('img', { name: /and 1 are requested/u }).waitFor()
    await bids.getByRole('link', { name: 'Take' }).click()
    await owner.page.getByText('Held of your account until the tasks have ended').waitFor()
    await owner.page.getByRole('form').getByText('0.006 RLC').waitFor()
    await owner.page.getByRole('button', { name: 'Take', disabled: false }).click()
    await expectDeal(owner)
    await owner.open('/local/market/mine?tab=deals&as=workerpool')
    await owner.page.locator('tbody tr').filter({ hasText: '0.020001 RLC' }).first().waitFor()
    await owner.open('/local/market/0')
    await owner.page.getByRole('region', { name: 'Deals of this category' }).getByText('0.02 RLC').waitFor()
    await owner.page.getByText('The same as a table').click()
    await owner.page.getByRole('region', { name: 'Prices' }).getByText('0.02 RLC').first().waitFor()
    expect([...requester.complaints(), ...owner.complaints()]).toEqual([])
  })

  test('tasks are bought at the price that was shown; what is refused costs nothing, and a reload finds the deal', async () => {
    const buyer = await visit(REQUESTER, '/local/market/0')
    const { page } = buyer
    await page.getByRole('link', { name: 'Buy' }).first().click()
    await page.getByLabel('App *').fill(app)
    await page.getByText('To the owner of the app').waitFor()
    await page.getByRole('form').getByText('1000 nRLC').first().waitFor()
    await page.getByText('Fee of the chain, about').waitFor()
    await expectAccessible(page)

    buyer.wallet.refuseNext()
    await page.getByRole('button', { name: 'Buy', disabled: false }).click()
    await page.getByText('It was rejected in the wallet; nothing was sent.').waitFor()
    expect(new URL(page.url()).searchParams.has('deals')).toBe(false)
    await page.getByRole('button', { name: 'Buy', disabled: false }).click()
    await page.waitForURL(/deals=0x/u)
    await expect.poll(() => buyer.wallet.asked()).toContain('eth_sendTransaction')
    await page.reload()

    await expectDeal(buyer)
    expect(await page.getByRole('button', { name: 'Buy' }).isDisabled()).toBe(true)
    await buyer.open('/local/market/mine?tab=deals')
    await page.locator('tbody tr').first().waitFor()
    expect(buyer.complaints()).toEqual([])
  })

  test('whoever changes the chain in the middle of a purchase has bought nothing; whoever changes the account, with the first one', async () => {
    const buyer = await visit(REQUESTER, '/local/market/0')
    const { page, wallet } = buyer
    await page.getByRole('link', { name: 'Buy' }).first().click()
    await page.getByLabel('App *').fill(app)
    const before = wallet.asked().length

    wallet.before('eth_signTypedData_v4', async () => wallet.switchTo(1))
    await page.getByRole('button', { name: 'Buy', disabled: false }).click()
    await page.getByText(/The wallet is on chain 1/u).waitFor()

    expect(wallet.asked().slice(before)).not.toContain('eth_sendTransaction')
    expect(new URL(page.url()).searchParams.has('deals')).toBe(false)
    wallet.before('eth_signTypedData_v4', async () => wallet.show(accountOf(APP_OWNER).address))
    await page.getByRole('button', { name: 'Buy', disabled: false }).click()
    await expectDeal(buyer)
    const [, deal] = /deals=(0x[0-9a-f]{64})/u.exec(page.url()) ?? []
    const { requester } = await (await web.network.user(REQUESTER)).deals.show(deal as Hex)
    expect(requester.toLowerCase()).toBe(wallet.address.toLowerCase())
  })

  test('what is sold of all kinds is offered by its owner, and a run is bought by each of these orders', async () => {
    const seller = await web.network.user(APP_OWNER)
    const checksum = `0x${'d'.repeat(64)}` as const
    const { address: dataset } = await seller.datasets.deploy({
      name: 'data',
      multiaddr: 'http://127.0.0.1:9/',
      checksum,
    })
    const owner = await visit(APP_OWNER, '/local/market/new')
    const poolOwner = await visit(POOL_OWNER, '/local/market/new')

    const paths = [
      await offer(owner, 'app', { 'App *': app, 'Price of the app': '0.003', 'Tasks *': '2' }),
      await offer(owner, 'dataset', { 'Dataset *': dataset, 'Price of the dataset': '0.004', 'Tasks *': '2' }),
      await offer(poolOwner, 'workerpool', {
        'Workerpool *': web.network.workerpool,
        'Price of the workerpool': '0.00005',
        'Tasks *': '2',
      }),
    ]

    const buyer = await visit(REQUESTER, '/local/market')
    for (const path of paths) {
      await buyer.open(path)
      if (!path.includes('/app/')) await buyer.page.getByLabel('App *').fill(app)
      if (path.includes('/dataset/')) await buyer.page.getByText('0.004 RLC').nth(1).waitFor()
      await buyer.page.getByRole('button', { name: 'Buy', disabled: false }).click()
      await expectDeal(buyer)
    }
    await owner.open('/local/market/mine?tab=deals&as=dataset')
    await owner.page.locator('tbody tr').first().waitFor()
    expect([...owner.complaints(), ...poolOwner.complaints(), ...buyer.complaints()]).toEqual([])
  })

  test('an order that was taken from the book can still be closed, on chain, by its owner alone', async () => {
    const requester = await visit(REQUESTER, '/local/market/new')
    const { page } = requester
    await placeRequest(requester)
    await page.getByRole('link', { name: 'See it' }).click()
    const stranger = await visit(APP_OWNER, new URL(page.url()).pathname)
    await stranger.page.getByText('Signed by').waitFor()
    expect(await stranger.page.getByRole('button', { name: 'Close it on chain' }).count()).toBe(0)

    await page.getByRole('button', { name: 'Take it from the book' }).click()
    await page.getByText('It is no longer in the book.').waitFor()
    await page.reload()
    await page.getByText('taken from the book').waitFor()
    await page.getByRole('button', { name: 'Close it on chain' }).click()

    await page.getByText('Done.').waitFor()
  })

  test('an order that is closed is over for everybody, and stays among those of its owner', async () => {
    const requester = await visit(REQUESTER, '/local/market/new')
    await placeRequest(requester)
    await requester.page.getByRole('link', { name: 'See it' }).click()
    const stranger = await visit(APP_OWNER, new URL(requester.page.url()).pathname)
    await stranger.page.getByText('Signed by').waitFor()

    await requester.page.getByRole('button', { name: 'Close it on chain' }).click()

    await stranger.page.getByText('canceled').waitFor()
    await requester.open('/local/market/mine?all=true')
    await requester.page.getByRole('cell', { name: 'canceled' }).first().waitFor()
    expect(requester.complaints()).toEqual([])
  })

  test('what is wrong in a form is told beside each field, before any wallet is asked', async () => {
    const requester = await visit(REQUESTER, '/local/market/new?kind=app&app=0x12&appprice=cheap')

    await requester.page.getByRole('button', { name: 'Sign and publish' }).click()

    await requester.page.getByText('This is no address').waitFor()
    await requester.page.getByText('This is no amount').waitFor()
    await requester.page.getByText('This is needed.').waitFor()
    expect(await requester.page.getByLabel('App *').evaluate((input) => input === document.activeElement)).toBe(true)
    expect(requester.wallet.asked()).not.toContain('eth_signTypedData_v4')
  })

  test('what a link fills in is seen before it is signed, and who may read the result no link chooses', async () => {
    const evil = `0x${'ee'.repeat(20)}`
    const link = `app=${app}&appmaxprice=1&workerpoolmaxprice=1&dataset=${evil}&datasetmaxprice=1000&beneficiary=${evil}`
    const { page } = await visit(REQUESTER, `/local/market/new?kind=request&${link}`)

    await page.getByText('A link filled in this form').waitFor()

    expect(await page.getByLabel('Most that the dataset may cost').isVisible()).toBe(true)
    expect(await page.getByLabel('Who may read the result').inputValue()).toBe('')
    await page.getByText('You pay at most 1002 RLC for 1 task').waitFor()
  })

  test('what is wrong with capitals or too high a price is told before any wallet is asked', async () => {
    const { page, wallet } = await visit(REQUESTER, '/local/market/new?kind=app')
    const digit = app.search(/[a-f]/u)
    await page
      .getByLabel('App *')
      .fill(`${app.slice(0, digit)}${app.charAt(digit).toUpperCase()}${app.slice(digit + 1)}`)
    await page.getByLabel('Price of the app').fill('100000000000000000000000')
    await page.getByLabel('Tasks *').fill('1')

    await page.getByRole('button', { name: 'Sign and publish' }).click()

    await page.getByText('Its capitals are not its checksum').waitFor()
    await page.getByText('No order can say more than 9007199.254740991 RLC.').waitFor()
    expect(wallet.asked()).not.toContain('eth_signTypedData_v4')
  })

  test('an order that is not there is told to be missing, and is no fault of the market', async () => {
    const { page } = await web.visitPage(`/local/order/app/0x${'12'.repeat(32)}`)

    await page.getByText('There is no such order; it may have been taken back.').waitFor()

    expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(0)
    expect(await page.getByRole('alert').count()).toBe(0)
  })

  test('a category that does not exist has no market', async () => {
    const { page } = await web.visitPage('/local/market/99')

    await page.getByText('There is no category of this number.').waitFor()

    expect(await page.getByRole('main').getByRole('heading').allInnerTexts()).toEqual(['Category 99'])
    await page.goto(`${web.url}/local/category/99`)
    await page.getByText('There is no category of this number.').waitFor()
    expect(await page.getByRole('main').getByRole('heading', { level: 2 }).count()).toBe(0)
  })

  test('a book that cannot be read is not called empty', async () => {
    const { page } = await visit(REQUESTER, '/local/market/new')
    await page.route(/\/workerpoolorders/u, async (route) => route.abort())

    await page.goto(`${web.url}/local/market`)

    await page.getByText('Orders are not known yet').first().waitFor()
    await page
      .getByText(/^The market at .* does not answer/u)
      .first()
      .waitFor()
    const card = page.getByRole('link').filter({ hasText: 'Lowest price asked' }).first()
    await card.getByText('Highest price paid').locator('..').getByText('none').waitFor()
    expect(await card.getByText('Lowest price asked').locator('..').getByText('none').count()).toBe(0)
  })

  test('an amount that nobody has is told to be too much', async () => {
    const { page } = await visit(REQUESTER, '/local/market')
    await page.getByRole('button', { name: /^0x/u }).first().click()

    await page.getByLabel('Amount in RLC').fill('999999999')

    await page.getByText('Too much to put on the market').waitFor()
    expect(await page.getByRole('button', { name: 'Put on the market' }).isDisabled()).toBe(true)
  })

  test.each(['market', 'market/0', 'market/new', 'market/mine'])('everybody can use %s', async (path) => {
    const visitor = await web.visit({ account: REQUESTER, colorScheme: 'dark' })
    await visitor.open(`/local/${path}`)

    await visitor.page.getByRole('heading', { level: 1 }).waitFor()
    await expectAccessible(visitor.page)
  })
})

/** Fills in an order of something that is sold, signs it, and returns where it stands. */
async function offer(owner: Visitor, kind: string, fields: Readonly<Record<string, string>>): Promise<string> {
  const { page } = owner
  await owner.open(`/local/market/new?kind=${kind}`)
  for (const [label, text] of Object.entries(fields)) await page.getByLabel(label).first().fill(text)
  await page.getByRole('button', { name: 'Sign and publish' }).click()
  await page.getByRole('link', { name: 'See it' }).click()
  await page.getByText('Signed by').waitFor()
  return new URL(page.url()).pathname
}

/** Waits for the deal, or tells why there is none. */
async function expectDeal({ page }: Visitor): Promise<void> {
  const failure = page.getByRole('alert')
  await page
    .getByText(/The deal of 1 task is made/u)
    .or(failure)
    .first()
    .waitFor()
  expect(await failure.allInnerTexts()).toEqual([])
}
