// The site as its visitors get it: in real Chromium, from its own server, over a real network.
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { expectAccessible, startWeb, type Web } from './browser.ts'
import { findChromium } from '@iexec/store/test/chromium'

describe.skipIf(findChromium() === undefined)('the site', () => {
  let web: Web
  beforeAll(async () => {
    web = await startWeb({ workers: 1 })
  })
  afterAll(async () => web.stop())

  test('the page of deals shows a deal the moment after it was made, asks no foreign host and has nothing to complain of', async () => {
    const visitor = await web.visit()
    onTestFinished(visitor.close)
    await visitor.open('/local/deals')

    const { deal } = await web.sell('hello')

    await visitor.page.locator(`a[href$="/local/deal/${deal}"]`).waitFor()
    expect(visitor.complaints()).toEqual([])
    expect(visitor.foreignHosts()).toEqual([])
  })

  test.each(['light', 'dark'] as const)('everybody can use the page of deals in the %s theme', async (colorScheme) => {
    const visitor = await web.visit({ colorScheme })
    onTestFinished(visitor.close)
    await visitor.open('/local/deals')
    await visitor.page.locator('tbody tr').first().waitFor()

    await expectAccessible(visitor.page)
  })

  test('each page comes with a policy that names the services of config.json, and no others', async () => {
    const { headers } = await fetch(`${web.url}/local/deals`)

    const [chain] = web.config.chains
    const services = [chain?.rpcUrl, chain?.marketUrl, chain?.storageUrl, ...(chain?.poolUrls ?? [])]
    expect(headers.get('content-security-policy')).toContain(`connect-src 'self' ${services.join(' ')};`)
    expect(headers.get('content-security-policy')).toContain("script-src 'self'; style-src 'self';")
  })
})
