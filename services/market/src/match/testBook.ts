// For the tests of matches: a book of real orders over an empty database, with assets, owners and stakes, and no chain.
import { hashOrder, orderDomain, type Order } from '@iexec/protocol'
import { toWireOrder, wireOfKind } from '@iexec/wire'
import { toWide } from '@iexec/service'
import { concat, createClient, http, type Address, type Client, type Hex } from 'viem'
import { START, accountRow, address, assetRow, categoryRow } from '../../test/rows.ts'
import { lowerCase, termsOf, type WireEntry } from '../book/row.ts'
import type { Database, Writer } from '../db/database.ts'
import type { BookOrderTable } from '../db/schema.ts'
import type { MatchDeps } from './findMatch.ts'

const DOMAIN = orderDomain(134, '0x00000000000000000000000000000000000000ab')
export const APP: Address = address(1)
export const DATASET: Address = address(2)
/** Three workerpools. */
export const POOLS: readonly [Address, Address, Address] = [address(3), address(4), address(5)]
export const REQUESTER: Address = address(1, 'd')
export const STRANGER: Address = address(2, 'd')
const RICH = 10n ** 18n
/** A statement holds only so many values. */
const ROWS_AT_ONCE = 500

/** Who sells: the owner of each asset. */
export const OWNERS: { readonly [asset: Address]: Address } = {
  [APP]: address(1, 'e'),
  [DATASET]: address(2, 'e'),
  [POOLS[0]]: address(3, 'e'),
  [POOLS[1]]: address(4, 'e'),
  [POOLS[2]]: address(5, 'e'),
}

/** What stands in the database. */
export type Shelf = {
  readonly orders: readonly Order<'app' | 'dataset' | 'workerpool'>[]
  /** nRLC by account; the owners of workerpools have plenty when nothing is said. */
  readonly stakes?: { readonly [account: Address]: bigint }
}

/** Puts assets, five categories, stakes and open orders into a database. */
export async function fillBook(database: Database, { orders, stakes = {} }: Shelf): Promise<void> {
  await database.write(async (writer) => {
    await insertAssets(writer)
    const owners = POOLS.map((pool) => OWNERS[pool] ?? pool)
    const rows = [...new Set([...owners, ...(Object.keys(stakes) as Address[])])].map((account) =>
      accountRow({ address: account, stake: toWide(stakes[account] ?? RICH) }),
    )
    await writer.insertInto('account').values(rows).execute()
    for (let n = 0; n < orders.length; n += ROWS_AT_ONCE) {
      const some = orders.slice(n, n + ROWS_AT_ONCE)
      await writer.insertInto('book_order').values(some.map(toRow)).execute()
    }
  })
}

async function insertAssets(writer: Writer): Promise<void> {
  const kinds = { [APP]: 'app', [DATASET]: 'dataset' } as const
  const rows = Object.entries(OWNERS).map(([asset, owner]) =>
    assetRow({ address: asset as Address, kind: kinds[asset as Address] ?? 'workerpool', owner }),
  )
  await writer.insertInto('asset').values(rows).execute()
  const categories = [300, 60, 3600, 400, 9000].map((time, id) => categoryRow({ id, work_clock_time_ref: time }))
  await writer.insertInto('category').values(categories).execute()
}

/** The row of an open order that its asset's owner published. */
function toRow(order: Order<'app' | 'dataset' | 'workerpool'>): BookOrderTable {
  const wire = toWireOrder({ ...order, sign: '0x' })
  if (wire === undefined) throw new Error('A number is too large for the wire.')
  const terms = termsOf({ kind: wireOfKind(order.kind), order: wire } as WireEntry)
  const asset = terms[order.kind]
  return {
    ...terms,
    hash: hashOf(order),
    signer: OWNERS[asset] ?? asset,
    remaining: terms.volume,
    status: 'open',
    status_block: null,
    published_at: START * 1000,
    broadcast_block: null,
  }
}

/** The hash under which the book knows an order. */
export function hashOf(order: Order): Hex {
  return lowerCase(hashOrder(order, DOMAIN))
}

/** A market over the database whose chain nobody answers for, unless a client is given. */
export function marketOf(database: Database, client: Client = NOBODY_ANSWERS): MatchDeps {
  return { chainId: 134, read: database.read, client, now: () => START * 1000 }
}

// Port 1: nobody listens there.
const NOBODY_ANSWERS = createClient({ transport: http('http://127.0.0.1:1', { retryCount: 0 }) })

/** Code of a group whose members never change: the ERC-734 question for purpose 4, and nothing else. */
export function groupCode(members: readonly Address[]): Hex {
  const isMember = members.map((member): Hex => concat(['0x73', member, '0x6004351417']))
  return concat(['0x6000', ...isMember, '0x600460243514', '0x16', '0x60005260206000f3'])
}
