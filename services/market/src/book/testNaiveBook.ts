// For the tests of the book: a second, naive reading of its rules, and random chains to read.
import * as fc from 'fast-check'
import type { Address, Hex } from 'viem'
import { NOBODY, START } from '../../test/rows.ts'
import type { Database } from '../db/database.ts'
import type { AssetKind, BookOrderTable } from '../db/schema.ts'
import { recheckBook } from './recheck.ts'
import {
  appOrder,
  assetAddress,
  datasetOrder,
  person,
  requestOrder,
  rowOf,
  seedAsset,
  seedChainOrder,
  seedStake,
  NO_TAG,
  TEE_TAG,
  workerpoolOrder,
  type TestBook,
} from './testMarket.ts'
import { type Touched } from './touched.ts'

/** Numbers of the assets of each kind. */
export const ASSETS: { readonly [Kind in AssetKind]: readonly number[] } = {
  app: [1, 2],
  dataset: [3, 4],
  workerpool: [5, 6],
}
/** Everybody. */
export const WALLETS: readonly Address[] = [1, 2].map((n) => person(n).toLowerCase() as Address)
const wallet = fc.constantFrom(...WALLETS)
const anyWallet = fc.constantFrom(NOBODY, NOBODY, ...WALLETS)
const ofKind = (kind: AssetKind): fc.Arbitrary<Address> => fc.constantFrom(...ASSETS[kind].map((n) => assetAddress(n)))
const orNobody = (kind: AssetKind): fc.Arbitrary<Address> => fc.oneof(fc.constant(NOBODY), ofKind(kind))
const tag = fc.constantFrom(NO_TAG, TEE_TAG)
const price = fc.nat(4)
const volume = fc.integer({ min: 1, max: 4 })

const apps = fc.record({
  app: ofKind('app'),
  appprice: price,
  volume,
  tag,
  datasetrestrict: orNobody('dataset'),
  requesterrestrict: anyWallet,
})
const datasets = fc.record({ dataset: ofKind('dataset'), datasetprice: price, volume, apprestrict: orNobody('app') })
const pools = fc.record({ workerpool: ofKind('workerpool'), workerpoolprice: fc.constantFrom(3, 4, 10, 20), volume })
const requests = fc.record({
  app: ofKind('app'),
  appmaxprice: price,
  dataset: orNobody('dataset'),
  datasetmaxprice: price,
  volume,
  tag,
  requester: wallet,
})

/** Everything that the chain says and the book depends on. */
export type Chain = {
  readonly owners: ReadonlyMap<Address, Address>
  readonly stakes: ReadonlyMap<Address, number>
  readonly consumed: ReadonlyMap<Hex, number>
  readonly closed: ReadonlySet<Hex>
}

/** One thing that the chain does. */
export type Change =
  | { readonly do: 'consume'; readonly order: number; readonly by: number }
  | { readonly do: 'close'; readonly order: number }
  | { readonly do: 'stake'; readonly who: Address; readonly stake: number }
  | { readonly do: 'sell'; readonly asset: Address; readonly to: Address }
  | { readonly do: 'broadcast'; readonly order: number }

/** Anything that the chain may do. */
export const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ do: fc.constant('consume' as const), order: fc.nat(), by: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ do: fc.constant('close' as const), order: fc.nat() }),
  fc.record({ do: fc.constant('stake' as const), who: wallet, stake: fc.nat(60) }),
  fc.record({
    do: fc.constant('sell' as const),
    asset: fc.oneof(ofKind('app'), ofKind('dataset'), ofKind('workerpool')),
    to: wallet,
  }),
  fc.record({ do: fc.constant('broadcast' as const), order: fc.nat() }),
)

/** Rows of orders of all kinds. */
export const orders: fc.Arbitrary<readonly BookOrderTable[]> = fc
  .tuple(
    fc.array(apps, { minLength: 2, maxLength: 6 }),
    fc.array(datasets, { maxLength: 4 }),
    fc.array(pools, { maxLength: 4 }),
    fc.array(requests, { minLength: 3, maxLength: 12 }),
  )
  .chain(([app, dataset, pool, request]) =>
    fc.infiniteStream(fc.boolean()).map((coins) => {
      const signer = (): Address => (coins.next().value === true ? WALLETS[0] : WALLETS[1]) ?? NOBODY
      return [
        ...app.map((fields) => rowOf('apporder', appOrder(fields.app, fields), { signer: signer() })),
        ...dataset.map((fields) => rowOf('datasetorder', datasetOrder(fields.dataset, fields), { signer: signer() })),
        ...pool.map((fields) =>
          rowOf('workerpoolorder', workerpoolOrder(fields.workerpool, fields), { signer: signer() }),
        ),
        ...request.map((fields) =>
          rowOf('requestorder', requestOrder(fields, { ...fields, workerpoolmaxprice: 2 }), {
            signer: fields.requester,
          }),
        ),
      ]
    }),
  )

function stakeNeeded(row: BookOrderTable, remaining: number): number {
  if (row.kind === 'workerpool') return Math.floor((row.price * 30) / 100) * remaining
  return row.kind === 'request' ? ((row.app_max_price ?? 0) + (row.dataset_max_price ?? 0) + row.price) * remaining : 0
}

function left(row: BookOrderTable, chain: Chain): number {
  return chain.closed.has(row.hash) ? 0 : Math.max(0, row.volume - (chain.consumed.get(row.hash) ?? 0))
}

function isCovered(row: BookOrderTable, chain: Chain): boolean {
  return (chain.stakes.get(row.signer) ?? 0) >= stakeNeeded(row, left(row, chain))
}

function isOwned(row: BookOrderTable, chain: Chain): boolean {
  return row.kind === 'request' || chain.owners.get(row[row.kind]) === row.signer
}

function letsIn(restriction: Address, who: Address): boolean {
  return restriction === NOBODY || restriction === who
}

function isMatched(request: BookOrderTable, open: readonly BookOrderTable[]): boolean {
  const app = open.some(
    (row) =>
      row.kind === 'app' &&
      row.app === request.app &&
      row.price <= (request.app_max_price ?? 0) &&
      letsIn(row.dataset, request.dataset) &&
      letsIn(row.requester, request.requester) &&
      (request.tag !== TEE_TAG || row.tag === TEE_TAG),
  )
  const dataset = open.some(
    (row) =>
      row.kind === 'dataset' &&
      row.dataset === request.dataset &&
      row.price <= (request.dataset_max_price ?? 0) &&
      letsIn(row.app, request.app),
  )
  return app && (request.dataset === NOBODY || dataset)
}

/** The open orders that stay, and the broadcast ones that come. A closed, consumed, sold or uncovered one never returns by itself. */
export function next(
  open: readonly BookOrderTable[],
  chain: Chain,
  broadcast: readonly BookOrderTable[],
): readonly BookOrderTable[] {
  const holds = (row: BookOrderTable): boolean => left(row, chain) > 0 && isCovered(row, chain) && isOwned(row, chain)
  const come = broadcast.filter((row) => holds(row) && !open.some(({ hash }) => hash === row.hash))
  const sellers = [...open.filter(holds), ...come].filter(({ kind }) => kind !== 'request')
  const asks = [...open.filter(holds), ...come].filter(({ kind }) => kind === 'request')
  return [...sellers, ...asks.filter((row) => isMatched(row, sellers))]
}

/** What changes make of the chain, what they touch, and what they broadcast. */
export function apply(
  chain: Chain,
  changes: readonly Change[],
  rows: readonly BookOrderTable[],
): { readonly chain: Chain; readonly touched: Touched; readonly broadcast: readonly BookOrderTable[] } {
  const [owners, stakes, consumed, closed] = [
    new Map(chain.owners),
    new Map(chain.stakes),
    new Map(chain.consumed),
    new Set(chain.closed),
  ]
  const [hashes, accounts, assets] = [new Set<Hex>(), new Set<Address>(), new Set<Address>()]
  const broadcast: BookOrderTable[] = []
  for (const one of changes) {
    const row = 'order' in one ? rows[one.order % rows.length] : undefined
    if (one.do === 'stake') {
      stakes.set(one.who, one.stake)
      accounts.add(one.who)
    } else if (one.do === 'sell') {
      owners.set(one.asset, one.to)
      assets.add(one.asset)
    } else if (row !== undefined && one.do === 'broadcast') broadcast.push(row)
    else if (row !== undefined) {
      if (one.do === 'close') closed.add(row.hash)
      if (one.do === 'consume') consumed.set(row.hash, (consumed.get(row.hash) ?? 0) + one.by)
      hashes.add(row.hash)
    }
  }
  const broadcasts = broadcast.map(({ kind, body, hash, signer }) => ({ kind, body, hash, signer, timestamp: START }))
  return {
    chain: { owners, stakes, consumed, closed },
    broadcast,
    touched: { orders: hashes, accounts, assets, broadcasts, undone: false },
  }
}

/** Makes the tables say what the chain says. */
export async function writeChain(database: Database, chain: Chain): Promise<void> {
  await database.write(async (writer) => {
    for (const table of ['asset', 'account', 'chain_order'] as const) await writer.deleteFrom(table).execute()
  })
  for (const kind of ['app', 'dataset', 'workerpool'] as const) {
    for (const n of ASSETS[kind])
      await seedAsset(database, { kind, address: assetAddress(n), owner: chain.owners.get(assetAddress(n)) ?? NOBODY })
  }
  for (const [who, stake] of chain.stakes) await seedStake(database, who, BigInt(stake))
  for (const hash of new Set([...chain.consumed.keys(), ...chain.closed])) {
    await seedChainOrder(database, {
      hash,
      consumed: BigInt(chain.consumed.get(hash) ?? 0),
      closed: chain.closed.has(hash),
    })
  }
}

/** The open orders of the book, each with what is left of it. */
export async function openOrders(database: Database): Promise<readonly string[]> {
  const rows = await database.read
    .selectFrom('book_order')
    .select(['hash', 'remaining'])
    .where('status', '=', 'open')
    .execute()
  return rows.map(({ hash, remaining }) => `${hash} ${remaining}`).toSorted()
}

/** Orders as `openOrders` shows them. */
export function shown(open: readonly BookOrderTable[], chain: Chain): readonly string[] {
  return open.map((row) => `${row.hash} ${left(row, chain)}`).toSorted()
}

/** Rechecks the book as of a block. */
export async function recheck({ market }: TestBook, touched: Touched, block: number): Promise<void> {
  await market.bus.write(async (writer, announce) => recheckBook(writer, touched, { block, announce }))
}
