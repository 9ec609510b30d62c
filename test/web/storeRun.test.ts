// A run of an app in the browser: bought from its page, followed there, and found again.
import { accountOf } from '@iexec/chain/test/anvil'
import { POOL_OWNER, REQUESTER } from '@iexec/network/test/startNetwork'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findChromium } from '@iexec/store/test/chromium'
import { connectWallet, expectAccessible, type Visitor } from './browser.ts'
import { findMotions } from './motion.ts'
import { buy, givePurse, loseMarket, PAGE, startStore, visitStore, type Store } from './storeScene.ts'

/** Accounts that nobody else has, so that what they bought can be counted. */
const [WITHOUT_STAKE, BEFORE_SIGNING, AFTER_SIGNING] = [15, 16, 17] as const

describe.skipIf(findChromium() === undefined)('a run of an app', () => {
  let store: Store
  beforeAll(async () => {
    store = await startStore()
  })
  afterAll(async () => store.web.stop())

  test('a link to a run says that it is somebody’s, and whose', async () => {
    const { page } = await visitStore(store, `${PAGE}?run=${store.sold}`)

    await page.getByRole('heading', { name: 'Somebody’s run' }).waitFor()
    await page.getByText('this account bought the run').waitFor()
    await page.getByText('This is what the workers agreed on.').waitFor()
    expect(await page.getByText('Your run').count()).toBe(0)
  })

  test('while a purchase is awaited nothing is bought a second time, and it is closed only after that was said', async () => {
    const { page } = await visitStore(store, `${PAGE}?inputs={"message":"twice"}&run=0x${'7'.repeat(64)}`, {
      account: REQUESTER,
    })
    const buyIt = page.getByRole('button', { name: 'Buy and run' })
    await page.getByText('A purchase is on its way; another one would be a second run.').waitFor()
    expect(await buyIt.isDisabled()).toBe(true)
    await expectAccessible(page)

    const run = page.getByRole('region', { name: 'Your run' })
    await run.getByRole('button', { name: 'Close', exact: true }).click()
    await page.getByRole('dialog').getByText('who buys again then pays twice').waitFor()
    await page.getByRole('dialog').getByRole('button', { name: 'Close it' }).click()

    await run.waitFor({ state: 'detached' })
    await expect.poll(async () => buyIt.isEnabled()).toBe(true)
  })

  test('while a purchase is awaited nothing moves for whom that makes ill', async () => {
    const awaited = `${PAGE}?run=0x${'7'.repeat(64)}`
    const calm = await visitStore(store, awaited, { reducedMotion: 'reduce' })
    const usual = await visitStore(store, awaited, { reducedMotion: 'no-preference' })

    expect(await findMotions(usual.page, 'main .animate-spin')).not.toEqual([])
    expect(await findMotions(calm.page, 'main .animate-spin')).toEqual([])
  })

  test('who goes on to another page while he buys is left there', async () => {
    const visitor = await visitStore(store, PAGE, { account: REQUESTER })

    await buy(visitor, 'bought behind the back')
    await visitor.page.getByRole('link', { name: 'All apps' }).click()
    await expect.poll(() => afterSigning(visitor)).toContain('eth_sendTransaction')

    await visitor.page.getByRole('heading', { name: 'Store', level: 1 }).waitFor()
    expect(new URL(visitor.page.url()).search).toBe('')
  })

  test('an app is bought, followed and its result shown in one page, which a reload in the middle finds again', async () => {
    const visitor = await visitStore(store, `${PAGE}?inputs={"message":"hello from a link"}`, { account: REQUESTER })
    const { page } = visitor
    expect(await page.getByLabel('Message').inputValue()).toBe('hello from a link')

    await buy(visitor, 'from the store')
    // A deposit may be sent before: the purchase is what is sent after the request was signed.
    await expect.poll(() => afterSigning(visitor)).toContain('eth_sendTransaction')
    await page.waitForURL(/run=0x/u)
    await page.reload()
    await page.getByRole('heading', { name: 'Your run' }).waitFor()

    await page.getByText('This is what the workers agreed on.').waitFor()
    await page.getByText('from the store').first().waitFor()
    await page.getByRole('link', { name: 'Look at the task' }).waitFor()
    expect(visitor.foreignHosts()).toEqual([])
  })

  test('what the owner of the wallet refuses costs nothing, and the form stays as it was filled in', async () => {
    const visitor = await visitStore(store, PAGE, { account: REQUESTER })

    visitor.wallet.refuseNext()
    await buy(visitor, 'refused')

    await visitor.page.getByText('It was rejected in the wallet; nothing was sent.').waitFor()
    expect(await visitor.page.getByLabel('Message').inputValue()).toBe('refused')
    expect(new URL(visitor.page.url()).searchParams.has('run')).toBe(false)
  })

  test('what failed is told until something else is filled in', async () => {
    const { page, wallet } = await visitStore(store, PAGE, { account: REQUESTER })
    const refusal = page.getByText('It was rejected in the wallet; nothing was sent.')
    await page.getByLabel('Message').fill('refused')
    wallet.refuseNext()
    await page.getByRole('button', { name: 'Buy and run', disabled: false }).click()
    await refusal.waitFor()

    await page.getByLabel('Message').fill('')
    await refusal.waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Buy and run', disabled: false }).click()

    await page.getByText('This is required.').waitFor()
    expect(await refusal.count()).toBe(0)
  })

  test('inputs that are too long for a link are kept in the tab, and a reload finds them', async () => {
    const { page } = await visitStore(store, PAGE)

    await page.getByLabel('Message').fill('long '.repeat(4_000))
    await page.getByRole('button', { name: 'Inputs too long for a link' }).waitFor()
    await page.waitForFunction(() => Object.values(sessionStorage).some((kept) => String(kept).includes('long long')))
    await page.reload()

    await expect.poll(async () => (await page.getByLabel('Message').inputValue()).length).toBe(20_000)
    expect(page.url().length).toBeLessThan(200)
  })

  test('two clicks before the page can answer are one purchase', async () => {
    const visitor = await visitStore(store, PAGE, { account: REQUESTER })
    const { page } = visitor
    await page.getByLabel('Message').fill('once')
    const button = page.getByRole('button', { name: 'Buy and run', disabled: false })

    await button.evaluate((found: HTMLButtonElement) => {
      found.click()
      found.click()
    })

    await page.getByText('This is what the workers agreed on.').waitFor()
    expect(visitor.wallet.asked().filter((method) => method === 'eth_signTypedData_v4')).toHaveLength(1)
  })

  test('a form that is not filled in is told beside each field, before any wallet is asked', async () => {
    const visitor = await visitStore(store, PAGE, { account: REQUESTER })
    const before = visitor.wallet.asked().length

    await visitor.page.getByRole('button', { name: 'Buy and run' }).click()

    await visitor.page.getByText('This is required.').waitFor()
    expect(visitor.wallet.asked().slice(before)).toEqual([])
  })

  test('whoever has not enough RLC is told before he signs anything', async () => {
    const { page } = await visitStore(store, PAGE, { account: 60 })

    await page.getByText('Not enough RLC').waitFor()
    expect(await page.getByRole('button', { name: 'Buy and run' }).isDisabled()).toBe(true)
  })

  test('a wallet on another chain is asked to come over', async () => {
    const visitor = await visitStore(store, PAGE, { account: POOL_OWNER, walletChain: 1 })

    await buy(visitor, 'from another chain')

    await visitor.page.getByText('This is what the workers agreed on.').waitFor()
    expect(visitor.wallet.asked()).toContain('wallet_switchEthereumChain')
  })

  test('who has all his RLC in the wallet is told of the deposit before he signs, sends it, and gets his result', async () => {
    const buyer = await givePurse(store, WITHOUT_STAKE, 5_000n)
    const { address } = accountOf(WITHOUT_STAKE)
    expect(await buyer.account.show(address)).toMatchObject({ stake: 0n, locked: 0n })
    const visitor = await visitStore(store, PAGE, { account: WITHOUT_STAKE })
    await visitor.page.getByText('the transfer of 2000 nRLC to the market').waitFor()

    await buy(visitor, 'paid from the wallet')

    await visitor.page.getByText('This is what the workers agreed on.').waitFor()
    await visitor.page.getByText('paid from the wallet').first().waitFor()
    expect(confirmedBy(visitor)).toEqual(['eth_sendTransaction', 'eth_signTypedData_v4', 'eth_sendTransaction'])
    expect((await buyer.wallet.show(address)).nRLC).toBe(3_000n)
    expect(await buyer.account.show(address)).toMatchObject({ stake: 0n, locked: 0n })
  })

  test('a price that could not be read is asked for again, and nobody has to load the page anew', async () => {
    const { web } = store
    const visitor = await web.visit({ account: REQUESTER })
    const { page } = visitor
    await page.route(`${web.config.chains[0]?.marketUrl}/match?**`, async (route) => route.abort())
    await visitor.open(PAGE)
    await connectWallet(visitor)
    await page.getByText(/^The market at .* does not answer/u).waitFor()
    expect(await page.getByRole('button', { name: 'Buy and run' }).isDisabled()).toBe(true)

    await page.unrouteAll()

    await page.getByRole('button', { name: 'Buy and run', disabled: false }).waitFor()
  })

  test('a market that is down when somebody buys is told in words, costs nothing, and sells once when it is back', async () => {
    const buyer = await givePurse(store, BEFORE_SIGNING, 5_000n)
    const visitor = await visitStore(store, PAGE, { account: BEFORE_SIGNING })
    const { page } = visitor
    await page.getByText('the transfer of 2000 nRLC to the market').waitFor()

    await loseMarket(store, visitor)
    await buy(visitor, 'patience')

    await page.getByText(/^The market at .* does not answer/u).waitFor()
    expect(await page.getByLabel('Message').inputValue()).toBe('patience')
    expect(confirmedBy(visitor)).toEqual([])
    expect(new URL(page.url()).searchParams.has('run')).toBe(false)
    await page.unrouteAll()
    await page.getByRole('button', { name: 'Buy and run', disabled: false }).click()
    await page.getByText('This is what the workers agreed on.').waitFor()
    expect(await buyer.deals.fetch({ requester: accountOf(BEFORE_SIGNING).address })).toMatchObject({ count: 1 })
  })

  test('a market that goes down while the request is signed is told in words; the run goes on without it, and is bought once', async () => {
    const buyer = await givePurse(store, AFTER_SIGNING, 5_000n)
    const visitor = await visitStore(store, PAGE, { account: AFTER_SIGNING })
    const { page, wallet } = visitor
    await page.getByText('the transfer of 2000 nRLC to the market').waitFor()
    wallet.before('eth_signTypedData_v4', async () => loseMarket(store, visitor))

    await buy(visitor, 'bought in the dark')

    await page.getByText('This is what the workers agreed on.').waitFor()
    await page.getByText(/^The market at .* does not answer/u).waitFor()
    await page.unrouteAll()
    await page.reload()
    await page.getByText('This is what the workers agreed on.').waitFor()
    expect(await page.getByLabel('Message').inputValue()).toBe('bought in the dark')
    expect(confirmedBy(visitor)).toEqual(['eth_sendTransaction', 'eth_signTypedData_v4', 'eth_sendTransaction'])
    expect(await buyer.deals.fetch({ requester: accountOf(AFTER_SIGNING).address })).toMatchObject({ count: 1 })
  })

  test('a link that the browser does not copy is told, and is there to be taken by hand', async () => {
    const { page } = await visitStore(store, `${PAGE}?inputs={"message":"by hand"}`)
    await page.evaluate(() => {
      // As in a browser that gives this site no clipboard, and whose owner forbids the old way, too.
      Object.defineProperty(navigator, 'clipboard', { value: undefined })
      Object.defineProperty(document, 'execCommand', { value: () => false })
    })

    await page.getByRole('button', { name: 'Copy link' }).click()

    await page.getByRole('alert').getByText('Take the link by hand').waitFor()
    const field = page.getByRole('textbox', { name: 'Copy link by hand' })
    const link = await field.inputValue()
    expect(new URL(link).searchParams.get('inputs')).toBe('{"message":"by hand"}')
    const selected = async (): Promise<string> =>
      field.evaluate(({ value, selectionStart, selectionEnd }: HTMLInputElement) =>
        value.slice(selectionStart ?? 0, selectionEnd ?? 0),
      )
    expect(await selected()).toBe(link)
    await expectAccessible(page)
  })
})

/** What the wallet was asked for after it signed the request. */
function afterSigning({ wallet }: Visitor): readonly string[] {
  const asked = wallet.asked()
  const signed = asked.indexOf('eth_signTypedData_v4')
  return signed === -1 ? [] : asked.slice(signed)
}

/** What the owner of the wallet was asked to confirm, in this order. */
function confirmedBy({ wallet }: Visitor): readonly string[] {
  return wallet.asked().filter((method) => ['eth_sendTransaction', 'eth_signTypedData_v4'].includes(method))
}
