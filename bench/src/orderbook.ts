// `pnpm bench orderbook`: how fast orders are published, and how quick a book of each size answers.
import { hashChallenge, writeAuthorization, type Challenge } from '@iexec/wire'
import type { Hex } from 'viem'
import { makeOffer, mix, startBookMarket, type BookMarket, type Offer } from './book.ts'
import { percentile, type Figure, type Report } from './report.ts'
import { startService, type Service } from './service.ts'
import type { FastWallet } from './wallet.ts'

/** How large the run is. */
export type OrderbookSize = { readonly orders: number; readonly singles: number; readonly queries: number }

const OWNERS = 32
const LANES = 16
const BATCH = 100
const WARM_UP = 100

/** Runs the benchmark on a market of its own. */
export async function benchOrderbook(size: OrderbookSize): Promise<Report> {
  const book = await startBookMarket(OWNERS)
  const { addresses, anvil } = book.market
  const service = await startService(['--rpc', anvil.url, '--hub', addresses.hub, '--max-open-orders', '10000000'])
  try {
    const client = clientOf(service, addresses.chainId)
    await publishInBatches(client, book, { from: 0, to: OWNERS })
    const figures: Figure[] = [...(await publishSingly(client, book, size.singles))]
    let published = OWNERS + size.singles
    const batches: number[] = []
    for (const step of stepsUpTo(size.orders)) {
      const started = performance.now()
      await publishInBatches(client, book, { from: published, to: step })
      if (step > published) batches.push(((step - published) / (performance.now() - started)) * 1000)
      published = Math.max(published, step)
      figures.push(...(await askBook(client, book, { service, orders: published, queries: size.queries })))
    }
    const best = Math.max(...batches)
    figures.push({
      name: 'orders published through the batch endpoint',
      value: best,
      unit: '1/s',
      target: { value: 1000, better: 'higher' },
    })
    return { benchmark: 'orderbook', size, figures }
  } finally {
    await service.stop()
    await book.market.stop()
  }
}

/** 1,000, 10,000, … up to the size, so that the growth is seen. */
function stepsUpTo(orders: number): readonly number[] {
  const steps = [1000, 10_000, 100_000, 1_000_000].filter((step) => step < orders)
  return [...steps, orders]
}

type Client = {
  readonly get: (path: string) => Promise<unknown>
  readonly post: (path: string, wallet: FastWallet, body: unknown) => Promise<unknown>
}

async function answerOf(response: Response): Promise<unknown> {
  if (response.ok) return response.json()
  throw new Error(`${response.status} ${response.url}: ${await response.text()}`)
}

function clientOf({ url }: Service, chainId: number): Client {
  const at = (path: string): string => `${url}${path}${path.includes('?') ? '&' : '?'}chainId=${chainId}`
  const get = async (path: string): Promise<unknown> => answerOf(await fetch(at(path)))
  const authorize = async ({ address, sign }: FastWallet): Promise<string> => {
    const { data } = (await get(`/challenge?address=${address}`)) as { readonly data: Challenge }
    const hash = hashChallenge(data)
    return writeAuthorization({ hash, signature: sign(hash), address })
  }
  return {
    get,
    post: async (path, wallet, body) => {
      const headers = { authorization: await authorize(wallet), 'content-type': 'application/json' }
      return answerOf(await fetch(at(path), { method: 'POST', headers, body: JSON.stringify(body) }))
    },
  }
}

/** One login and one request per order. Each lane publishes for wallets of its own: a wallet has one challenge at a time. */
async function publishSingly(client: Client, book: BookMarket, count: number): Promise<readonly Figure[]> {
  const offers = Array.from({ length: count }, (_, n) => makeOffer(book, OWNERS + n))
  const lanes = lanesOf(offers)
  const requestsBefore = await rateOf(count, async () => {
    await Promise.all(lanes.map(async (lane) => inTurn(lane, async () => client.get('/version'))))
  })
  const rate = await rateOf(count, async () => {
    await Promise.all(
      lanes.map(async (lane) =>
        inTurn(lane, async ({ kind, owner, order }) => client.post(`/${kind}s`, owner.wallet, { order })),
      ),
    )
  })
  return [
    {
      name: 'orders published singly, each with a login of its own',
      value: rate,
      unit: '1/s',
      baseline: { name: 'GET /version, the same way', value: requestsBefore },
      target: { value: 300, better: 'higher' },
    },
  ]
}

async function publishInBatches(
  client: Client,
  book: BookMarket,
  range: { readonly from: number; readonly to: number },
): Promise<void> {
  const waiting = new Map<FastWallet, Offer[]>()
  const flush = async (wallet: FastWallet): Promise<void> => {
    const offers = waiting.get(wallet) ?? []
    waiting.delete(wallet)
    if (offers.length === 0) return
    const orders = offers.map(({ kind, order }) => ({ kind, order }))
    const { results } = (await client.post('/orders', wallet, { orders })) as {
      readonly results: readonly { readonly ok: boolean }[]
    }
    const refused = results.find(({ ok }) => !ok)
    if (refused !== undefined) throw new Error(`An order of a batch was refused: ${JSON.stringify(refused)}`)
  }
  for (let n = range.from; n < range.to; n++) {
    const offer = makeOffer(book, n)
    const { wallet } = offer.owner
    const offers = [...(waiting.get(wallet) ?? []), offer]
    waiting.set(wallet, offers)
    if (offers.length === BATCH) await flush(wallet)
  }
  await Promise.all([...waiting.keys()].map(flush))
}

type Question = { readonly service: Service; readonly orders: number; readonly queries: number }

async function askBook(
  client: Client,
  book: BookMarket,
  { service, orders, queries }: Question,
): Promise<readonly Figure[]> {
  const owner = (n: number): BookMarket['owners'][number] =>
    book.owners[mix(n, 11) % book.owners.length] as BookMarket['owners'][number]
  const wish = (n: number): string => {
    const { app, dataset } = owner(n)
    const extras = n % 3 === 0 ? `&dataset=${dataset}` : n % 3 === 1 ? `&requester=${owner(n + 1).wallet.address}` : ''
    return `/match?app=${app}&category=${mix(n, 12) % 5}&trust=${mix(n, 13) % 20}${extras}`
  }
  const figures: Figure[] = []
  const floor = await timesOf(queries, async () => client.get('/version'))
  const ask = async (name: string, path: (n: number) => string, target?: Figure['target']): Promise<void> => {
    // A service that runs for a while has been asked before: without this, the compiler of JavaScript would be measured.
    await timesOf(WARM_UP, async (n) => client.get(path(queries + n)))
    const times = await timesOf(queries, async (n) => client.get(path(n)))
    const figure = (share: number): Figure => ({
      name: `${orders} orders: ${name}, p${share * 100}`,
      value: percentile(times, share),
      unit: 'ms',
      baseline: { name: 'GET /version', value: percentile(floor, share) },
      ...(target === undefined || share !== 0.99 ? {} : { target }),
    })
    figures.push(figure(0.5), figure(0.99))
  }
  await ask('best match', wish, { value: 20, better: 'lower' })
  await ask('first page of pool orders', (n) => `/workerpoolorders?category=${n % 5}&requester=any`)
  await ask('first page of app orders', (n) => `/apporders?app=${owner(n).app}&requester=any`)
  figures.push({ name: `${orders} orders: memory of the service`, value: service.memory(), unit: 'MiB' })
  return figures
}

function lanesOf(offers: readonly Offer[]): readonly (readonly Offer[])[] {
  const lanes = Array.from({ length: LANES }, (): Offer[] => [])
  const laneOf = new Map<Hex, number>()
  for (const offer of offers) {
    const { address } = offer.owner.wallet
    if (!laneOf.has(address)) laneOf.set(address, laneOf.size % LANES)
    lanes[laneOf.get(address) ?? 0]?.push(offer)
  }
  return lanes
}

async function inTurn<Item>(items: readonly Item[], work: (item: Item) => Promise<unknown>): Promise<void> {
  for (const item of items) await work(item)
}

async function rateOf(count: number, work: () => Promise<void>): Promise<number> {
  const started = performance.now()
  await work()
  return (count / (performance.now() - started)) * 1000
}

async function timesOf(count: number, work: (n: number) => Promise<unknown>): Promise<readonly number[]> {
  const times: number[] = []
  for (let n = 0; n < count; n++) {
    const started = performance.now()
    await work(n)
    times.push(performance.now() - started)
  }
  return times
}
