// The cheapest orders that really fit a wish, or what would have to change.
import type { Client } from 'viem'
import { readStakes } from '../book/facts.ts'
import { shownAddress, shownNumber } from '../deal/shown.ts'
import type { Market } from '../market.ts'
import type { MatchAnswer, MatchWish, RequesterStake } from '@iexec/wire'
import { openSearch } from './cheapest.ts'
import { explainMissing } from './explain.ts'
import { fillWish, type Filled } from './fill.ts'
import { rememberGroups, type AskGroup } from './groups.ts'
import { newJudge } from './judge.ts'
import { termsOf } from './wish.ts'

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
 * The work is bounded (`MAX_LOOKS`, `MAX_QUESTIONS`, `MAX_SETS`); at a bound the answer is what was found until then,
 * and says that it is not complete.
 *
 * @example
 * await findMatch(market, { app: '0x…', category: 0, tag: NO_TAG, trust: 1, volume: 1, maxprice: 5_000_000_000 })
 */
export async function findMatch(market: MatchDeps, wish: MatchWish): Promise<MatchAnswer> {
  const { read: reader, chainId, client, now } = market
  const ask = groupsOf.get(client) ?? rememberGroups(client, now)
  groupsOf.set(client, ask)
  const judge = newJudge(reader, ask)
  const search = await openSearch({ reader, judge, terms: termsOf(wish) })
  const filled = await fillWish(search, { reader, judge, chainId, wish })
  const isComplete = !search.isCut() && !judge.isUncertain()
  const missing =
    filled.volume < wish.volume ? await explainMissing({ reader, judge, chainId, wish, taken: filled.taken }) : []
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
