// What has to be known to judge orders of one kind: a handful of questions, however many the orders are.
import { kindOfWire, type WireKind } from '@iexec/wire'
import type { Address, Hex } from 'viem'
import type { Reader } from '../db/database.ts'
import type { BookOrderTable } from '../db/schema.ts'
import { fromWide } from '../db/wide.ts'
import { bestPrices, type BestPrices } from './counterpart.ts'
import type { Candidate, Facts } from './judge.ts'

/** Whose orders are judged, and what only the caller knows. */
export type FactsWanted = {
  readonly kind: WireKind
  readonly candidates: readonly Candidate[]
  /** In lower case. */
  readonly account: Address
  readonly maxOpenOrders: number
  readonly testimonies: Facts['testimonies']
}

/** Reads what is known of the orders and of who is signed in. */
export async function loadFacts(reader: Reader, wanted: FactsWanted): Promise<Facts> {
  const { kind, candidates, account, maxOpenOrders, testimonies } = wanted
  const hashes = candidates.map(({ hash }) => hash)
  const chain = await readChain(reader, hashes)
  return {
    account,
    maxOpenOrders,
    stake: (await readStakes(reader, [account])).get(account) ?? 0n,
    openCount: await countOpen(reader, { kind, account }),
    booked: await readBooked(reader, hashes),
    signers: await readSigners(
      reader,
      candidates.map(({ hash, terms }) => ({ ...terms, hash })),
    ),
    consumptions: chain,
    presigned: new Set(hashes.filter((hash) => chain.get(hash)?.presignedBy === account)),
    testimonies,
    bestPrices: kind === 'requestorder' ? await readBestPrices(reader, candidates) : new Map<Hex, BestPrices>(),
  }
}

type ChainFact = { readonly consumed: bigint; readonly closed: boolean; readonly presignedBy: Address | null }

/** What the chain did to orders; those it has not seen are not in it. */
export async function readChain(reader: Reader, hashes: readonly Hex[]): Promise<ReadonlyMap<Hex, ChainFact>> {
  const rows = await reader
    .selectFrom('chain_order')
    .select(['hash', 'consumed', 'closed', 'presigned_by'])
    .where('hash', 'in', hashes)
    .execute()
  return new Map(
    rows.map(({ hash, consumed, closed, presigned_by }) => [
      hash,
      { consumed: fromWide(consumed), closed: closed === 1, presignedBy: presigned_by },
    ]),
  )
}

/** What of an order decides who has to sign it. */
export type Signable = Pick<BookOrderTable, 'hash' | 'kind' | 'app' | 'dataset' | 'workerpool' | 'requester'>

/** Who has to sign each order, by its hash: the owner of its asset, or the requester. Nobody where there is no such asset. */
export async function readSigners(reader: Reader, orders: readonly Signable[]): Promise<ReadonlyMap<Hex, Address>> {
  const assets = orders.flatMap((order) => (order.kind === 'request' ? [] : order[order.kind]))
  const owners = new Map<string, Address>()
  if (assets.length > 0) {
    const found = reader.selectFrom('asset').select(['address', 'kind', 'owner'])
    const rows = await found.where('address', 'in', [...new Set(assets)]).execute()
    for (const { kind, address, owner } of rows) owners.set(`${kind} ${address}`, owner)
  }
  return new Map(
    orders.flatMap((order): [Hex, Address][] => {
      const signer = order.kind === 'request' ? order.requester : owners.get(`${order.kind} ${order[order.kind]}`)
      return signer === undefined ? [] : [[order.hash, signer]]
    }),
  )
}

/** Free stakes in nRLC; who never staked is not in it. */
export async function readStakes(reader: Reader, accounts: readonly Address[]): Promise<ReadonlyMap<Address, bigint>> {
  const rows = await reader
    .selectFrom('account')
    .select(['address', 'stake'])
    .where('address', 'in', accounts)
    .execute()
  return new Map(rows.map(({ address, stake }) => [address, fromWide(stake)]))
}

async function countOpen(reader: Reader, of: { readonly kind: WireKind; readonly account: Address }): Promise<number> {
  const { open } = await reader
    .selectFrom('book_order')
    .select((eb) => eb.fn.countAll<number>().as('open'))
    .where('signer', '=', of.account)
    .where('kind', '=', kindOfWire(of.kind))
    .where('status', '=', 'open')
    .executeTakeFirstOrThrow()
  return open
}

/** What of a row decides whether its order may be published again, and as what. */
export type Booked = Pick<BookOrderTable, 'status' | 'published_at' | 'broadcast_block'>

/** What stands in the book of some hashes, whatever its status. */
export async function readBooked(reader: Reader, hashes: readonly Hex[]): Promise<ReadonlyMap<Hex, Booked>> {
  const rows = await reader
    .selectFrom('book_order')
    .select(['hash', 'status', 'published_at', 'broadcast_block'])
    .where('hash', 'in', hashes)
    .execute()
  return new Map(rows.map(({ hash, ...booked }) => [hash, booked]))
}

async function readBestPrices(reader: Reader, candidates: readonly Candidate[]): Promise<Facts['bestPrices']> {
  const prices = await bestPrices(
    reader,
    candidates.map(({ terms }) => terms),
  )
  return new Map(candidates.map(({ hash }, index) => [hash, prices[index] ?? { app: null, dataset: null }]))
}
