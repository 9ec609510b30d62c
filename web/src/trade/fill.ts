// Fills an order of the book: what was shown is bought, or one's own order is signed for a request that somebody placed.
import {
  dealId,
  formatRlc,
  hashOrder,
  isSameAddress,
  workerpoolStake,
  NO_ADDRESS,
  type Order,
  type Signed,
} from '@iexec/protocol'
import type { Iexec, RunEstimate } from '@iexec/sdk'
import type { Address, Hex } from 'viem'
import { Fault } from '../read/fault.ts'
import { tellDeposited } from '../wallet/tellDeposited.ts'
import type { Tell } from './useDealing.ts'

/** What was shown to a buyer: it is bought, and nothing dearer. */
export type Shown = {
  readonly estimate: RunEstimate
  /** What has to come from the wallet before, in nRLC. */
  readonly missing: bigint
}

/**
 * Buys what was shown. What is missing is deposited first; what is left of a request of which others took a part is closed.
 *
 * @throws IexecError as `start` of the SDK does
 */
export async function buyShown(iexec: Iexec, { estimate, missing }: Shown, tell: Tell): Promise<void> {
  await tellDeposited(iexec, missing, async () =>
    iexec.start(
      { ...estimate, missingStake: missing },
      {
        deposit: 'auto',
        onRequest: (id) => {
          tell('signed', id)
        },
        onDeal: ({ dealId: id }) => {
          tell('made', id)
        },
      },
    ),
  )
}

/** What the owner of a workerpool says beside a request. */
export type Sale = { readonly orderHash: Hex; readonly workerpool: Address; readonly owner: Address }

/** What a request would bring, and of what the deal would be made. In nRLC. */
export type Offer = {
  readonly request: Signed<'request'>
  readonly app: Signed<'app'>
  readonly dataset: Signed<'dataset'> | undefined
  /** One's own, not signed yet. */
  readonly workerpool: Order<'workerpool'>
  readonly dealId: Hex
  /** Tasks of the request that others have taken. */
  readonly consumed: bigint
  readonly volume: bigint
  /** For one task. */
  readonly price: bigint
  /** Held of one's own until the tasks have ended. */
  readonly pledge: bigint
  /** Of it, what has to come from the wallet before. */
  readonly missing: bigint
  /** What the chain takes for the transactions, about. */
  readonly feeWei: bigint
}

/**
 * What a request would bring to a workerpool, at the most that it pays: the cheapest orders of its app and dataset that it can pay.
 *
 * @throws IexecError, or Error when nothing is offered that the request could pay
 */
export async function offerFor(iexec: Iexec, { orderHash, workerpool, owner }: Sale): Promise<Offer> {
  const { account, context, orders } = iexec
  const { order: request, remaining, consumed } = await orders.show('request', orderHash)
  const [app, dataset, { stake }] = await Promise.all([
    findApp(iexec, request, workerpool),
    findDataset(iexec, request, workerpool),
    account.show(owner),
  ])
  const volume = [remaining, app.remaining, dataset?.remaining ?? remaining].reduce((least, one) =>
    one < least ? one : least,
  )
  const price = request.workerpoolmaxprice
  const pledge = workerpoolStake(price) * volume
  const missing = pledge > stake ? pledge - stake : 0n
  const own = orders.createWorkerpool({
    workerpool,
    workerpoolprice: price,
    category: request.category,
    trust: request.trust,
    tag: request.tag,
    volume,
    requesterrestrict: request.requester,
  })
  const set = {
    app: app.order,
    dataset: dataset?.order,
    workerpool: { ...own, sign: '0x' as const },
    volume,
    taskPrice: price,
  }
  const { estimateOf } = await import('@iexec/sdk')
  const sum = {
    app: request.app,
    wish: {},
    sets: [set],
    volume,
    total: price * volume,
    missingStake: missing,
    hints: [],
  }
  const { gas, gasPriceWei } = await estimateOf(context, sum)
  return {
    request,
    app: app.order,
    dataset: dataset?.order,
    workerpool: own,
    dealId: dealId(hashOrder(request, context.domain), consumed),
    consumed,
    volume,
    price,
    pledge,
    missing,
    feeWei: gas * gasPriceWei,
  }
}

/**
 * Takes a request with one's own workerpool, as it was shown. What is left of one's own order is closed.
 *
 * @throws IexecError as `match` of the SDK does; when the rest cannot be closed, with the order in `details.request`
 */
export async function sellOffer(iexec: Iexec, offer: Offer, tell: Tell): Promise<void> {
  await tellDeposited(iexec, offer.missing, async () => sell(iexec, offer, tell))
}

async function sell(iexec: Iexec, { missing, workerpool, ...offer }: Offer, tell: Tell): Promise<void> {
  const { account, context, orders } = iexec
  const { consumed } = await orders.show('request', hashOrder(offer.request, context.domain))
  // The deal would be another one, and of fewer tasks, than was shown.
  if (consumed !== offer.consumed) throw new Fault('NoMatch', 'Others took a part of the request meanwhile.')
  if (missing > 0n) await account.deposit(missing)
  const signed = await orders.sign(workerpool)
  tell('signed', offer.dealId)
  const { app, dataset, request } = offer
  const made = await orders.match({ app, ...(dataset === undefined ? {} : { dataset }), workerpool: signed, request })
  tell('made', made.dealId)
  if (made.volume < signed.volume) {
    await orders.cancel(signed).catch((error: unknown) => {
      throw withRest(error, signed)
    })
  }
}

/** What is left of the order is still open, whatever kept it from being closed: whoever shows the error can offer to close it. */
function withRest(error: unknown, request: Signed): unknown {
  return error instanceof Error ? Object.assign(error, { details: { request } }) : error
}

type Found<Kind extends 'app' | 'dataset'> = { readonly order: Signed<Kind>; readonly remaining: bigint }

async function findApp({ orderbooks }: Iexec, request: Order<'request'>, workerpool: Address): Promise<Found<'app'>> {
  const { app, appmaxprice, requester, dataset } = request
  const wish = { app, requester, workerpool, minVolume: 1n, pageSize: 10 }
  const { items } = await orderbooks.fetchApps({ ...wish, ...(isSameAddress(dataset, NO_ADDRESS) ? {} : { dataset }) })
  const [cheapest] = items
  if (cheapest === undefined) throw new Fault('NoMatch', `Nobody offers the app ${app} for this request any more.`)
  requirePayable('App', cheapest.order.appprice, appmaxprice)
  return cheapest
}

async function findDataset(
  { orderbooks }: Iexec,
  { dataset, datasetmaxprice, app, requester }: Order<'request'>,
  workerpool: Address,
): Promise<Found<'dataset'> | undefined> {
  if (isSameAddress(dataset, NO_ADDRESS)) return undefined
  const { items } = await orderbooks.fetchDatasets({ dataset, app, requester, workerpool, minVolume: 1n, pageSize: 10 })
  const [cheapest] = items
  if (cheapest === undefined)
    throw new Fault('NoMatch', `Nobody offers the dataset ${dataset} for this request any more.`)
  requirePayable('Dataset', cheapest.order.datasetprice, datasetmaxprice)
  return cheapest
}

function requirePayable(what: 'App' | 'Dataset', asked: bigint, offered: bigint): void {
  if (asked <= offered) return
  const sentence = `The ${what.toLowerCase()} costs ${formatRlc(asked)}, and the request pays ${formatRlc(offered)} at most.`
  throw new Fault('NoMatch', sentence, { details: { mismatches: [{ reason: `${what}PriceTooHigh`, asked, offered }] } })
}
