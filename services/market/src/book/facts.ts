// What has to be known to judge orders of one kind: a handful of questions, however many the orders are.
import { kindOfWire, type WireKind } from '@iexec/wire'
import { fromWide, type Wide } from '@iexec/service'
import { sql } from 'kysely'
import type { Address, Hex } from 'viem'
import type { Reader } from '../db/database.ts'
import type { BookOrderTable, ChainOrderTable } from '../db/schema.ts'
import { readApprovers } from './approved.ts'
import { bestPrices, type BestPrices } from './counterpart.ts'
import type { Candidate, Facts } from './judge.ts'
import type { Consumption } from './remaining.ts'
import { NOBODY } from './row.ts'

/** Whose orders are judged, and what only the caller knows. */
export type FactsWanted = {
  readonly kind: WireKind
  readonly candidates: readonly Candidate[]
  /** In lower case. */
  readonly account: Address
  readonly maxOpenOrders: number
  readonly testimonies: Facts['testimonies']
}

/** What is known for the judges, and which of the orders were taken back by their signers. */
export type KnownFacts = Facts & { readonly withdrawn: readonly Hex[] }

/** Reads what is known of the orders and of who is signed in. Each publishing passes here: three statements, four for requests, one more for orders that were approved on chain. */
export async function loadFacts(reader: Reader, wanted: FactsWanted): Promise<KnownFacts> {
  const { kind, candidates, account, maxOpenOrders, testimonies } = wanted
  const orders = await readOrders(
    reader,
    candidates.map(({ hash }) => hash),
  )
  const signables = candidates.map(({ hash, terms }) => ({ ...terms, hash }))
  const signers = await readSigners(reader, signables)
  return {
    account,
    maxOpenOrders,
    testimonies,
    ...orders,
    ...(await readWallet(reader, { kind, account })),
    presigned: await readPresigned(
      reader,
      signables.filter(({ hash }) => orders.approved.has(hash)),
      signers,
    ),
    signers,
    bestPrices: kind === 'requestorder' ? await readBestPrices(reader, candidates) : new Map<Hex, BestPrices>(),
  }
}

type OrderFacts = Pick<KnownFacts, 'booked' | 'withdrawn' | 'consumptions'> & { readonly approved: ReadonlySet<Hex> }

/** `null` where there is no such row. */
type OrderRow = { readonly hash: Hex } & Nullable<Pick<ChainOrderTable, 'consumed' | 'closed' | 'presigned'>> &
  Nullable<Pick<BookOrderTable, 'status' | 'published_at'>> & { readonly withdrawn: Hex | null }
type Nullable<Row> = { readonly [Column in keyof Row]: Row[Column] | null }

async function readOrders(reader: Reader, hashes: readonly Hex[]): Promise<OrderFacts> {
  const { rows } = await sql<OrderRow>`
    with wanted (hash) as (values ${sql.join(hashes.map((hash) => sql`(${hash})`))})
    select wanted.hash, consumed, closed, presigned, status, published_at, withdrawn_order.hash as withdrawn
    from wanted
    left join chain_order on chain_order.hash = wanted.hash
    left join book_order on book_order.hash = wanted.hash
    left join withdrawn_order on withdrawn_order.hash = wanted.hash
  `.execute(reader)
  const consumptions = new Map<Hex, Consumption>()
  const booked = new Map<Hex, Booked>()
  for (const { hash, consumed, closed, status, published_at } of rows) {
    if (consumed !== null) consumptions.set(hash, { consumed: fromWide(consumed), closed: closed === 1 })
    if (status !== null && published_at !== null) booked.set(hash, { status, published_at })
  }
  return {
    consumptions,
    booked,
    approved: new Set(rows.filter(({ presigned }) => presigned === 1).map(({ hash }) => hash)),
    withdrawn: rows.flatMap(({ withdrawn }) => withdrawn ?? []),
  }
}

/** Of orders that were approved on chain, those that were so by who has to sign them. */
async function readPresigned(
  reader: Reader,
  approved: readonly Signable[],
  signers: Facts['signers'],
): Promise<ReadonlySet<Hex>> {
  const approvables = approved.map((order) => {
    return { hash: order.hash, asset: order.kind === 'request' ? NOBODY : order[order.kind] }
  })
  const approvers = await readApprovers(reader, approvables)
  return new Set([...approvers].flatMap(([hash, by]) => (by === null || by === signers.get(hash) ? hash : [])))
}

/** What he has staked, and how many orders of the kind he has in the book. */
async function readWallet(
  reader: Reader,
  { kind, account }: Pick<FactsWanted, 'kind' | 'account'>,
): Promise<Pick<Facts, 'stake' | 'openCount'>> {
  const { rows } = await sql<{ readonly stake: Wide | null; readonly open: number }>`
    select
      (select stake from account where address = ${account}) as stake,
      (select count(*) from book_order where signer = ${account} and kind = ${kindOfWire(kind)} and status = 'open') as open
  `.execute(reader)
  const { stake = null, open = 0 } = rows[0] ?? {}
  return { stake: stake === null ? 0n : fromWide(stake), openCount: open }
}

/** What the chain did to orders; those it has not seen are not in it. */
export async function readChain(reader: Reader, hashes: readonly Hex[]): Promise<ReadonlyMap<Hex, Consumption>> {
  const rows = await reader
    .selectFrom('chain_order')
    .select(['hash', 'consumed', 'closed'])
    .where('hash', 'in', hashes)
    .execute()
  return new Map(
    rows.map(({ hash, consumed, closed }) => [hash, { consumed: fromWide(consumed), closed: closed === 1 }]),
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

/** What of a row decides whether its order may be published again, and as what. */
export type Booked = Pick<BookOrderTable, 'status' | 'published_at'>

/** What stands in the book of some hashes, whatever its status. */
export async function readBooked(reader: Reader, hashes: readonly Hex[]): Promise<ReadonlyMap<Hex, Booked>> {
  const rows = await reader
    .selectFrom('book_order')
    .select(['hash', 'status', 'published_at'])
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
