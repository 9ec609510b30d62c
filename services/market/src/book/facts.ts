// What has to be known to judge orders of one kind: a handful of questions, however many the orders are.
import { kindOfWire, type WireKind } from '@iexec/wire'
import type { Address, Hex } from 'viem'
import type { Reader } from '../db/database.ts'
import type { BookOrderTable } from '../db/schema.ts'
import { fromWide } from '../db/wide.ts'
import { bestPrices, type BestPrices } from './counterpart.ts'
import { subjectOf, type Candidate, type Facts } from './judge.ts'

/** Whose orders are judged, and what only the caller knows. */
export type FactsWanted = {
  readonly kind: WireKind
  readonly candidates: readonly Candidate[]
  /** In lower case. */
  readonly account: Address
  readonly maxOpenOrders: number
  /** Hashes that are known to be signed by the account. */
  readonly signed: ReadonlySet<Hex>
}

/** Reads what is known of the orders and of who is signed in. */
export async function loadFacts(reader: Reader, wanted: FactsWanted): Promise<Facts> {
  const { kind, candidates, account, maxOpenOrders, signed } = wanted
  const hashes = candidates.map(({ hash }) => hash)
  const chain = await readChain(reader, hashes)
  const assets = await readAssets(reader, kind, candidates)
  const isOwnRequest = kind === 'requestorder'
  const presigned = candidates.filter(({ hash, terms }) => {
    // The hub knows who presigned, the index does not: it must be the owner, unless the asset has changed hands.
    const isByOwner = isOwnRequest || assets.get(subjectOf(kind, terms))?.isFirstOwner === true
    return isByOwner && chain.get(hash)?.presigned === true
  })
  return {
    account,
    maxOpenOrders,
    stake: (await readStakes(reader, [account])).get(account) ?? 0n,
    openCount: await countOpen(reader, { kind, account }),
    booked: await readBooked(reader, hashes),
    owners: new Map([...assets].map(([asset, { owner }]) => [asset, owner])),
    consumptions: chain,
    signed: new Set([...signed, ...presigned.map(({ hash }) => hash)]),
    bestPrices: isOwnRequest ? await readBestPrices(reader, candidates) : new Map<Hex, BestPrices>(),
  }
}

type ChainFact = { readonly consumed: bigint; readonly closed: boolean; readonly presigned: boolean }

/** What the chain did to orders; those it has not seen are not in it. */
export async function readChain(reader: Reader, hashes: readonly Hex[]): Promise<ReadonlyMap<Hex, ChainFact>> {
  const rows = await reader
    .selectFrom('chain_order')
    .select(['hash', 'consumed', 'closed', 'presigned'])
    .where('hash', 'in', hashes)
    .execute()
  return new Map(
    rows.map(({ hash, consumed, closed, presigned }) => [
      hash,
      { consumed: fromWide(consumed), closed: closed === 1, presigned: presigned === 1 },
    ]),
  )
}

type AssetFact = { readonly owner: Address; readonly isFirstOwner: boolean }

async function readAssets(
  reader: Reader,
  kind: WireKind,
  candidates: readonly Candidate[],
): Promise<ReadonlyMap<Address, AssetFact>> {
  if (kind === 'requestorder') return new Map()
  const assets = [...new Set(candidates.map(({ terms }) => subjectOf(kind, terms)))]
  const rows = await reader
    .selectFrom('asset')
    .select(['address', 'kind', 'owner', 'created_at', 'transferred_at'])
    .where('address', 'in', assets)
    .execute()
  return new Map(
    rows
      .filter((row) => `${row.kind}order` === kind)
      .map((row) => [row.address, { owner: row.owner, isFirstOwner: row.created_at === row.transferred_at }]),
  )
}

/** Owner of the asset that each order sells, by the order's hash; nothing for requests and where there is no such asset. */
export async function readOwners(reader: Reader, rows: readonly BookOrderTable[]): Promise<ReadonlyMap<Hex, Address>> {
  const sold = rows.flatMap((row) => (row.kind === 'request' ? [] : { ...row, asset: row[row.kind], kind: row.kind }))
  if (sold.length === 0) return new Map()
  const assets = await reader
    .selectFrom('asset')
    .select(['address', 'kind', 'owner'])
    .where('address', 'in', [...new Set(sold.map(({ asset }) => asset))])
    .execute()
  const ownerOf = new Map(assets.map(({ kind, address, owner }) => [`${kind} ${address}`, owner]))
  return new Map(
    sold.flatMap(({ hash, kind, asset }): [Hex, Address][] => {
      const owner = ownerOf.get(`${kind} ${asset}`)
      return owner === undefined ? [] : [[hash, owner]]
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

/** What stands in the book of some hashes, whatever its status. */
export async function readBooked(reader: Reader, hashes: readonly Hex[]): Promise<Facts['booked']> {
  const rows = await reader
    .selectFrom('book_order')
    .select(['hash', 'status', 'published_at'])
    .where('hash', 'in', hashes)
    .execute()
  return new Map(rows.map(({ hash, status, published_at }) => [hash, { status, publishedAt: published_at }]))
}

async function readBestPrices(reader: Reader, candidates: readonly Candidate[]): Promise<Facts['bestPrices']> {
  const prices = await bestPrices(
    reader,
    candidates.map(({ terms }) => terms),
  )
  return new Map(candidates.map(({ hash }, index) => [hash, prices[index] ?? { app: null, dataset: null }]))
}
