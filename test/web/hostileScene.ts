// A market on which strangers have written the worst that they can: assets on the chain, orders, a result, listings.
import { join } from 'node:path'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { accountOf } from '@iexec/chain/test/anvil'
import { sellAndRun, type Sale } from '@iexec/network'
import { APP_OWNER, FIRST_WORKER, POOL_OWNER, REQUESTER } from '@iexec/network/test/startNetwork'
import type { Iexec } from '@iexec/sdk'
import { hashListings } from '@iexec/wire/listing'
import type { Address, Hex } from 'viem'
import type { Web } from './browser.ts'
import { writingModule } from './hostileModule.ts'
import { CSV, FOREIGN, HTML, LOG, MIXED, NAMES, README, SVG, type Trick } from './hostileWords.ts'

/** Owner of datasets with hostile names. */
const DATASET_OWNER = 8
/** Owner of workerpools with hostile names. */
const IDLER = 9

/** Assets of the same name. */
export type Assets = { readonly app: Address; readonly dataset: Address; readonly workerpool: Address }

/** What was put on the market. */
export type HostileScene = {
  readonly byName: Readonly<Record<Trick, Assets>>
  /** Hashes of open orders. */
  readonly orders: Readonly<Record<'app' | 'dataset' | 'workerpool' | 'request', Hex>>
  /** A run whose result is hostile, of an app that calls itself a script. */
  readonly sale: Sale
  /** Where the listing of that app is in the store. */
  readonly listing: string
}

/** Writes it all. */
export async function setHostileScene(web: Web): Promise<HostileScene> {
  const names = [...Object.values(NAMES), accountOf(REQUESTER).address, short(accountOf(REQUESTER).address)]
  await web.network.endow([DATASET_OWNER, IDLER])
  const [apps, datasets, workerpools] = await Promise.all([
    offerApps(await web.network.user(APP_OWNER), names),
    offerDatasets(await web.network.user(DATASET_OWNER), names),
    offerPools(await web.network.user(IDLER), names),
  ])
  const sale = await sellHostileApp(web)
  const request = await wish(await web.network.user(REQUESTER), sale.app)
  listApp(web, sale.app)
  return {
    byName: Object.fromEntries(
      Object.keys(NAMES).map((name, place) => [
        name,
        {
          app: apps.addresses[place] ?? '0x',
          dataset: datasets.addresses[place] ?? '0x',
          workerpool: workerpools.addresses[place] ?? '0x',
        },
      ]),
    ) as HostileScene['byName'],
    orders: { app: apps.order, dataset: datasets.order, workerpool: workerpools.order, request },
    sale,
    listing: '/local/store/evil/app',
  }
}

/** As pages write an address where there is little room. */
function short(address: Address): string {
  return `${address.slice(0, 6)}…${address.slice(-4)}`
}

const CHECKSUM: Hex = `0x${'c'.repeat(64)}`
type Offered = { readonly addresses: readonly Address[]; readonly order: Hex }

async function offerApps({ apps, orders }: Iexec, names: readonly string[]): Promise<Offered> {
  const addresses: Address[] = []
  for (const name of names) {
    const { address } = await apps.deploy({ name, type: 'DOCKER', multiaddr: `javascript:${name}`, checksum: CHECKSUM })
    addresses.push(address)
  }
  const app = addresses[0] ?? '0x'
  const { orderHash } = await orders.publish(await orders.sign(orders.createApp({ app, appprice: 1n, volume: 9n })))
  return { addresses, order: orderHash }
}

async function offerDatasets({ datasets, orders }: Iexec, names: readonly string[]): Promise<Offered> {
  const addresses: Address[] = []
  for (const name of names) {
    const { address } = await datasets.deploy({ name, multiaddr: `${FOREIGN}/${name}`, checksum: CHECKSUM })
    addresses.push(address)
  }
  const dataset = addresses[0] ?? '0x'
  const order = orders.createDataset({ dataset, datasetprice: 1n, volume: 9n })
  const { orderHash } = await orders.publish(await orders.sign(order))
  return { addresses, order: orderHash }
}

async function offerPools({ workerpools, orders }: Iexec, names: readonly string[]): Promise<Offered> {
  const addresses: Address[] = []
  const hashes: Hex[] = []
  for (const description of names) {
    const { address: workerpool } = await workerpools.deploy({ description })
    addresses.push(workerpool)
    const order = orders.createWorkerpool({ workerpool, workerpoolprice: 1_000n, volume: 9n, category: 0n, trust: 1n })
    hashes.push((await orders.publish(await orders.sign(order))).orderHash)
  }
  return { addresses, order: hashes[0] ?? '0x' }
}

const ARGS = MIXED.replaceAll('\0', '')

/** A request that stays open until the owner of the pool takes it. */
async function wish({ orders }: Iexec, app: Address): Promise<Hex> {
  const params = { iexec_args: ARGS, iexec_input_files: [`${FOREIGN}/?${'q'.repeat(900)}`] }
  const prices = { appmaxprice: 1_000n, workerpoolmaxprice: 1_000n }
  const request = orders.createRequest({ app, ...prices, volume: 3n, category: 0n, params })
  return (await orders.publish(await orders.sign(request))).orderHash
}

/** Names of files of the result. */
export const FILES: Readonly<
  Record<'page' | 'picture' | 'table' | 'long' | 'json' | 'tag' | 'turned' | 'control' | 'endless', string>
> = {
  page: 'page.html',
  picture: 'evil.svg',
  table: 'table.csv',
  long: 'long.txt',
  json: 'data.json',
  tag: '<img src=x onerror=window.__hacked=1>.txt',
  turned: `photo\u202Egpj.exe`,
  control: 'control\u0001\u001B[31m\r\n.txt',
  endless: 'n'.repeat(240),
}

async function sellHostileApp({ network }: Web): Promise<Sale> {
  const { chain, workerpool } = network
  const module = await writingModule(
    [
      { name: FILES.page, text: HTML },
      { name: FILES.picture, text: SVG },
      { name: FILES.table, text: CSV },
      { name: FILES.long, text: `${NAMES.html} ${'long '.repeat(200)}\n`, times: 2_500 },
      { name: FILES.json, text: JSON.stringify({ [NAMES.html]: MIXED, __proto__: { polluted: 1 } }) },
      ...[FILES.tag, FILES.turned, FILES.control, FILES.endless].map((name) => ({ name, text: MIXED })),
    ],
    LOG,
  )
  const market = {
    chain,
    workerpool,
    workers: [{ name: 'worker-1', address: accountOf(FIRST_WORKER).address }],
    appOwner: accountOf(APP_OWNER),
    requester: accountOf(REQUESTER),
    poolOwner: accountOf(POOL_OWNER).address,
  }
  const goods = { name: NAMES.html, args: ARGS, price: 1_000n, product: { type: 'WASM', module } } as const
  const folder = mkdtempSync(join(tmpdir(), 'hostile-result-'))
  const options = { folder, tell: () => undefined, signal: AbortSignal.timeout(60_000) }
  return sellAndRun(market, goods, options).finally(() => {
    rmSync(folder, { recursive: true, force: true })
  })
}

/** An index as no validated registry would hold it: one app with everything, and many with one bad name each. */
function listApp(web: Web, app: Address): void {
  const listings = [
    listingOf('app', { title: NAMES.html, app }),
    ...Object.entries(NAMES).map(([name, title]) => listingOf(name, { title, app })),
  ]
  const hash = hashListings(JSON.parse(JSON.stringify(listings)))
  web.write('registry/index.json', JSON.stringify({ version: 1, name: MIXED, created: MIXED, hash, listings }))
  web.write('registry/readme.md', README)
  web.write('registry/logo.svg', SVG)
}

type Goods = { readonly title: string; readonly app: Address }

function listingOf(name: string, { title, app }: Goods): object {
  return {
    kind: 'app',
    org: 'evil',
    name,
    title,
    description: `${MIXED} ${NAMES.endless}`,
    author: title,
    license: MIXED,
    social: { website: `${FOREIGN}/${'w'.repeat(2_000)}`, github: 'javascript:alert(1)' },
    type: MIXED,
    isTee: false,
    owner: accountOf(REQUESTER).address,
    addresses: { 31337: app },
    priceHint: 1e308,
    categories: [NAMES.html, NAMES.direction, 'B'.repeat(300)],
    tags: Object.values(NAMES),
    resources: { memoryMb: 1e300, diskMb: 5e-324, cpus: 1e15, category: 0 },
    logo: 'logo.svg',
    screenshots: ['logo.svg', 'gone.png'],
    readme: 'readme.md',
    inputs: [
      { kind: 'text', name: 'message', label: MIXED, help: MIXED, placeholder: MIXED, default: MIXED, required: true },
      { kind: 'text', name: 'long', label: NAMES.endless, help: NAMES.endless, multiline: true },
      { kind: 'number', name: 'number', label: NAMES.direction, unit: MIXED, min: -1e308, max: 1e308 },
      { kind: 'choice', name: 'choice', label: NAMES.html, options: [{ value: NAMES.endless, label: NAMES.endless }] },
      { kind: 'switch', name: 'switch', label: NAMES.endless, help: NAMES.closing },
      { kind: 'file', name: 'file', label: NAMES.marks, accept: MIXED, sample: `${FOREIGN}/sample` },
    ],
    buyConf: { params: { iexec_args: MIXED }, tag: MIXED },
  }
}
