// What the hub keeps for an address, and what happened to it.
import type { AccountItem } from '@iexec/wire'
import type { Address } from 'viem'
import type { Reader } from '../db/database.ts'
import { shownAddress, shownWide } from '../deal/shown.ts'

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
  const { deals, contributions } = await reader
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
    ])
    .executeTakeFirstOrThrow()
  const count = (kind: string): number => owned.find((each) => each.kind === kind)?.count ?? 0
  return {
    address: shownAddress(address),
    chainId,
    stake: row === undefined ? 0 : shownWide(row.stake),
    locked: row === undefined ? 0 : shownWide(row.locked),
    score: row === undefined ? 0 : shownWide(row.score),
    apps: count('app'),
    datasets: count('dataset'),
    workerpools: count('workerpool'),
    deals: deals ?? 0,
    contributions: contributions ?? 0,
  }
}
