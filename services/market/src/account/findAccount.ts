// What the hub keeps for an address, and what happened to it.
import type { AccountItem } from '@iexec/wire'
import { sql } from 'kysely'
import type { Address } from 'viem'
import type { Reader } from '../db/database.ts'
import { shownAddress, shownNumber, shownWide } from '../deal/shown.ts'

/**
 * An account with what it owns and did; all zeros for an address of which the hub has never heard.
 *
 * @example
 * await findAccount(market.read, { chainId: 134, address: '0x…' })
 */
export async function findAccount(
  reader: Reader,
  { chainId, address }: { readonly chainId: number; readonly address: Address },
): Promise<AccountItem> {
  const row = await reader.selectFrom('account').selectAll().where('address', '=', address).executeTakeFirst()
  const owned = await reader
    .selectFrom('asset')
    .select(({ fn }) => ['kind', fn.countAll<number>().as('count')])
    .where('owner', '=', address)
    .groupBy('kind')
    .execute()
  const { deals, contributions, earned } = await reader
    .selectNoFrom((from) => [
      from
        .selectFrom('deal')
        .select(({ fn }) => fn.countAll<number>().as('n'))
        .where('requester', '=', address)
        .as('deals'),
      from
        .selectFrom('contribution')
        .select(({ fn }) => fn.countAll<number>().as('n'))
        .where('worker', '=', address)
        .as('contributions'),
      from.selectFrom('event').select(SUM_OF_AMOUNTS).where('account', '=', address).where(IS_REWARD).as('earned'),
    ])
    .executeTakeFirstOrThrow()
  const count = (kind: string): number => owned.find((each) => each.kind === kind)?.count ?? 0
  return {
    address: shownAddress(address),
    chainId,
    stake: row === undefined ? 0 : shownWide(row.stake),
    locked: row === undefined ? 0 : shownWide(row.locked),
    earned: shownNumber(earned ?? 0),
    score: row === undefined ? 0 : shownWide(row.score),
    apps: count('app'),
    datasets: count('dataset'),
    workerpools: count('workerpool'),
    deals: deals ?? 0,
    contributions: contributions ?? 0,
  }
}

/** As floating point, because SQLite's integers may overflow: exact up to 2^53-1, and what is beyond is shown as that. */
const SUM_OF_AMOUNTS = sql<number | null>`sum(cast(amount as double precision))`.as('sum')

/** In the very words of the index `event_reward`. */
const IS_REWARD = sql<boolean>`kind = 'Reward'`
