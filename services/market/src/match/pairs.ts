// The seller's side of a wish: an app order and a dataset order together, and what they need of a workerpool order.
import { NO_ADDRESS, NO_TAG, requiredTag, requiresTee } from '@iexec/protocol'
import type { Address, Hex } from 'viem'
import type { SearchDeps } from './cheapest.ts'
import { tasksLeft, type Taken } from './left.ts'
import type { Offer, Offers } from './offers.ts'
import { whatIsOffered, type MayOffer } from './profiles.ts'
import type { Registered } from './registered.ts'
import type { Terms } from './wish.ts'
import type { Work } from './work.ts'

/** An app order and, where the wish has a dataset, a dataset order; and what they need of a workerpool order. */
export type Pair = {
  readonly app: Offer
  readonly dataset: Offer | undefined
  /** nRLC for one task. */
  readonly price: bigint
  /** Bits that the workerpool must offer. */
  readonly tag: Hex
  /** The only workerpool that all restrictions name; the zero address when none is named. */
  readonly workerpool: Address
}

/** What the sellers of a wish offer, as far as it was read. */
export type Sellers = {
  readonly terms: Terms
  readonly mayOffer: MayOffer
  readonly registered: Registered
  readonly app: Side
  /** `undefined` for a wish without a dataset. */
  readonly dataset: Side | undefined
}

/** The orders of an app or a dataset, and the most that the wish pays for one. */
type Side = { readonly offers: Offers; readonly maxPrice: number }

/** So many different offers of an app, and of a dataset, are combined: the cheapest. */
const MAX_DIFFERENT = 64

/** The sellers of a wish; `undefined` when no workerpool offers what the wish asks for, whoever sells. */
export async function openSellers(deps: SearchDeps): Promise<Sellers | undefined> {
  const { terms, shelf, registered } = deps
  const mayOffer = await whatIsOffered(deps.profiles, terms)
  if (!mayOffer.every(terms.tag)) return undefined
  await registered.look([terms.workerpool])
  const sideOf = (kind: 'app' | 'dataset', isTee: boolean): Side => ({
    offers: shelf.offers({ kind, asset: terms[kind], isTee }),
    maxPrice: terms.maxPrices[kind],
  })
  return {
    terms,
    mayOffer,
    registered,
    app: sideOf('app', requiresTee(terms.tag) && !terms.ignored.has('tag')),
    dataset: terms.dataset === NO_ADDRESS ? undefined : sideOf('dataset', false),
  }
}

/** Every pair of the orders read so far that could still make a deal with some workerpool, the cheapest first. */
export function pairsOf(sellers: Sellers, taken: Taken, work: Work): readonly Pair[] {
  const apps = bestOfEach(sellers.app, sellers.terms, taken)
  const datasets = sellers.dataset === undefined ? [undefined] : bestOfEach(sellers.dataset, sellers.terms, taken)
  if (apps.length > MAX_DIFFERENT || datasets.length > MAX_DIFFERENT) work.cut()
  const partners = datasets.slice(0, MAX_DIFFERENT)
  const pairs = apps
    .slice(0, MAX_DIFFERENT)
    .flatMap((app) => partners.flatMap((dataset) => toPair(app, dataset, sellers)))
  return pairs.toSorted((one, other) => (one.price < other.price ? -1 : Number(one.price > other.price)))
}

/** What a pair costs at least that is not among those, because an order of it was not read yet; `undefined` when all were read. */
export function leastUnread(sellers: Sellers, taken: Taken): bigint | undefined {
  const [first, second] = unreadSides(sellers, taken).map(({ price }) => price)
  return second === undefined || (first !== undefined && first < second) ? first : second
}

/**
 * Reads further orders, where a pair with one of them may cost no more than a limit.
 *
 * @returns whether anything was read
 */
export async function readOn(sellers: Sellers, taken: Taken, limit: bigint): Promise<boolean> {
  const sides = unreadSides(sellers, taken).filter(({ price }) => price <= limit)
  for (const { offers } of sides) {
    if (!(await offers.readMore())) return false
    await sellers.registered.look([...offers.alike()].flatMap(([offer]) => offer?.workerpool ?? []))
  }
  return sides.length > 0
}

type Unread = { readonly offers: Offers; readonly price: bigint }

/** The sides that have unread orders within the wish's price, and what a pair with one of those costs at least. */
function unreadSides({ app, dataset }: Sellers, taken: Taken): readonly Unread[] {
  const sides = dataset === undefined ? [app] : [app, dataset]
  return sides.flatMap((side) => {
    const unread = unreadOf(side)
    const others = sides.filter((other) => other !== side).map((other) => leastOf(other, taken))
    if (unread === undefined || others.includes(undefined)) return []
    return [{ offers: side.offers, price: others.reduce((sum, price = 0) => sum + BigInt(price), BigInt(unread)) }]
  })
}

function unreadOf({ offers, maxPrice }: Side): number | undefined {
  const unread = offers.unread()
  return unread === undefined || unread > maxPrice ? undefined : unread
}

function leastOf(side: Side, taken: Taken): number | undefined {
  const prices = bestLeft(side, taken).map(({ price }) => price)
  return prices.length > 0 ? Math.min(...prices) : unreadOf(side)
}

/** Of orders that differ in nothing but price and volume, only the best one that is left can be in the cheapest set. */
function bestLeft({ offers, maxPrice }: Side, taken: Taken): readonly Offer[] {
  return [...offers.alike()].flatMap((alike) => {
    const best = alike.find((offer) => tasksLeft(offer, taken) > 0)
    return best === undefined || best.price > maxPrice ? [] : [best]
  })
}

/** The cheapest first; before them those that let the requester in without being asked. */
function bestOfEach(side: Side, { requester }: Terms, taken: Taken): readonly Offer[] {
  const isClosed = (offer: Offer): boolean => offer.requester !== NO_ADDRESS && offer.requester !== requester
  return bestLeft(side, taken).toSorted(
    (one, other) =>
      Number(isClosed(one)) - Number(isClosed(other)) || one.price - other.price || other.remaining - one.remaining,
  )
}

function toPair(app: Offer, dataset: Offer | undefined, sellers: Sellers): readonly Pair[] {
  const { terms, registered, mayOffer } = sellers
  const tag = requiredTag(app.tag, dataset?.tag ?? NO_TAG, terms.tag)
  if (requiresTee(tag) && !requiresTee(app.tag) && !terms.ignored.has('tag')) return []
  if (!mayOffer.every(tag)) return []
  const restrictions = [terms.workerpool, app.workerpool, dataset?.workerpool ?? NO_ADDRESS]
  const meant = terms.ignored.has('restrictions') ? [] : [...new Set(restrictions)].filter(registered.isWorkerpool)
  if (meant.length > 1) return []
  const price = BigInt(app.price) + BigInt(dataset?.price ?? 0)
  return [{ app, dataset, price, tag, workerpool: meant[0] ?? NO_ADDRESS }]
}
