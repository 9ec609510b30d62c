// The last word on a set of orders: the protocol's own rule, on what the tables know of the chain.
import {
  NO_ADDRESS,
  NO_DATASET_ORDER,
  NO_TAG,
  asInstant,
  asOrderHash,
  matchOrders,
  type Match,
  type MatchOrders,
  type MatchState,
  type OrderStanding,
} from '@iexec/protocol'
import { toSignedOrder, type MatchWish, type OrderItem } from '@iexec/wire'
import { fromWide, type Wide } from '@iexec/service'
import type { Address, Hex } from 'viem'
import { readChain, readStakes } from '../book/facts.ts'
import { UNTOUCHED } from '../book/remaining.ts'
import { toItem, toListItem } from '../book/row.ts'
import type { Reader } from '../db/database.ts'
import type { AssetTable, BookOrderTable } from '../db/schema.ts'
import type { OrderSet } from './cheapest.ts'
import type { Judge } from './judge.ts'
import type { Taken } from './left.ts'
import type { Shelf } from './offers.ts'
import type { Profiles } from './profiles.ts'
import type { Registered } from './registered.ts'
import type { Work } from './work.ts'

/** A set of orders as the wire shows it, with what the protocol's rule says of it. */
export type Confirmed = {
  readonly apporder: OrderItem<'apporder'>
  readonly datasetorder: OrderItem<'datasetorder'> | null
  readonly workerpoolorder: OrderItem<'workerpoolorder'>
  readonly match: Match
}

/** Who asks when nobody is named. Orders that are for somebody are never confirmed for it. */
export const ANYBODY: Address = '0x0000000000000000000000000000000000000001'
/** Who pays: what the payer has is not judged, only told. */
const PAYER: Address = '0x0000000000000000000000000000000000000002'
/** Hash of a request that nobody has signed yet. */
const UNSIGNED = asOrderHash(NO_TAG)
/** More than any wish without a limit can meet. */
const NO_LIMIT = 2n ** 96n - 1n

/** What a set is confirmed with. */
export type Confirmation = {
  readonly reader: Reader
  readonly judge: Judge
  readonly work: Work
  readonly profiles: Profiles
  readonly registered: Registered
  readonly shelf: Shelf
  readonly chainId: number
  readonly wish: MatchWish
  /** What earlier sets of the same wish have taken. */
  readonly taken: Taken
}

/** Reads the orders of a set and puts them before `matchOrders`; `undefined` when one has left the book meanwhile. */
export async function confirmSet(set: OrderSet, deps: Confirmation): Promise<Confirmed | undefined> {
  const { reader, chainId } = deps
  const hashes = [set.app, set.pool, ...(set.dataset === undefined ? [] : [set.dataset])].map(({ hash }) => hash)
  const rows = await reader.selectFrom('book_order').selectAll().where('hash', 'in', hashes).execute()
  const rowOf = (hash: Hex | undefined): BookOrderTable | undefined => rows.find((row) => row.hash === hash)
  const [app, dataset, pool] = [rowOf(set.app.hash), rowOf(set.dataset?.hash), rowOf(set.pool.hash)]
  if (app === undefined || pool === undefined || (set.dataset !== undefined && dataset === undefined)) return undefined

  const [apporder, workerpoolorder] = [toItem<'apporder'>(app, chainId), toItem<'workerpoolorder'>(pool, chainId)]
  const datasetorder = dataset === undefined ? null : toListItem<'datasetorder'>(dataset, chainId)
  const orders: MatchOrders = {
    app: toSignedOrder('apporder', apporder.order),
    dataset: datasetorder === null ? NO_DATASET_ORDER : toSignedOrder('datasetorder', datasetorder.order),
    workerpool: toSignedOrder('workerpoolorder', workerpoolorder.order),
    request: requestOf(deps.wish, set.volume),
  }
  const state = await readState(orders, { app, dataset, workerpool: pool }, deps)
  return { apporder, datasetorder, workerpoolorder, match: matchOrders(orders, state) }
}

/** The request order that the wish would become. */
function requestOf(wish: MatchWish, volume: number): MatchOrders['request'] {
  const requester = wish.requester ?? ANYBODY
  return {
    kind: 'request',
    app: wish.app,
    appmaxprice: limitOf(wish.appmaxprice),
    dataset: wish.dataset ?? NO_ADDRESS,
    datasetmaxprice: limitOf(wish.datasetmaxprice),
    workerpool: wish.workerpool ?? NO_ADDRESS,
    workerpoolmaxprice: limitOf(wish.workerpoolmaxprice),
    requester,
    volume: BigInt(volume),
    tag: wish.tag,
    category: BigInt(wish.category),
    trust: BigInt(wish.trust),
    beneficiary: requester,
    callback: NO_ADDRESS,
    params: '',
    salt: NO_TAG,
  }
}

function limitOf(maxPrice: number | undefined): bigint {
  return maxPrice === undefined ? NO_LIMIT : BigInt(maxPrice)
}

/** The rows of a set by the kinds of orders. */
type SetRows = {
  readonly app: BookOrderTable
  readonly dataset: BookOrderTable | undefined
  readonly workerpool: BookOrderTable
}

async function readState(orders: MatchOrders, rows: SetRows, deps: Confirmation): Promise<MatchState> {
  const { reader, judge, wish, taken } = deps
  const standings = await readStandings(deps, rows)
  const assets = await readAssets(reader, [rows.app.app, rows.workerpool.workerpool, wish.dataset ?? NO_ADDRESS])
  const pool = assets.get(`workerpool ${rows.workerpool.workerpool}`)
  const owner = pool?.owner
  const free = owner === undefined ? 0n : await readStake(reader, owner)
  const spent = owner === undefined ? 0n : (taken.stakes.get(owner) ?? 0n)
  return {
    now: asInstant(0n),
    orders: {
      ...standings,
      request: { hash: UNSIGNED, consumed: 0n, signedBy: orders.request.requester, presignedBy: undefined },
    },
    owners: {
      app: assets.get(`app ${rows.app.app}`)?.owner,
      dataset: assets.get(`dataset ${wish.dataset}`)?.owner,
      workerpool: owner,
    },
    memberships: judge.memberships(),
    categories: await readCategories(reader),
    policy: {
      workerStakeRatio: wide(pool?.worker_stake_ratio),
      schedulerRewardRatio: wide(pool?.scheduler_reward_ratio),
    },
    sponsor: PAYER,
    freeStakes: new Map([
      [PAYER, 2n ** 255n],
      ...(owner === undefined ? [] : [[owner, free > spent ? free - spent : 0n] as const]),
    ]),
    teeBroker: NO_ADDRESS,
  }
}

type Standings = Omit<MatchState['orders'], 'request'>

/** The book has checked the signatures; what the chain did to an order since then stands in its own table. */
async function readStandings(
  { reader, taken }: Confirmation,
  { app, dataset, workerpool }: SetRows,
): Promise<Standings> {
  const hashes = [app, dataset, workerpool].flatMap((row) => (row === undefined ? [] : [row.hash]))
  const chain = await readChain(reader, hashes)
  const standingOf = (row: BookOrderTable | undefined): OrderStanding => {
    if (row === undefined) return { hash: UNSIGNED, consumed: 0n, signedBy: undefined, presignedBy: undefined }
    const { consumed, closed } = chain.get(row.hash) ?? UNTOUCHED
    return {
      hash: asOrderHash(row.hash),
      consumed: closed ? BigInt(row.volume) : consumed + BigInt(taken.tasks.get(row.hash) ?? 0),
      signedBy: row.signer,
      presignedBy: undefined,
    }
  }
  return { app: standingOf(app), dataset: standingOf(dataset), workerpool: standingOf(workerpool) }
}

type AssetFacts = Pick<AssetTable, 'owner' | 'worker_stake_ratio' | 'scheduler_reward_ratio'>

/** By kind and address: the address of an app says nothing of a dataset. */
async function readAssets(reader: Reader, addresses: readonly Address[]): Promise<ReadonlyMap<string, AssetFacts>> {
  const rows = await reader
    .selectFrom('asset')
    .select(['address', 'kind', 'owner', 'worker_stake_ratio', 'scheduler_reward_ratio'])
    .where('address', 'in', addresses)
    .execute()
  return new Map(rows.map((row) => [`${row.kind} ${row.address}`, row]))
}

async function readStake(reader: Reader, account: Address): Promise<bigint> {
  return (await readStakes(reader, [account])).get(account) ?? 0n
}

/** The times of the hub's categories, in seconds; it numbers them from 0 without gaps. */
export async function readCategories(reader: Reader): Promise<readonly bigint[]> {
  const rows = await reader.selectFrom('category').select('work_clock_time_ref').orderBy('id').execute()
  return rows.map((row) => BigInt(row.work_clock_time_ref))
}

function wide(value: Wide | null | undefined): bigint {
  return value === null || value === undefined ? 0n : fromWide(value)
}
