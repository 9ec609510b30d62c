// The seller's side of a wish: an app order and a dataset order together, and what they need of a workerpool order.
import { NO_ADDRESS, NO_TAG, requiredTag, requiresTee } from '@iexec/protocol'
import type { Address, Hex } from 'viem'
import type { SearchDeps } from './cheapest.ts'
import { tasksLeft, type Taken } from './left.ts'
import { loadOffers, type Offer } from './offers.ts'
import { whatIsOffered, type MayOffer } from './profiles.ts'
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

/** What the sellers of a wish offer. */
export type Sellers = {
  readonly terms: Terms
  readonly mayOffer: MayOffer
  readonly apps: readonly Offer[]
  /** Empty for a wish without a dataset, too. */
  readonly datasets: readonly Offer[]
  /** Which of the restrictions on workerpools name a workerpool; the others may be groups. */
  readonly workerpools: ReadonlySet<Address>
}

/** So many different offers of an app, and of a dataset, are combined: the cheapest. */
const MAX_DIFFERENT = 64

/** Reads the orders of the wish's app and dataset. */
export async function loadSellers(deps: SearchDeps): Promise<Sellers> {
  const { reader, terms } = deps
  const mayOffer = await whatIsOffered(deps.profiles, terms)
  const nobody = { terms, mayOffer, apps: [], datasets: [], workerpools: new Set<Address>() }
  if (!mayOffer.every(terms.tag)) return nobody
  const apps = await loadOffers('app', { ...deps, mayOffer })
  const datasets = terms.dataset === NO_ADDRESS ? [] : await loadOffers('dataset', { ...deps, mayOffer })
  const named = [...new Set([...apps, ...datasets, terms].map(({ workerpool }) => workerpool))]
  const rows = await reader
    .selectFrom('asset')
    .select('address')
    .where('address', 'in', named)
    .where('kind', '=', 'workerpool')
    .execute()
  return { terms, mayOffer, apps, datasets, workerpools: new Set(rows.map(({ address }) => address)) }
}

/** Every pair that could still make a deal with some workerpool, the cheapest first. */
export function pairsOf(sellers: Sellers, taken: Taken, work: Work): readonly Pair[] {
  const apps = bestOfEach(sellers.apps, sellers.terms, taken)
  const datasets = bestOfEach(sellers.datasets, sellers.terms, taken)
  if (apps.length > MAX_DIFFERENT || datasets.length > MAX_DIFFERENT) work.cut()
  const partners = sellers.terms.dataset === NO_ADDRESS ? [undefined] : datasets.slice(0, MAX_DIFFERENT)
  const pairs = apps
    .slice(0, MAX_DIFFERENT)
    .flatMap((app) => partners.flatMap((dataset) => toPair(app, dataset, sellers)))
  return pairs.toSorted((one, other) => (one.price < other.price ? -1 : Number(one.price > other.price)))
}

/**
 * Of orders that differ in nothing but price and volume, only the best one that is left can be in the cheapest set. Those that
 * let the requester in without being asked come first.
 */
function bestOfEach(offers: readonly Offer[], { requester }: Terms, taken: Taken): readonly Offer[] {
  const best = new Map<string, Offer>()
  for (const offer of offers) {
    const key = `${offer.tag} ${offer.app} ${offer.dataset} ${offer.workerpool} ${offer.requester}`
    if (!best.has(key) && tasksLeft(offer, taken) > 0) best.set(key, offer)
  }
  const isClosed = (offer: Offer): boolean => offer.requester !== NO_ADDRESS && offer.requester !== requester
  return [...best.values()].toSorted((one, other) => Number(isClosed(one)) - Number(isClosed(other)))
}

function toPair(app: Offer, dataset: Offer | undefined, sellers: Sellers): readonly Pair[] {
  const { terms, workerpools, mayOffer } = sellers
  const tag = requiredTag(app.tag, dataset?.tag ?? NO_TAG, terms.tag)
  if (requiresTee(tag) && !requiresTee(app.tag) && !terms.ignored.has('tag')) return []
  if (!mayOffer.every(tag)) return []
  const restrictions = [terms.workerpool, app.workerpool, dataset?.workerpool ?? NO_ADDRESS]
  const meant = terms.ignored.has('restrictions')
    ? []
    : [...new Set(restrictions)].filter((each) => workerpools.has(each))
  if (meant.length > 1) return []
  const price = BigInt(app.price) + BigInt(dataset?.price ?? 0)
  return [{ app, dataset, price, tag, workerpool: meant[0] ?? NO_ADDRESS }]
}
