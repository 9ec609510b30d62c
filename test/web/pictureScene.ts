// A market that is alive, for pictures of its pages: the examples are sold and run, several pools offer tasks, and people ask for some.
import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { accountOf } from '@iexec/chain/test/anvil'
import { sellAndRun, type Goods, type Sale } from '@iexec/network'
import { APP_OWNER, FIRST_WORKER, POOL_OWNER, REQUESTER } from '@iexec/network/test/startNetwork'
import { parseRlc } from '@iexec/protocol'
import { listExamples } from '@iexec/store'
import type { Address } from 'viem'
import type { Web } from './browser.ts'

const EXAMPLES = join(import.meta.dirname, '../../examples')
const run = promisify(execFile)

/** What the pictures are of. */
export type PictureScene = {
  /** The run that is shown: a ray tracer's. */
  readonly sale: Sale
  /** What the form of its app is filled with. */
  readonly model: string
}

/** Sells the examples and runs them, and fills the books. What is rendered is fine where people look at it, else quick. */
export async function setPictureScene(web: Web, isFine: boolean): Promise<PictureScene> {
  await Promise.all(
    ['ray-tracer', 'option-pricing'].map(async (name) =>
      run(process.execPath, ['wasi/build.ts', name], { cwd: EXAMPLES }),
    ),
  )
  const bunny = await run(process.execPath, [join(EXAMPLES, 'ray-tracer/bunny.ts')], { maxBuffer: 2 ** 26 })
  const inputs = [{ name: 'bunny.obj', content: Buffer.from(bunny.stdout) }]
  const { storage } = await web.network.user(REQUESTER)
  const [{ location }] = await Promise.all([
    storage.add(inputs[0] ?? { content: '' }),
    offerOthers(web),
    fillBooks(web),
  ])
  const pricing = goodsOf(
    'option-pricing',
    '--kind call --spot 100 --strike 105 --rate 0.03 --volatility 0.2 --years 1',
  )
  for (const strike of [95, 100]) {
    await sell(web, {
      ...pricing,
      args: (pricing.args ?? '').replace('105', String(strike)),
      price: parseRlc('0.005 RLC'),
    })
  }
  const tracer = goodsOf('ray-tracer', isFine ? '--size 480x480 --samples 4' : '--size 160x160 --samples 1')
  const sale = await sell(web, { ...tracer, inputs, price: parseRlc('0.02 RLC') })
  await listAll(web)
  return { sale, model: location }
}

type Wasm = Omit<Goods, 'price'>

function goodsOf(name: string, args: string): Wasm {
  return { name, args, product: { type: 'WASM', module: readFileSync(join(EXAMPLES, name, 'app.wasm')) } }
}

async function sell({ network }: Web, goods: Goods): Promise<Sale> {
  const { chain, workerpool, services } = network
  const workers = services.workers.map((_, place) => ({
    name: `worker-${place + 1}`,
    address: accountOf(FIRST_WORKER + place).address,
  }))
  const folder = mkdtempSync(join(tmpdir(), 'picture-'))
  const people = {
    appOwner: accountOf(APP_OWNER),
    requester: accountOf(REQUESTER),
    poolOwner: accountOf(POOL_OWNER).address,
  }
  const options = { folder, tell: () => undefined, signal: AbortSignal.timeout(120_000) }
  return sellAndRun({ chain, workerpool, workers, ...people }, goods, options).finally(() => {
    rmSync(folder, { recursive: true, force: true })
  })
}

/** Apps that need a container engine are offered, and not run. */
async function offerOthers({ network }: Web): Promise<void> {
  const { apps, orders } = await network.user(APP_OWNER)
  for (const [name, appprice] of [
    ['text-recognition', '0.05 RLC'],
    ['image-magic', '0.008 RLC'],
  ] as const) {
    const multiaddr = `docker.io/iexechub/${name}:1.0.0`
    const { address: app } = await apps.deploy({ name, type: 'DOCKER', multiaddr, checksum: `0x${'1'.repeat(64)}` })
    await orders.publish(await orders.sign(orders.createApp({ app, appprice: parseRlc(appprice), volume: 1_000n })))
  }
}

/** Pools by their names and prices of a task. */
const POOLS = [
  ['Grenoble GPU farm', ['0.012', '0.015', '0.02']],
  ['Office desktops at night', ['0.008', '0.011']],
] as const
/** Who own them. */
const FIRST_POOL_OWNER = 8

async function fillBooks({ network }: Web): Promise<void> {
  await network.endow(POOLS.map((_, place) => FIRST_POOL_OWNER + place))
  for (const [place, [description, prices]] of POOLS.entries()) {
    const { workerpools, orders } = await network.user(FIRST_POOL_OWNER + place)
    const { address: workerpool } = await workerpools.deploy({ description })
    for (const [step, price] of prices.entries()) {
      const terms = { category: 0n, trust: 1n, volume: BigInt(10 + 8 * step) }
      const order = orders.createWorkerpool({ workerpool, workerpoolprice: parseRlc(`${price} RLC`), ...terms })
      await orders.publish(await orders.sign(order))
    }
  }
  await askForTasks(network)
}

/** A pool that has not begun yet: where the money is in the meantime can be seen. */
async function buyFromIdlePool({ user }: Web['network'], app: Address): Promise<void> {
  const [seller, owner, buyer] = await Promise.all(
    [APP_OWNER, FIRST_POOL_OWNER, REQUESTER].map(async (who) => user(who)),
  )
  if (seller === undefined || owner === undefined || buyer === undefined) throw new Error('Nobody is there.')
  const { address: workerpool } = await owner.workerpools.deploy({ description: 'Night shift' })
  const terms = { category: 0n, trust: 1n, volume: 3n }
  const sold = seller.orders.createApp({ app, appprice: 0n, volume: 3n })
  const offer = owner.orders.createWorkerpool({ workerpool, workerpoolprice: parseRlc('0.009 RLC'), ...terms })
  const wish = buyer.orders.createRequest({ app, workerpool, workerpoolmaxprice: parseRlc('0.009 RLC'), ...terms })
  await buyer.orders.match({
    app: await seller.orders.sign(sold),
    workerpool: await owner.orders.sign(offer),
    request: await buyer.orders.sign(wish),
  })
}

/** Requests that pay less than anybody takes. */
async function askForTasks(network: Web['network']): Promise<void> {
  const { user } = network
  const { orders } = await user(REQUESTER)
  const owner = await user(APP_OWNER)
  const { address: app } = await owner.apps.deploy({
    name: 'climate-ensemble',
    type: 'WASM',
    multiaddr: '/ipfs/QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG',
    checksum: `0x${'2'.repeat(64)}`,
  })
  await owner.orders.publish(await owner.orders.sign(owner.orders.createApp({ app, appprice: 0n, volume: 1_000n })))
  for (const [price, volume] of [
    ['0.006', 40n],
    ['0.005', 60n],
    ['0.003', 120n],
  ] as const) {
    const order = orders.createRequest({
      app,
      workerpoolmaxprice: parseRlc(`${price} RLC`),
      volume,
      category: 0n,
    })
    await orders.publish(await orders.sign(order))
  }
  await buyFromIdlePool(network, app)
}

/** Lists what is on the network, as the site of a network of this machine does. */
async function listAll(web: Web): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'picture-registry-'))
  try {
    await listExamples(
      { chain: web.network.chain, appOwner: accountOf(APP_OWNER).address } as Parameters<typeof listExamples>[0],
      folder,
    )
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      if (statSync(join(folder, name)).isFile()) web.write(`registry/${name}`, readFileSync(join(folder, name)))
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
