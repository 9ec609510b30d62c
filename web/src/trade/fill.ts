// Fills an order of the book: the orders that are missing for a deal are found or signed, and all are matched.
import type { Iexec } from '@iexec/sdk'
import type { Address, Hex } from 'viem'

/** What a buyer says beside the order of a workerpool. */
export type Purchase = {
  readonly orderHash: Hex
  readonly app: Address
  readonly args: string
  readonly volume: bigint
}

/** What the owner of a workerpool says beside a request. */
export type Sale = { readonly orderHash: Hex; readonly workerpool: Address }

/**
 * Buys tasks at the price of a workerpool's order, with the cheapest order of the app. What is missing is deposited first.
 *
 * @returns the deal
 * @throws IexecError `NoMatch` when nobody offers the app, `OrdersMismatch` and others of the SDK
 */
export async function buyAt(iexec: Iexec, { orderHash, app, args, volume }: Purchase): Promise<Hex> {
  const { orders, orderbooks } = iexec
  const requester = addressOf(iexec)
  const { order: workerpool } = await orders.fetch('workerpool', orderHash)
  const offers = await orderbooks.fetchApps({ app, workerpool: workerpool.workerpool, requester })
  const [offer] = offers.items
  if (offer === undefined) throw new Error(`Nobody offers the app ${app} to you on this pool.`)
  const request = orders.createRequest({
    app,
    appmaxprice: offer.order.appprice,
    workerpool: workerpool.workerpool,
    workerpoolmaxprice: workerpool.workerpoolprice,
    category: workerpool.category,
    trust: workerpool.trust,
    tag: workerpool.tag,
    volume,
    params: args,
  })
  await depositFor(iexec, (offer.order.appprice + workerpool.workerpoolprice) * volume)
  const made = await orders.match({ app: offer.order, workerpool, request: await orders.sign(request) })
  return made.dealId
}

/**
 * Takes a request with one's own workerpool, at the most that it pays.
 *
 * @returns the deal
 * @throws IexecError when the app or the dataset is no longer offered, or the pool lacks stake
 */
export async function sellTo(iexec: Iexec, { orderHash, workerpool }: Sale): Promise<Hex> {
  const { orders, orderbooks } = iexec
  const { order: request, remaining } = await orders.fetch('request', orderHash)
  const reach = { workerpool, requester: request.requester }
  const [offer] = (await orderbooks.fetchApps({ app: request.app, ...reach })).items
  if (offer === undefined) throw new Error(`Nobody offers the app ${request.app} for this request any more.`)
  const hasDataset = BigInt(request.dataset) !== 0n
  const [data] = hasDataset
    ? (await orderbooks.fetchDatasets({ dataset: request.dataset, app: request.app, ...reach })).items
    : []
  if (hasDataset && data === undefined) throw new Error(`Nobody offers the dataset ${request.dataset} any more.`)
  const own = orders.createWorkerpool({
    workerpool,
    workerpoolprice: request.workerpoolmaxprice,
    category: request.category,
    trust: request.trust,
    tag: request.tag,
    volume: remaining,
    requesterrestrict: request.requester,
  })
  const made = await orders.match({
    app: offer.order,
    ...(data === undefined ? {} : { dataset: data.order }),
    workerpool: await orders.sign(own),
    request,
  })
  return made.dealId
}

/** Puts on the market what is missing for a price; nothing when there is enough. */
async function depositFor(iexec: Iexec, total: bigint): Promise<void> {
  const { stake } = await iexec.account.show(addressOf(iexec))
  if (stake < total) await iexec.account.deposit(total - stake)
}

function addressOf({ context }: Iexec): Address {
  if (context.signer === undefined) throw new Error('No wallet is connected.')
  return context.signer.address
}
