// A chain with a past: thousands of deals that were matched, begun and, long after, claimed.
import {
  NO_ADDRESS,
  NO_TAG,
  dealId,
  hashOrder,
  taskId,
  type DealId,
  type Order,
  type OrderDomain,
} from '@iexec/protocol'
import { hubAbi } from '@iexec/protocol/abi'
import { encodeFunctionData, toHex, type Hex } from 'viem'
import type { BookMarket, Owner } from './book.ts'

/** What is in the past of the chain. */
export type History = { readonly deals: number; readonly events: number; readonly blocks: number }

const DEALS_PER_BLOCK = 10
const TASKS_PER_BLOCK = 50
/** Longer than every deadline of category 0. */
const LONG_AFTER = 1_000_000

/**
 * Makes at least so many events of the hub, as the chain counts them.
 *
 * @example
 * await makeHistory(bookMarket, 100_000) // { deals: 6250, events: 100_000, blocks: 800 }
 */
export async function makeHistory(book: BookMarket, events: number): Promise<History> {
  const { market } = book
  const { hub } = market.addresses
  const first = await market.owner.getBlockNumber()
  const deals: DealId[] = []
  const count = async (): Promise<number> => {
    const logs = await market.owner.request({ method: 'eth_getLogs', params: [{ address: hub, fromBlock: '0x0' }] })
    return logs.length
  }
  const before = await count()
  await play(book, deals, DEALS_PER_BLOCK)
  const perDeal = ((await count()) - before) / DEALS_PER_BLOCK
  await play(book, deals, Math.max(0, Math.ceil(events / perDeal) - DEALS_PER_BLOCK))
  const last = await market.owner.getBlockNumber()
  return { deals: deals.length, events: Math.round(before + deals.length * perDeal), blocks: Number(last - first) }
}

/** So many more deals, from the match to the claim. */
async function play(book: BookMarket, deals: DealId[], more: number): Promise<void> {
  const { hub } = book.market.addresses
  const send = async (data: Hex): Promise<void> => {
    const hash = await book.market.owner.sendTransaction({ to: hub, data, gas: 29_000_000n })
    const { status } = await book.market.owner.waitForTransactionReceipt({ hash })
    if (status !== 'success') throw new Error(`The transaction ${hash} of the history reverted.`)
  }
  const fresh: DealId[] = []
  for (let done = 0; done < more; done += DEALS_PER_BLOCK) {
    const matches = Array.from({ length: Math.min(DEALS_PER_BLOCK, more - done) }, (_, n) =>
      matchCall(book, deals.length + fresh.length + n),
    )
    fresh.push(...matches.map(({ deal }) => deal))
    await send(encodeFunctionData({ abi: hubAbi, functionName: 'multicall', args: [matches.map(({ data }) => data)] }))
  }
  for (const part of parts(fresh, TASKS_PER_BLOCK)) {
    await send(encodeFunctionData({ abi: hubAbi, functionName: 'initializeArray', args: [part, part.map(() => 0n)] }))
  }
  await book.market.owner.increaseTime({ seconds: LONG_AFTER })
  for (const part of parts(fresh, TASKS_PER_BLOCK)) {
    const tasks = part.map((deal) => taskId(deal, 0n))
    await send(encodeFunctionData({ abi: hubAbi, functionName: 'claimArray', args: [tasks] }))
  }
  deals.push(...fresh)
}

/** The call that makes the nth deal: a new request order, and an app and a pool order for everybody. */
function matchCall({ owners, domain }: BookMarket, n: number): { readonly deal: DealId; readonly data: Hex } {
  const seller = owners[n % owners.length] as Owner
  const buyer = owners[(n * 7 + 1) % owners.length] as Owner
  const orders = ordersOf(seller, buyer, n)
  const signed = <O extends Order>(order: O, { wallet }: Owner): O & { readonly sign: Hex } => ({
    ...order,
    sign: wallet.sign(hashOrder(order, domain)),
  })
  const args = [
    signed(orders.app, seller),
    NO_DATASET,
    signed(orders.workerpool, seller),
    signed(orders.request, buyer),
  ] as const
  return {
    deal: dealOf(orders.request, domain),
    data: encodeFunctionData({ abi: hubAbi, functionName: 'matchOrders', args }),
  }
}

function dealOf(request: Order<'request'>, domain: OrderDomain): DealId {
  return dealId(hashOrder(request, domain), 0n)
}

const NOBODY = {
  datasetrestrict: NO_ADDRESS,
  workerpoolrestrict: NO_ADDRESS,
  requesterrestrict: NO_ADDRESS,
  apprestrict: NO_ADDRESS,
} as const
const NO_DATASET = {
  dataset: NO_ADDRESS,
  datasetprice: 0n,
  volume: 0n,
  tag: NO_TAG,
  ...NOBODY,
  salt: NO_TAG,
  sign: '0x',
} as const

function ordersOf(
  { app, workerpool }: Owner,
  { wallet }: Owner,
  n: number,
): { readonly app: Order<'app'>; readonly workerpool: Order<'workerpool'>; readonly request: Order<'request'> } {
  const salt = toHex(1_000_000_000 + n, { size: 32 })
  const shared = { tag: NO_TAG, category: 0n }
  const { apprestrict, datasetrestrict, workerpoolrestrict, requesterrestrict } = NOBODY
  return {
    app: {
      kind: 'app',
      app,
      appprice: 1n,
      volume: 2n ** 40n,
      tag: NO_TAG,
      datasetrestrict,
      workerpoolrestrict,
      requesterrestrict,
      salt: NO_TAG,
    },
    workerpool: {
      kind: 'workerpool',
      workerpool,
      workerpoolprice: 10n,
      volume: 2n ** 40n,
      ...shared,
      trust: 1n,
      apprestrict,
      datasetrestrict,
      requesterrestrict,
      salt: NO_TAG,
    },
    request: {
      kind: 'request',
      app,
      appmaxprice: 1n,
      dataset: NO_ADDRESS,
      datasetmaxprice: 0n,
      workerpool,
      workerpoolmaxprice: 10n,
      requester: wallet.address,
      volume: 1n,
      ...shared,
      trust: 1n,
      beneficiary: wallet.address,
      callback: NO_ADDRESS,
      params: '{}',
      salt,
    },
  }
}

function* parts<Item>(items: readonly Item[], size: number): Generator<readonly Item[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size)
}
