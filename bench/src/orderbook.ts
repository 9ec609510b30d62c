// `pnpm bench orderbook`: how fast orders are published, and how quick a book of each size answers.
import { encodeTag } from '@iexec/protocol'
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
/** As often at most is each kind of question asked before it is measured. */
const WARM_UP = 100

/** Runs the benchmark on a market of its own. */
export async function benchOrderbook(size: OrderbookSize): Promise<Report> {
  const book = await startBookMarket(OWNERS)
  const { addresses, anvil } = book.market
  const service = await startService(['--rpc', anvil.url, '--hub', addresses.hub, '--max-open-orders', '10000000'])
  try {
    const client = clientOf(service, addresses.chainId)
    const figures: Figure[] = []
    let published = 0
    for (const step of stepsUpTo(size.orders)) {
      const rate = await publishInBatches(client, book, { from: published, to: step })
      published = step
      const figuresOfStep: readonly Figure[] = [
        {
          name: `${step} orders: published through the batch endpoint, from the size before on`,
          value: rate,
          unit: '1/s',
          target: { value: 1000, better: 'higher' },
        },
        ...(await askBook(client, book, { service, orders: published, queries: size.queries })),
      ]
      figures.push(...(step === size.orders ? figuresOfStep : figuresOfStep.map(withoutTarget)))
    }
    figures.push(...(await publishSingly(client, book, { service, from: published, count: size.singles })))
    return { benchmark: 'orderbook', size, figures }
  } finally {
    await service.stop()
    await book.market.stop()
  }
}

/** Targets are for the whole book: on the way there, a young process is still compiling. */
function withoutTarget({ target: _target, ...figure }: Figure): Figure {
  return figure
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
async function publishSingly(
  client: Client,
  book: BookMarket,
  { service, from, count }: { readonly service: Service; readonly from: number; readonly count: number },
): Promise<readonly Figure[]> {
  const offers = Array.from({ length: count }, (_, n) => makeOffer(book, from + n))
  const lanes = lanesOf(offers)
  const before = service.cpu()
  const requests = await rateOf(count, async () => {
    await Promise.all(lanes.map(async (lane) => inTurn(lane, async () => client.get('/version'))))
  })
  const [cpuOfRequests, cpu] = [service.cpu() - before, service.cpu()]
  const rate = await rateOf(count, async () => {
    await Promise.all(
      lanes.map(async (lane) =>
        inTurn(lane, async ({ kind, owner, order }) => client.post(`/${kind}s`, owner.wallet, { order })),
      ),
    )
  })
  return [
    {
      name: `${from} orders: published singly, each with a login of its own`,
      value: rate,
      unit: '1/s',
      baseline: { name: 'GET /version, the same way', value: requests },
      target: { value: 300, better: 'higher' },
    },
    {
      name: `${from} orders: processor time of the service for each of these`,
      value: (service.cpu() - cpu) / count,
      unit: 'ms',
      baseline: { name: 'GET /version, the same way', value: cpuOfRequests / count },
    },
  ]
}

/** Orders per second of the requests, logins included; the time in which this process makes and signs them does not count. */
async function publishInBatches(
  client: Client,
  book: BookMarket,
  range: { readonly from: number; readonly to: number },
): Promise<number> {
  const waiting = new Map<FastWallet, Offer[]>()
  let ms = 0
  const flush = async (wallet: FastWallet): Promise<void> => {
    const orders = (waiting.get(wallet) ?? []).map(({ kind, order }) => ({ kind, order }))
    waiting.delete(wallet)
    const started = performance.now()
    const answer = await client.post('/orders', wallet, { orders })
    ms += performance.now() - started
    const { results } = answer as { readonly results: readonly { readonly ok: boolean }[] }
    const refused = results.find(({ ok }) => !ok)
    if (refused !== undefined) throw new Error(`An order of a batch was refused: ${JSON.stringify(refused)}`)
  }
  for (let n = range.from; n < range.to; n++) {
    const offer = makeOffer(book, n)
    const { wallet } = offer.owner
    const offers = [...(waiting.get(wallet) ?? []), offer]
    waiting.set(wallet, offers)
    // The first of all are what later requests need.
    if (offers.length === BATCH || n < OWNERS) await flush(wallet)
  }
  for (const wallet of waiting.keys()) await flush(wallet)
  return ((range.to - range.from) / ms) * 1000
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
    const extras = [
      '',
      `&dataset=${dataset}`,
      `&requester=${owner(n + 1).wallet.address}`,
      `&tag=${encodeTag('gpu')}`,
      `&volume=${1 + (mix(n, 14) % 400)}`,
      `&workerpool=${owner(n + 2).workerpool}`,
      `&maxprice=${mix(n, 15) % 100}`,
    ]
    return `/match?app=${app}&category=${mix(n, 12) % 5}&trust=${n % 16 === 0 ? 50 : mix(n, 13) % 20}${extras[n % extras.length] ?? ''}`
  }
  const figures: Figure[] = []
  const idle = service.cpu()
  const floor = await timesOf(queries, async () => client.get('/version'))
  const floorCpu = (service.cpu() - idle) / queries
  const ask = async (name: string, path: (n: number) => string, target?: Figure['target']): Promise<void> => {
    // A service that runs for a while has been asked before: without this, the compiler of JavaScript would be measured.
    await timesOf(Math.min(WARM_UP, queries), async (n) => client.get(path(queries + n)))
    const before = service.cpu()
    const times = await timesOf(queries, async (n) => client.get(path(n)))
    const cpu = (service.cpu() - before) / queries
    const figure = (share: number): Figure => ({
      name: `${orders} orders: ${name}, p${share * 100}`,
      value: percentile(times, share),
      unit: 'ms',
      baseline: { name: 'GET /version', value: percentile(floor, share) },
      ...(target === undefined || share !== 0.99 ? {} : { target }),
    })
    figures.push(figure(0.5), figure(0.99), {
      name: `${orders} orders: ${name}, processor time`,
      value: cpu,
      unit: 'ms',
      baseline: { name: 'GET /version', value: floorCpu },
    })
  }
  await ask('best match, all kinds of wishes, those without an answer too', wish, { value: 20, better: 'lower' })
  await ask('first page of pool orders', (n) => `/workerpoolorders?category=${n % 5}&requester=any`)
  await ask('first page of app orders', (n) => `/apporders?app=${owner(n).app}&requester=any`)
  const { whole, anonymous } = service.memory()
  figures.push(
    { name: `${orders} orders: memory of the service`, value: whole, unit: 'MiB' },
    { name: `${orders} orders: the same without pages of files`, value: anonymous, unit: 'MiB' },
  )
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
