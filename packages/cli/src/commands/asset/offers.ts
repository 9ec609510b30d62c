// What is for sale already: whoever sells at a higher price should know of his cheaper orders, because buyers take those.
import { NO_ADDRESS, encodeTag, formatRlc, isSameAddress, type OrderHash, type Signed } from '@iexec/protocol'
import type { AssetKind, Iexec } from '@iexec/sdk'
import type { Terminal } from '../../terminal/terminal.ts'
import type { Sale } from './sell.ts'

/** An open order of the seller, at a price in nRLC. */
export type Offer = { readonly orderHash: OrderHash; readonly price: bigint }

/** So many are named one by one. */
const NAMED = 3

/**
 * The seller's open orders that whoever may buy of this sale may buy as well, up to its price, the cheapest first.
 *
 * @throws IexecError as `orderbooks.each` does
 * @example
 * (await listOffers(iexec, 'app', sale)).filter(({ price }) => price < sale.price)
 */
export async function listOffers(iexec: Iexec, kind: AssetKind, sale: Sale): Promise<readonly Offer[]> {
  const signer = iexec.context.signer?.address ?? NO_ADDRESS
  const everybody = { app: 'any', dataset: 'any', workerpool: 'any', requester: 'any' } as const
  const offers: Offer[] = []
  for await (const item of iexec.orderbooks.each(kind, { ...everybody, [kind]: sale.address })) {
    const price = priceOf(item.order)
    if (price > sale.price) break
    const isLike = item.remaining > 0n && isSameAddress(item.signer, signer) && servesAll(item.order, sale)
    if (isLike) offers.push({ orderHash: item.orderHash, price })
  }
  return offers
}

type AssetOrder = Signed<AssetKind>

function priceOf(order: AssetOrder): bigint {
  if (order.kind === 'app') return order.appprice
  return order.kind === 'dataset' ? order.datasetprice : order.workerpoolprice
}

/** Whether an order is open to everybody to whom the sale is. */
function servesAll(order: AssetOrder, { tag = '', restrict, category, trust }: Sale): boolean {
  if (order.tag !== encodeTag(tag)) return false
  if (order.kind === 'workerpool' && (order.category !== category || order.trust < trust)) return false
  const allowed: Readonly<Record<string, unknown>> = order
  return (['app', 'dataset', 'workerpool', 'requester'] as const).every((whom) => {
    const only = allowed[`${whom}restrict`] ?? NO_ADDRESS
    return only === NO_ADDRESS || only === restrict[whom]
  })
}

/** Tells of orders that sell for less, in every form: whoever does not know of them gets less than he asks for. */
export function tellCheaper(terminal: Terminal, kind: AssetKind, { offers, price, chain }: Telling): void {
  const cheaper = offers.filter((offer) => offer.price < price)
  if (cheaper.length === 0) return
  const many = cheaper.length === 1 ? 'An older order' : `${cheaper.length} older orders`
  terminal.alarm(`${many} of this ${kind} can be bought for less, and buyers take the cheapest.`)
  for (const { orderHash, price: lower } of cheaper.slice(0, NAMED)) {
    terminal.alarm(`  ${formatRlc(lower)}: iexec order cancel --${kind} ${orderHash}${chain}`)
  }
  terminal.alarm(
    '  That ends it for good and costs gas; iexec order unpublish in its place is free, and copies stay valid.',
  )
}

/** @param chain the option that names the chain, with a space before it, or nothing */
type Telling = { readonly offers: readonly Offer[]; readonly price: bigint; readonly chain: string }
