// `pnpm bench indexer`: catching up with a chain, replaying events without one, and how soon a block is seen.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openChain } from '@iexec/chain'
import { openBus, openDatabase, openIndexer, openTables, recheckBook, reopenBook, type Bus } from '@iexec/market/bench'
import { SYNTHETIC_HUB, syntheticBlocks } from '@iexec/market/test/synthetic'
import { NO_ADDRESS, NO_TAG, hashOrder, orderDomain, type Order } from '@iexec/protocol'
import { hubAbi } from '@iexec/protocol/abi'
import { io } from 'socket.io-client'
import { encodeFunctionData, toHex, type Address, type Client, type Hex } from 'viem'
import { startBookMarket, type BookMarket } from './book.ts'
import { makeHistory } from './history.ts'
import { percentile, type Figure, type Report } from './report.ts'
import { startService } from './service.ts'

/** How large the run is. */
export type IndexerSize = { readonly events: number; readonly synthetic: number; readonly blocks: number }

const OWNERS = 16

/** Runs the benchmark on a chain of its own. */
export async function benchIndexer(size: IndexerSize): Promise<Report> {
  const book = await startBookMarket(OWNERS)
  try {
    const history = await makeHistory(book, size.events)
    console.log(`The chain has ${history.events} events of ${history.deals} deals in ${history.blocks} blocks.`)
    const figures = [
      ...(await catchUp(book, history.events)),
      ...(await replay(size.synthetic)),
      ...(await watch(book, size.blocks)),
    ]
    return { benchmark: 'indexer', size, figures }
  } finally {
    await book.market.stop()
  }
}

/** Time in which at least one of the watched calls was under way. */
function stopwatch(): {
  readonly during: <Answer>(work: () => Promise<Answer>) => Promise<Answer>
  readonly ms: () => number
} {
  let running = 0
  let began = 0
  let total = 0
  return {
    during: async (work) => {
      if (running === 0) began = performance.now()
      running += 1
      try {
        return await work()
      } finally {
        running -= 1
        if (running === 0) total += performance.now() - began
      }
    },
    ms: () => total,
  }
}

/** From an empty SQLite to the head of the chain, in this process. */
async function catchUp({ market }: BookMarket, events: number): Promise<readonly Figure[]> {
  const { addresses, anvil } = market
  const [rpc, db] = [stopwatch(), stopwatch()]
  const baseline = await readLogs(market.owner, addresses.hub)
  return inFolder(async (folder) => {
    const database = await openDatabase({ engine: 'sqlite', file: join(folder, 'market.sqlite') })
    const bus = await openBus(database)
    const { client } = await openChain({ rpcUrls: [anvil.url] })
    const { hub, appregistry, datasetregistry, workerpoolregistry, chainId } = addresses
    const indexer = openIndexer({
      chainId,
      contracts: {
        hub,
        registries: { app: [appregistry], dataset: [datasetregistry], workerpool: [workerpoolregistry] },
      },
      domain: orderDomain(chainId, hub),
      client: watched(client, rpc.during),
      read: database.read,
      bus: { ...bus, write: async (work) => db.during(async () => bus.write(work)) } satisfies Bus,
      firstBlock: addresses.blockNumber,
      book: { recheckBook, reopenBook },
      now: Date.now,
    })
    const ended = new AbortController()
    const started = performance.now()
    const running = indexer.run(ended.signal)
    if (!(await indexer.caughtUp(30 * 60_000))) throw new Error('The index did not catch up.')
    const ms = performance.now() - started
    ended.abort()
    await running
    await bus.close()
    await database.close()
    return [
      {
        name: 'events indexed from a local anvil into SQLite',
        value: (events / ms) * 1000,
        unit: '1/s',
        baseline: { name: 'only reading the logs', value: (events / baseline) * 1000 },
        target: { value: 5000, better: 'higher' },
      },
      { name: 'share of the time with a request to the node under way', value: (rpc.ms() / ms) * 100, unit: '%' },
      {
        name: 'share of the time with a transaction of the database under way',
        value: (db.ms() / ms) * 100,
        unit: '%',
      },
    ]
  })
}

function watched(client: Client, during: <Answer>(work: () => Promise<Answer>) => Promise<Answer>): Client {
  const request = async (call: Parameters<Client['request']>[0]): Promise<unknown> =>
    during(async () => client.request(call))
  return { ...client, request: request as Client['request'] }
}

/** Few enough blocks that the logs of full ones stay below the 10 MiB that an answer may have. */
const BASELINE_RANGE = 20

/** Milliseconds to read all logs of the hub, one range after the other, and to throw them away. */
async function readLogs(client: BookMarket['market']['owner'], hub: Address): Promise<number> {
  const head = Number(await client.getBlockNumber())
  const started = performance.now()
  for (let from = 0; from <= head; from += BASELINE_RANGE) {
    const range = { fromBlock: toHex(from), toBlock: toHex(Math.min(head, from + BASELINE_RANGE - 1)) }
    await client.request({ method: 'eth_getLogs', params: [{ address: hub, ...range }] })
  }
  return performance.now() - started
}

/** Events that never were on a chain, through the reducer into SQLite. */
async function replay(events: number): Promise<readonly Figure[]> {
  return inFolder(async (folder) => {
    const database = await openDatabase({ engine: 'sqlite', file: join(folder, 'market.sqlite') })
    const bus = await openBus(database)
    const tables = await openTables({
      read: database.read,
      bus,
      domain: orderDomain(31_337, SYNTHETIC_HUB),
      book: { recheckBook, reopenBook },
    })
    let done = 0
    let spent = 0
    for (const block of syntheticBlocks({ events })) {
      const started = performance.now()
      await tables.apply([block], Number.MAX_SAFE_INTEGER)
      spent += performance.now() - started
      done += block.events.length
    }
    await bus.close()
    await database.close()
    return [
      { name: `${done} synthetic events through the reducer into SQLite`, value: (done / spent) * 1000, unit: '1/s' },
    ]
  })
}

/** How long after its block an order that was broadcast on chain is seen over HTTP and over a socket. */
async function watch(book: BookMarket, blocks: number): Promise<readonly Figure[]> {
  const { market } = book
  const { addresses, anvil } = market
  const args = ['--rpc', anvil.url, '--hub', addresses.hub]
  const figures: Figure[] = []
  for (const { name, more } of [
    { name: 'with a websocket', more: ['--ws', anvil.url.replace('http', 'ws')] },
    { name: 'polling alone', more: [] },
  ]) {
    const service = await startService([...args, ...more])
    const socket = io(service.url, { path: '/ws', transports: ['websocket'] })
    try {
      await socket.emitWithAck('join', { chainId: addresses.chainId, topic: 'orders' })
      await untilLive(service.url)
      const [overHttp, overSocket]: [number[], number[]] = [[], []]
      for (let n = 0; n < blocks; n++) {
        const delay = await broadcastOne(book, { url: service.url, socket, n: n + (more.length > 0 ? 0 : 1_000_000) })
        overHttp.push(delay.http)
        overSocket.push(delay.socket)
      }
      for (const [way, delays] of [
        ['HTTP', overHttp],
        ['a socket', overSocket],
      ] as const) {
        const p95 = percentile(delays, 0.95)
        figures.push({ name: `block seen over ${way}, ${name}, p50`, value: percentile(delays, 0.5), unit: 'ms' })
        figures.push({
          name: `block seen over ${way}, ${name}, p95`,
          value: p95,
          unit: 'ms',
          target: { value: 300, better: 'lower' },
        })
      }
    } finally {
      socket.close()
      await service.stop()
    }
  }
  return figures
}

async function untilLive(url: string): Promise<void> {
  while (!(await fetch(`${url}/health`)).ok) await pause(20)
}

type Watcher = { readonly url: string; readonly socket: ReturnType<typeof io>; readonly n: number }

async function broadcastOne(
  { market, owners, domain }: BookMarket,
  { url, socket, n }: Watcher,
): Promise<{ readonly http: number; readonly socket: number }> {
  const owner = owners[n % owners.length]
  if (owner === undefined) throw new Error('A market needs an owner.')
  const order: Order<'app'> = {
    kind: 'app',
    app: owner.app,
    appprice: 1n,
    volume: 1n,
    tag: NO_TAG,
    datasetrestrict: NO_ADDRESS,
    workerpoolrestrict: NO_ADDRESS,
    requesterrestrict: NO_ADDRESS,
    salt: toHex(2_000_000_000 + n, { size: 32 }),
  }
  const hash = hashOrder(order, domain)
  const sign = owner.wallet.sign(hash)
  const { promise: heard, resolve: hear } = Promise.withResolvers<number>()
  const listener = ({ orderHash }: { readonly orderHash: Hex }): void => {
    if (orderHash === hash) hear(performance.now())
  }
  socket.on('apporder_published', listener)
  const data = encodeFunctionData({ abi: hubAbi, functionName: 'broadcastAppOrder', args: [{ ...order, sign }] })
  const tx = await market.owner.sendTransaction({ to: market.addresses.hub, data, gas: 200_000n })
  await market.owner.waitForTransactionReceipt({ hash: tx })
  const mined = performance.now()
  const seen = await untilSeen(`${url}/apporders/${hash}?chainId=${market.addresses.chainId}`)
  const heardAt = await heard
  socket.off('apporder_published', listener)
  return { http: Math.max(0, seen - mined), socket: Math.max(0, heardAt - mined) }
}

async function untilSeen(url: string): Promise<number> {
  while (!(await fetch(url)).ok) await pause(2)
  return performance.now()
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, ms)
  })
}

async function inFolder<Answer>(work: (folder: string) => Promise<Answer>): Promise<Answer> {
  const folder = mkdtempSync(join(tmpdir(), 'market-bench-'))
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
