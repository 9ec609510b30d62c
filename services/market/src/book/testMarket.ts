// For the tests of the book: a market over an empty database, people with keys, and orders that they really sign.
import { accountOf } from '@iexec/chain/test/anvil'
import { hashOrder, orderDomain, orderTypedData, type Order, type OrderDomain } from '@iexec/protocol'
import { toSignedOrder, type WireKind, type WireOrder } from '@iexec/wire'
import { toWide, type Engine } from '@iexec/service'
import { createClient, http, type Address, type Hex } from 'viem'
import { onTestFinished } from 'vitest'
import { openTestDatabase } from '../../test/database.ts'
import { START, accountRow, assetRow, eventRow, hash } from '../../test/rows.ts'
import type { Database } from '../db/database.ts'
import type { AssetKind, BookOrderTable, ChainOrderTable } from '../db/schema.ts'
import { openBus, type Bus, type MarketMessage } from '../live/bus.ts'
import type { Market } from '../market.ts'
import { NOBODY, termsOf, type WireEntry } from './row.ts'

/** A market over an empty database. No node answers it; of its index it only knows how often somebody waited. */
export type TestBook = {
  readonly market: Market
  readonly database: Database
  /** What was announced so far, oldest first. */
  readonly announced: MarketMessage[]
  /** What the index does while somebody waits for it. */
  readonly onCaughtUp: (() => Promise<void>)[]
}

const DOMAIN: OrderDomain = orderDomain(31_337, '0x00000000000000000000000000000000000000ab')
export const NO_TAG: Hex = `0x${'0'.repeat(64)}`
export const TEE_TAG: Hex = `0x${'1'.padStart(64, '0')}`
/** When everything is published. */
export const NOW: number = START * 1000

/** A market whose database is gone after the test. */
export async function openTestBook(engine: Engine, changes: Partial<Market> = {}): Promise<TestBook> {
  const database = await openTestDatabase(engine)
  const bus = await openBus(database)
  onTestFinished(bus.close)
  const announced: MarketMessage[] = []
  const write: Bus['write'] = async (work) => {
    const messages: MarketMessage[] = []
    const answer = await bus.write(async (writer, announce) =>
      work(writer, (message) => {
        messages.push(message)
        announce(message)
      }),
    )
    announced.push(...messages)
    return answer
  }
  const onCaughtUp: (() => Promise<void>)[] = []
  const market: Market = {
    chainId: DOMAIN.chainId,
    contracts: { hub: DOMAIN.verifyingContract, registries: { app: [], dataset: [], workerpool: [] } },
    domain: DOMAIN,
    // Port 1: nobody listens there.
    client: createClient({ transport: http('http://127.0.0.1:1', { retryCount: 0 }) }),
    read: database.read,
    bus: { ...bus, write },
    indexer: {
      status: () => ({ role: 'indexing', state: 'live', reason: undefined, since: NOW, head: 1, indexed: 1 }),
      caughtUp: async () => onCaughtUp.shift()?.(),
    },
    settings: { maxOpenOrdersPerWallet: 50, challengeLifetimeMs: 1 },
    now: () => NOW,
    ...changes,
  }
  return { market, database, announced, onCaughtUp }
}

/** Address of the person of a number. */
export function person(n: number): Address {
  return accountOf(n).address
}

let salts = 0

const FREE = { volume: 10, tag: NO_TAG }
const OPEN = { workerpoolrestrict: NOBODY, requesterrestrict: NOBODY }

type Unsigned<K extends WireKind> = Omit<WireOrder<K>, 'sign'>

/** An app order of price 5 and volume 10, without restrictions. */
export function appOrder(app: Address, fields: Partial<Unsigned<'apporder'>> = {}): Unsigned<'apporder'> {
  return { app, appprice: 5, ...FREE, datasetrestrict: NOBODY, ...OPEN, salt: nextSalt(), ...fields }
}

/** A dataset order of price 3 and volume 10, without restrictions. */
export function datasetOrder(
  dataset: Address,
  fields: Partial<Unsigned<'datasetorder'>> = {},
): Unsigned<'datasetorder'> {
  return { dataset, datasetprice: 3, ...FREE, apprestrict: NOBODY, ...OPEN, salt: nextSalt(), ...fields }
}

/** A workerpool order of price 10 and volume 10, without restrictions. */
export function workerpoolOrder(
  workerpool: Address,
  fields: Partial<Unsigned<'workerpoolorder'>> = {},
): Unsigned<'workerpoolorder'> {
  const { requesterrestrict } = OPEN
  const terms = { workerpoolprice: 10, ...FREE, category: 0, trust: 1 }
  const restrictions = { apprestrict: NOBODY, datasetrestrict: NOBODY, requesterrestrict }
  return { workerpool, ...terms, ...restrictions, salt: nextSalt(), ...fields }
}

/** A request of 10 tasks that pays 5 for the app and 10 for the workerpool, and wants no dataset. */
export function requestOrder(
  named: { readonly app: Address; readonly requester: Address },
  fields: Partial<Unsigned<'requestorder'>> = {},
): Unsigned<'requestorder'> {
  const { app, requester } = named
  return {
    app,
    appmaxprice: 5,
    dataset: NOBODY,
    datasetmaxprice: 0,
    workerpool: NOBODY,
    workerpoolmaxprice: 10,
    requester,
    ...FREE,
    category: 0,
    trust: 1,
    beneficiary: requester,
    callback: NOBODY,
    params: '{"iexec_args":"hello"}',
    salt: nextSalt(),
    ...fields,
  }
}

function nextSalt(): Hex {
  salts += 1
  return `0x${salts.toString(16).padStart(64, '0')}`
}

/** The order with a signature of a person. */
export async function sign<K extends WireKind>(
  kind: K,
  order: Unsigned<K>,
  { by }: { readonly by: number },
): Promise<WireOrder<K>> {
  const signature = await accountOf(by).signTypedData(orderTypedData(toOrder(kind, order), DOMAIN))
  return { ...order, sign: signature } as unknown as WireOrder<K>
}

/** The hash of an order. */
export function hashOf<K extends WireKind>(kind: K, order: Unsigned<K>): Hex {
  return hashOrder(toOrder(kind, order), DOMAIN)
}

function toOrder<K extends WireKind>(kind: K, order: Unsigned<K>): Order {
  return toSignedOrder(kind, { ...order, sign: '0x' } as unknown as WireOrder<K>) as unknown as Order
}

/** The row that an order has once it is published. */
export function rowOf<K extends WireKind>(
  kind: K,
  order: Unsigned<K>,
  fields: Pick<BookOrderTable, 'signer'> & Partial<BookOrderTable>,
): BookOrderTable {
  const terms = termsOf({ kind, order: { ...order, sign: '0x' } } as unknown as WireEntry)
  return {
    ...terms,
    hash: hashOf(kind, order),
    remaining: terms.volume,
    status: 'open',
    status_block: null,
    published_at: NOW - 1000,
    broadcast_block: null,
    ...fields,
    signer: fields.signer.toLowerCase() as Address,
  }
}

/** Puts rows into the book. */
export async function seedBook(database: Database, rows: readonly BookOrderTable[]): Promise<void> {
  for (let from = 0; from < rows.length; from += 500) {
    const some = rows.slice(from, from + 500)
    await database.write(async (writer) => writer.insertInto('book_order').values(some).execute())
  }
}

/** Registers an asset. */
export async function seedAsset(
  database: Database,
  asset: {
    readonly kind: AssetKind
    readonly address: Address
    readonly owner: Address
    readonly transferred?: boolean
  },
): Promise<void> {
  const row = assetRow({
    kind: asset.kind,
    address: lower(asset.address),
    owner: lower(asset.owner),
  })
  await database.write(async (writer) => writer.insertInto('asset').values(row).execute())
}

/** Gives somebody a free stake. */
export async function seedStake(database: Database, account: Address, stake: bigint): Promise<void> {
  const row = accountRow({ address: lower(account), stake: toWide(stake) })
  await database.write(async (writer) =>
    writer
      .insertInto('account')
      .values(row)
      .onConflict((conflict) => conflict.column('address').doUpdateSet({ stake: row.stake }))
      .execute(),
  )
}

/** Lets the chain know an order. */
export async function seedChainOrder(
  database: Database,
  order: { readonly hash: Hex; readonly consumed?: bigint; readonly closed?: boolean },
): Promise<void> {
  const row: ChainOrderTable = {
    hash: order.hash,
    kind: 'app',
    asset: null,
    consumed: toWide(order.consumed ?? 0n),
    closed: order.closed === true ? 1 : 0,
    presigned: 0,
    broadcast: null,
    price: null,
    block: 1,
  }
  await database.write(async (writer) =>
    writer
      .insertInto('chain_order')
      .values(row)
      .onConflict((conflict) => conflict.column('hash').doUpdateSet({ consumed: row.consumed, closed: row.closed }))
      .execute(),
  )
}

/** Its owner of that moment approves an app order on chain, or a requester his request. */
export async function seedApproval(
  database: Database,
  order: { readonly kind?: 'app' | 'request'; readonly hash: Hex; readonly block?: number },
): Promise<void> {
  const { kind = 'app', block = 1 } = order
  const event = { kind: kind === 'app' ? 'SignedAppOrder' : 'SignedRequestOrder', block, log_index: 0 } as const
  await seedChainOrder(database, order)
  await database.write(async (writer) => {
    await writer.updateTable('chain_order').set({ kind, presigned: 1 }).where('hash', '=', order.hash).execute()
    await writer
      .insertInto('event')
      .values(eventRow({ ...event, order_hash: order.hash }))
      .execute()
  })
}

/** An app changes hands. */
export async function seedHanding(
  database: Database,
  app: Address,
  { from, to, block }: { readonly from: Address; readonly to: Address; readonly block: number },
): Promise<void> {
  const [asset, account, counterparty] = [lower(app), lower(from), lower(to)]
  const event = eventRow({ kind: 'AppTransfer', block, log_index: 0, asset, account, counterparty })
  const change = { owner: counterparty, transferred_at: event.timestamp }
  await database.write(async (writer) => {
    await writer.insertInto('event').values(event).execute()
    await writer.updateTable('asset').set(change).where('address', '=', asset).execute()
  })
}

/** The statuses in the book by hash. */
export async function statuses(database: Database): Promise<ReadonlyMap<Hex, string>> {
  const rows = await database.read.selectFrom('book_order').select(['hash', 'status']).execute()
  return new Map(rows.map((row) => [row.hash, row.status]))
}

/** An asset of a number; the letter keeps kinds apart. */
export function assetAddress(n: number): Address {
  return `0x${hash(n).slice(-40)}`
}

function lower(address: Address): Address {
  return address.toLowerCase() as Address
}
