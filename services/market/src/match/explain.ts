// When a wish cannot be met: which single changes would do, and if none would, which ones together.
import { NO_ADDRESS, NO_TAG, missingTag } from '@iexec/protocol'
import type { Hex } from 'viem'
import { shownAddress, shownNumber } from '../deal/shown.ts'
import type { MatchChange, MatchSuggestion } from '@iexec/wire'
import { toChanges, totalTooHigh } from './changes.ts'
import { openSearch } from './cheapest.ts'
import { confirmSet, readCategories, type Confirmation } from './confirm.ts'
import { poolsFor } from './pools.ts'
import { UNLIMITED, termsOf, type Ignored, type MaxPrices, type Terms } from './wish.ts'
import { LOOKS_PER_QUESTION } from './work.ts'

/** So many bits of a tag are tried one by one, and so many other categories, the most similar first. */
const MAX_BITS = 8
const MAX_CATEGORIES = 4

/**
 * What would have to change for (more of) a wish to be met: the fewest changes first, then the cheapest orders.
 *
 * Each kind of change is tried alone, with the cheapest orders that fit then. Only when none would do, all are tried together; and
 * where nobody sells at all in the category, all of them in the others.
 */
export async function explainMissing(deps: Confirmation): Promise<readonly MatchSuggestion[]> {
  const terms = termsOf(deps.wish)
  const nobody = await whoIsMissing(terms, deps)
  if (nobody.length > 0) return [{ changes: nobody, orders: null }]
  const found: MatchSuggestion[] = []
  for await (const changed of oneChange(terms, deps)) {
    const suggestion = await suggest(changed, deps)
    if (suggestion !== undefined) found.push(suggestion)
  }
  if (found.length === 0) {
    const suggestion = await suggest(everyChange(terms), deps)
    if (suggestion !== undefined) found.push(suggestion)
  }
  if (found.length === 0) {
    for (const category of await similarCategories({ reader: deps.reader, terms })) {
      const suggestion = await suggest({ ...everyChange(terms), category }, deps)
      if (suggestion !== undefined) found.push(suggestion)
    }
  }
  // Who has not looked at everything cannot say that there is nobody.
  if (found.length === 0 && deps.work.isCut()) return []
  if (found.length === 0) return [{ changes: await noPool(deps), orders: null }]
  return sorted(found)
}

/** The wish with one thing changed. */
async function* oneChange(terms: Terms, deps: Confirmation): AsyncIterable<Terms> {
  if (hasLimits(terms)) yield { ...terms, maxPrices: UNLIMITED }
  if (terms.workerpool !== NO_ADDRESS) yield { ...terms, workerpool: NO_ADDRESS }
  const trust = terms.trust === 0 ? undefined : await mostTrust(terms, deps)
  if (trust !== undefined && trust < terms.trust) yield { ...terms, trust }
  for (const bit of bitsOf(terms.tag)) yield { ...terms, tag: missingTag(terms.tag, bit) }
  for (const category of await similarCategories({ reader: deps.reader, terms })) yield { ...terms, category }
  for (const ignored of ['tag', 'stake', 'restrictions'] as const) yield { ...terms, ignored: new Set([ignored]) }
}

/** The most trust that is offered with the tag of the wish; `undefined` when nobody offers it. */
async function mostTrust(terms: Terms, { reader, profiles, work }: Confirmation): Promise<number | undefined> {
  const known = await profiles.of(terms.category)
  if (known !== undefined && terms.workerpool === NO_ADDRESS) {
    const fit = known.filter(({ tag }) => missingTag(terms.tag, tag) === NO_TAG)
    return fit.length === 0 ? undefined : Math.max(...fit.map(({ trust }) => trust))
  }
  if (!(await work.go(LOOKS_PER_QUESTION))) return undefined
  const { trust } = await poolsFor(reader, { ...terms, trust: 0 }, terms)
    .select((row) => row.fn.max('trust').as('trust'))
    .executeTakeFirstOrThrow()
  return trust ?? undefined
}

function hasLimits({ maxPrices }: Terms): boolean {
  return Object.keys(UNLIMITED).some(
    (side) => maxPrices[side as keyof MaxPrices] !== UNLIMITED[side as keyof MaxPrices],
  )
}

function everyChange(terms: Terms): Terms {
  const ignored = new Set<Ignored>(['tag', 'stake', 'restrictions'])
  return { ...terms, maxPrices: UNLIMITED, trust: 0, ignored }
}

function bitsOf(tag: Hex): readonly Hex[] {
  const bits = BigInt(tag)
  const set = Array.from({ length: 256 }, (_, index) => 1n << BigInt(index)).filter((bit) => (bits & bit) !== 0n)
  return set.slice(0, MAX_BITS).map((bit): Hex => `0x${bit.toString(16).padStart(64, '0')}`)
}

async function similarCategories({
  reader,
  terms,
}: {
  readonly reader: Confirmation['reader']
  readonly terms: Terms
}): Promise<readonly number[]> {
  const rows = await reader.selectFrom('category').select(['id', 'work_clock_time_ref as time']).execute()
  const wanted = rows.find(({ id }) => id === terms.category)?.time ?? 0
  const others = rows.filter(({ id }) => id !== terms.category)
  return others
    .toSorted((one, other) => Math.abs(one.time - wanted) - Math.abs(other.time - wanted) || one.id - other.id)
    .slice(0, MAX_CATEGORIES)
    .map(({ id }) => id)
}

/** The cheapest orders for a changed wish, and all that stands between them and the wish as it is. */
async function suggest(terms: Terms, deps: Confirmation): Promise<MatchSuggestion | undefined> {
  const { wish, taken } = deps
  const search = await openSearch({ ...deps, terms })
  const set = await search.cheapest(1, taken)
  const confirmed = set && (await confirmSet(set, deps))
  if (set === undefined || confirmed === undefined) return undefined
  const mismatches = confirmed.match.ok ? [] : confirmed.match.mismatches
  const changes = toChanges(mismatches, wish)
  if (wish.maxprice !== undefined && set.price > BigInt(wish.maxprice))
    changes.push(totalTooHigh(wish.maxprice, set.price))
  // Nothing stands between them: the tables have changed since the search.
  if (changes.length === 0) return undefined
  const orders = {
    apporder: set.app.hash,
    datasetorder: set.dataset?.hash ?? null,
    workerpoolorder: set.pool.hash,
    taskPrice: shownNumber(set.price),
  }
  return { changes, orders }
}

function sorted(suggestions: readonly MatchSuggestion[]): readonly MatchSuggestion[] {
  const different = new Map(suggestions.map((suggestion) => [JSON.stringify(suggestion.changes), suggestion]))
  return [...different.values()].toSorted(
    (one, other) =>
      one.changes.length - other.changes.length || (one.orders?.taskPrice ?? 0) - (other.orders?.taskPrice ?? 0),
  )
}

/** Without an order of the app, or of the dataset, no change of the wish would do. */
async function whoIsMissing(terms: Terms, { shelf }: Confirmation): Promise<readonly MatchChange[]> {
  const missing: MatchChange[] = []
  for (const kind of ['app', 'dataset'] as const) {
    if (kind === 'dataset' && terms.dataset === NO_ADDRESS) continue
    const offers = shelf.offers({ kind, asset: terms[kind], isTee: false })
    if (offers.unread() === 0) await offers.readMore()
    const [any] = offers.alike()
    if (any === undefined && offers.unread() === undefined) missing.push(nobodySells(kind, shownAddress(terms[kind])))
  }
  return missing
}

/** Nobody can sell in a category that the hub does not have. */
async function noPool({ reader, wish }: Confirmation): Promise<readonly MatchChange[]> {
  const count = (await readCategories(reader)).length
  if (wish.category < count) return [nobodySells('workerpool', wish.category)]
  return toChanges([{ reason: 'UnknownCategory', category: BigInt(wish.category), count: BigInt(count) }], wish)
}

function nobodySells(kind: 'app' | 'dataset' | 'workerpool', wanted: string | number): MatchChange {
  const isPool = kind === 'workerpool'
  return {
    field: isPool ? 'category' : kind,
    reason: { app: 'NoAppOrder', dataset: 'NoDatasetOrder', workerpool: 'NoWorkerpoolOrder' }[kind],
    wanted,
    needed: null,
    sentence: isPool
      ? `no workerpool order for category ${wanted} has anything left`
      : `no order of the ${kind} ${wanted} has anything left`,
  }
}
