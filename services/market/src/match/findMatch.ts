// The cheapest orders that really fit a wish, or what would have to change.
import type { Client } from 'viem'
import { readStakes } from '../book/facts.ts'
import { shownAddress, shownNumber } from '../deal/shown.ts'
import type { Market } from '../market.ts'
import type { MatchAnswer, MatchSuggestion, MatchWish, RequesterStake } from '@iexec/wire'
import { tooManySets } from './changes.ts'
import { openSearch } from './cheapest.ts'
import type { Confirmation } from './confirm.ts'
import { explainMissing } from './explain.ts'
import { fillWish, type Filled } from './fill.ts'
import { newShelf } from './offers.ts'
import { newProfiles } from './profiles.ts'
import { newRegistered } from './registered.ts'
import { rememberGroups, type AskGroup } from './groups.ts'
import { newJudge } from './judge.ts'
import { termsOf } from './wish.ts'
import { beginWork } from './work.ts'

/** What of a market a match needs: its tables, and the chain for groups. */
export type MatchDeps = Pick<Market, 'chainId' | 'read' | 'client' | 'now'>

/** Each market's groups are remembered from one wish to the next. */
const groupsOf = new WeakMap<Client, AskGroup>()

/**
 * Finds the cheapest orders that fit a wish: prices, volumes, tags, trust, category, every restriction in every direction
 * with the members of groups, and the stakes of pool owners. Every set was put before the protocol's own `matchOrders`,
 * so the hub accepts it as long as nothing moves.
 *
 * More tasks than one set has are spread over as few sets as the least price allows (see `fillWish`). What the requester would
 * have to deposit is told, but is no reason against a match. When tasks are left, the answer says what would have to change.
 *
 * The work is bounded, the explanation's included (`MAX_LOOKS`, `MAX_WORK_MS`, `MAX_QUESTIONS`, `MAX_SETS`, `MAX_REFUSED`,
 * `MAX_OFFERS`, `MAX_DIFFERENT`), and lets other requests in between. At a bound the answer is what was found until then, and
 * says that it is not complete.
 *
 * @example
 * await findMatch(market, { app: '0x…', category: 0, tag: NO_TAG, trust: 0, volume: 1, maxprice: 5_000_000_000 })
 */
export async function findMatch(market: MatchDeps, wish: MatchWish): Promise<MatchAnswer> {
  const { read: reader, chainId, client, now } = market
  const ask = groupsOf.get(client) ?? rememberGroups(client, now)
  groupsOf.set(client, ask)
  const work = beginWork(now)
  const registered = newRegistered(reader)
  const judge = newJudge(registered, async (group, account) => work.rest(ask(group, account)))
  const known = { profiles: newProfiles(reader, work), registered, shelf: newShelf(reader, work) }
  const deps = { ...known, reader, judge, work, chainId, wish }
  const search = await openSearch({ ...deps, terms: termsOf(wish) })
  const filled = await fillWish(search, deps)
  const missing = await whatIsMissing(filled, deps)
  const isComplete = !work.isCut() && !judge.isUncertain()
  if (filled.sets.length === 0) return { found: false, missing, isComplete }
  const total = filled.sets.reduce((sum, { price, volume }) => sum + price * BigInt(volume), 0n)
  return {
    found: true,
    matches: filled.sets.map(({ price, ...set }) => ({ ...set, taskPrice: shownNumber(price) })),
    volume: filled.volume,
    totalPrice: shownNumber(total),
    requesterStake: await stakeOf(market, wish, { total, filled }),
    missing,
    isComplete,
  }
}

async function whatIsMissing(
  { volume, isFull, taken }: Filled,
  deps: Omit<Confirmation, 'taken'>,
): Promise<readonly MatchSuggestion[]> {
  if (volume >= deps.wish.volume) return []
  return isFull
    ? [{ changes: [tooManySets(deps.wish.volume, volume)], orders: null }]
    : explainMissing({ ...deps, taken })
}

/** Who buys of his own workerpool stakes for it, too. */
async function stakeOf(
  { read }: MatchDeps,
  { requester }: MatchWish,
  { total, filled }: { readonly total: bigint; readonly filled: Filled },
): Promise<RequesterStake | null> {
  if (requester === undefined) return null
  const free = (await readStakes(read, [requester])).get(requester) ?? 0n
  const needed = total + (filled.taken.stakes.get(requester) ?? 0n)
  const missing = needed > free ? needed - free : 0n
  return {
    account: shownAddress(requester),
    free: shownNumber(free),
    needed: shownNumber(needed),
    missing: shownNumber(missing),
  }
}
