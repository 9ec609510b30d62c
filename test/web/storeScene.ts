// A store with one app that was sold, listed by its owner and by a stranger who lies about it.
import { hashListings, readListing, type Listing } from '@iexec/wire/listing'
import { accountOf } from '@iexec/chain/test/anvil'
import { FAUCET } from '@iexec/network/test/startNetwork'
import type { Iexec } from '@iexec/sdk'
import { getAddress } from 'viem'
import { connectWallet, startWeb, type Visitor, type VisitOptions, type Web } from './browser.ts'

/** Nobody's, and not the owner of any app. */
const STRANGER = '0x00000000000000000000000000000000000000aa'

/** The page of the app, by the listing that is true. */
export const PAGE = '/local/store/acme/echo'

/** A site with a store, and what is sold there. */
export type Store = {
  readonly web: Web
  readonly shelf: readonly Listing[]
  /** A deal of the app that is over. */
  readonly sold: string
  /** Of the app, with the checksum of its case. */
  readonly address: string
}

/**
 * Starts a site with a store. One of its registries is not there.
 *
 * @example
 * const store = await startStore()
 * const { page } = await visitStore(store, PAGE, { account: REQUESTER })
 */
export async function startStore(): Promise<Store> {
  const web = await startWeb({ workers: 1, site: { listings: ['registry/index.json', 'gone/index.json'] } })
  const { app, deal } = await web.sell('hello')
  const { owner } = await appOnChain(web, app)
  const own = { org: 'acme', name: 'echo', owner, app, title: 'echo' }
  const untrue = { org: 'evil', name: 'echo', owner: STRANGER, app, title: '<img src=x onerror=alert(1)>' }
  const shelf = [listingOf(own), listingOf(untrue)]
  web.write('registry/index.json', indexOf(shelf))
  web.write('registry/readme.md', README)
  return { web, shelf, sold: deal, address: getAddress(app) }
}

/** Somebody on a page of the store; one who has an account has connected his wallet. */
export async function visitStore({ web }: Store, path: string, options: VisitOptions = {}): Promise<Visitor> {
  const visitor = await web.visitPage(path, options)
  if (options.account !== undefined) await connectWallet(visitor)
  return visitor
}

async function appOnChain({ config }: Web, app: string): Promise<{ readonly owner: string }> {
  const [chain] = config.chains
  const response = await fetch(`${chain?.marketUrl}/apps/${app}?chainId=${chain?.chainId}`)
  return (await response.json()) as { readonly owner: string }
}

/** Fills in what the app is told, and buys a run. */
export async function buy({ page }: Visitor, message: string): Promise<void> {
  await page.getByLabel('Message').fill(message)
  await page.getByRole('button', { name: 'Buy and run' }).click()
}

/** Gives somebody RLC, all of it in his wallet. */
export async function givePurse({ web }: Store, account: number, amount: bigint): Promise<Iexec> {
  const faucet = await web.network.user(FAUCET)
  await faucet.wallet.sendRlc({ to: accountOf(account).address, amount })
  return web.network.user(account)
}

/** Lets no question of a page reach the market, until its routes are taken away. */
export async function loseMarket({ web }: Store, { page }: Visitor): Promise<void> {
  const [chain] = web.config.chains
  await page.route(`${chain?.marketUrl}/**`, async (route) => route.abort())
}

const README = `# Echo

<script>alert(2)</script>

![far](https://far.example/x.png) [bad](javascript:alert(3)) [my bank](https://far.example/login)

- [x] tested[^1]

[^1]: By a parrot.
`

type Goods = {
  readonly org: string
  readonly name: string
  readonly owner: string
  readonly app: string
  readonly title: string
}

function listingOf({ org, name, owner, app, title }: Goods): Listing {
  const listing = readListing({
    org,
    name,
    iexec: {
      description: 'Repeats what it is told, and is sure of it. '.repeat(4),
      license: 'Apache-2.0',
      author: org === 'acme' ? 'Acme' : '<b>evil</b>',
      social: { website: 'javascript:alert(1)' },
      app: { owner, name: title, type: 'WASM' },
      buyConf: { params: {} },
    },
    deployed: { app: { 31337: app } },
    store: {
      categories: ['tools'],
      tags: [org],
      inputs: [{ kind: 'text', name: 'message', label: 'Message', required: true }],
    },
    readme: 'readme.md',
  })
  if (listing === undefined) throw new Error('This is no listing.')
  return listing
}

/** An index of listings. */
export function indexOf(listings: readonly Listing[]): string {
  const written = JSON.parse(JSON.stringify(listings)) as unknown
  return JSON.stringify({ version: 1, name: 'Test', created: '2026-01-01', hash: hashListings(written), listings })
}
