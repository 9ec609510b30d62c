// The first sale: an app is put up for sale, a run of it is bought, several workers have to agree, and all are paid.
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { DealId, TaskId } from '@iexec/protocol'
import { readZip, type Iexec, type Run } from '@iexec/sdk'
import { sha256, type Address, type Hex } from 'viem'
import { getTransactionReceipt } from 'viem/actions'
import { followTask } from './happenings.ts'
import { openDesk, readTrust, type Desk, type Goods, type Person, type Product, type SaleMarket } from './market.ts'
import { readPayments } from './payments.ts'
import type { Cost, Step, Tell } from './steps.ts'
import { tellTroubles } from './troubles.ts'

/** Where the result goes, and who listens. */
export type SaleOptions = {
  /** For the files of the result. */
  readonly folder: string
  readonly tell: Tell
  readonly signal: AbortSignal
}

/** What came of a sale. */
export type Sale = {
  readonly app: Address
  readonly deal: DealId
  readonly task: TaskId
  /** Who computed the result and agreed on it, by name or else by address. */
  readonly voters: readonly string[]
  /** Paths of the files of the result. */
  readonly files: readonly string[]
  readonly milliseconds: number
}

type Untimed<Whole> = Whole extends unknown ? Omit<Whole, 'ms'> : never
type Note = (step: Untimed<Step>) => void

/** So many runs are on offer. */
const VOLUME = 1_000n

/**
 * Sells an app and buys one run of it, with a trust that takes all workers of the market.
 *
 * @throws IexecError of whatever step failed; Error when the app failed
 * @example
 * const { files } = await sellAndRun(market, goods, { folder: 'result', tell: console.log, signal })
 */
export async function sellAndRun(market: SaleMarket, goods: Goods, options: SaleOptions): Promise<Sale> {
  const begin = performance.now()
  const note: Note = (step) => {
    options.tell({ ...step, ms: performance.now() - begin })
  }
  const [seller, buyer] = await Promise.all([openDesk(market, market.appOwner), openDesk(market, market.requester)])
  const app = await sell(seller, goods, note)
  const run = await buy(buyer, { market, app, goods, note })
  const task = run.taskIds[0] as TaskId
  const { blockNumber: fromBlock } = await getTransactionReceipt(buyer.client, { hash: run.txHash as Hex })
  const voters = await watch(buyer, { market, run, task, fromBlock, note, signal: options.signal })
  const files = await fetchResult(run, { ...options, note })
  const { hub } = buyer.iexec.context.contracts
  const changes = await readPayments({ client: buyer.client, hub, task, fromBlock, people: peopleOf(market) })
  note({ step: 'paid', changes })
  return { app, deal: run.dealId, task, voters, files, milliseconds: performance.now() - begin }
}

async function sell({ iexec, client }: Desk, { name, product, price }: Goods, note: Note): Promise<Address> {
  const registration = { name, ...(await offer({ iexec, name, product }, note)) }
  const known = await iexec.apps.predict(registration)
  const isThere = await iexec.apps.isDeployed(known)
  const { address: app, txHash } = isThere
    ? { address: known, txHash: undefined }
    : await iexec.apps.deploy(registration)
  if (txHash !== undefined) note({ step: 'registered', app, ...(await costOf(client, txHash)) })
  note({ step: 'offered', order: await findOrPublish(iexec, app, price), price })
  return app
}

/** Each sale takes one run of the same order, until all are taken: a book that gets another one with each start has no end. */
async function findOrPublish({ orders, orderbooks }: Iexec, app: Address, appprice: bigint): Promise<Hex> {
  const order = orders.createApp({ app, appprice, volume: VOLUME })
  // The open ones that anybody may take.
  for await (const { order: open, orderHash } of orderbooks.each('app', { app })) {
    if (open.appprice === appprice && open.tag === order.tag) return orderHash
  }
  return (await orders.publish(await orders.sign(order))).orderHash
}

type Offer = Pick<Goods, 'name' | 'product'> & Pick<Desk, 'iexec'>
type Registered = { readonly type: Product['type']; readonly multiaddr: string; readonly checksum: Hex }

/** Sees to it that workers find the app where it will be registered. */
async function offer({ iexec, name, product }: Offer, note: Note): Promise<Registered> {
  const { type } = product
  if (type === 'DOCKER') {
    const { reference, digest } = product
    note({ step: 'pushed', reference, digest })
    return { type, multiaddr: reference, checksum: digest }
  }
  const { module } = product
  const { location } = await iexec.storage.add({ name: `${name}.wasm`, content: module })
  note({ step: 'stored', location, bytes: module.length })
  return { type, multiaddr: location, checksum: sha256(module) }
}

type Purchase = { readonly market: SaleMarket; readonly app: Address; readonly goods: Goods; readonly note: Note }

async function buy(desk: Desk, { market, app, goods, note }: Purchase): Promise<Run> {
  const { iexec, client } = desk
  const { trust, needed } = await readTrust(desk, market.workers)
  const inputs = await Promise.all((goods.inputs ?? []).map(async (input) => iexec.storage.add(input)))
  const estimate = await iexec.estimate(app, {
    args: goods.args,
    inputFiles: inputs.map(({ location }) => location),
    trust,
    workerpool: market.workerpool,
  })
  note({ step: 'found', ...estimate.parts, trust, needed, workers: market.workers.length })
  const run = await iexec.start(estimate, { deposit: 'auto' })
  const [task] = run.taskIds
  if (run.txHash !== undefined && task !== undefined)
    note({ step: 'bought', deal: run.dealId, task, ...(await costOf(client, run.txHash)) })
  return run
}

type Watching = {
  readonly market: SaleMarket
  readonly run: Run
  readonly task: TaskId
  /** The block of its deal. */
  readonly fromBlock: bigint
  readonly note: Note
  readonly signal: AbortSignal
}

/** @returns who agreed on the result */
async function watch(desk: Desk, watching: Watching): Promise<readonly string[]> {
  const { market, run, task, note, signal } = watching
  const over = new AbortController()
  const { workers } = market
  const heard = { task, deal: run.dealId, workers, tell: note, signal: AbortSignal.any([signal, over.signal]) }
  const chain = watchChain(desk, watching).finally(() => {
    over.abort()
  })
  const [voters] = await Promise.all([chain, tellTroubles(desk.iexec, heard)])
  return voters
}

async function watchChain({ iexec, client }: Desk, watching: Watching): Promise<readonly string[]> {
  const { market, run, task, fromBlock, note, signal } = watching
  const { hub } = iexec.context.contracts
  const voters: string[] = []
  const readNews = followTask({ client, hub, task, fromBlock, workers: market.workers })
  const tellNews = async (): Promise<void> => {
    for (const news of await readNews()) {
      note(news)
      if (news.what === 'revealed' && news.who !== undefined) voters.push(news.who)
    }
  }
  for await (const { status, reason } of run.progress({ signal })) {
    await tellNews()
    if (status === 'ended') throw new Error(`The task ended without a result. ${reason}`)
  }
  await tellNews()
  return voters
}

async function fetchResult(
  run: Run,
  { folder, signal, note }: Omit<SaleOptions, 'tell'> & { readonly note: Note },
): Promise<readonly string[]> {
  const { zip, failure, verified } = await run.result(undefined, { signal })
  if (failure !== undefined) throw new Error(`The workers agreed that the app failed: ${failure}.`)
  const files: string[] = []
  for (const { name, read } of readZip(new Uint8Array(await zip.arrayBuffer()))) {
    const file = join(folder, name)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, read())
    files.push(file)
  }
  note({ step: 'downloaded', folder, files, digest: verified?.digest ?? '' })
  return files
}

async function costOf(client: Desk['client'], hash: Hex): Promise<Cost> {
  return { transaction: hash, gas: (await getTransactionReceipt(client, { hash })).gasUsed }
}

function peopleOf(market: SaleMarket): readonly Person[] {
  return [
    { name: 'requester', address: market.requester.address },
    { name: 'app-owner', address: market.appOwner.address },
    { name: 'pool-owner', address: market.poolOwner },
    ...market.workers,
  ]
}
