// The directory of workerpools' APIs: whoever owns a pool says where its API is, under his signature.
import { getAddress, type Address } from 'viem'
import {
  hashPoolEndpoint,
  pagedAnswer,
  type Page,
  type Paged,
  type PoolEndpointBody,
  type PoolEndpointItem,
  type Refusal,
} from '@iexec/wire'
import { fromWide, toWide, type Wide } from '@iexec/service'
import type { Reader, Writer } from '../db/database.ts'
import type { PoolEndpointTable } from '../db/schema.ts'
import type { Market } from '../market.ts'
import { isSignedBy } from './signature.ts'

/** An owner whose word held for ever could never give another. */
const LONGEST_MS = 10 * 366 * 24 * 3600 * 1000

/** A signed endpoint for a pool; the address in lower case. */
export type EndpointWish = PoolEndpointBody & { readonly workerpool: Address }

/** What became of it. */
export type StoredEndpoint = { readonly endpoint: PoolEndpointItem } | Refusal

/**
 * Stores where the API of a workerpool is, when its owner signed it and nothing newer of the same owner is known.
 *
 * Of two endpoints of one owner with the same end, the one with the smaller hash holds: so all markets come to tell the same, in
 * whatever order they hear of them.
 */
export async function storeEndpoint(market: Market, wish: EndpointWish): Promise<StoredEndpoint> {
  if (wish.validUntil * 1000 <= market.now()) return refuse(`validUntil ${wish.validUntil} is in the past`)
  if (wish.validUntil * 1000 > market.now() + LONGEST_MS) {
    return refuse(`validUntil ${wish.validUntil} is more than ten years ahead`)
  }
  const hash = hashPoolEndpoint(wish, market.chainId)
  // Another owner, or none, may only mean that the index is a moment behind.
  const owner =
    (await signingOwner(market, wish, hash)) ??
    (await market.indexer.caughtUp(), await signingOwner(market, wish, hash))
  if (owner === undefined) return { ok: false, status: 404, error: 'workerpool not found' }
  if (owner === 'other') return refuse("signature is not that of the workerpool's owner")
  return market.bus.write(async (writer) => {
    const asset = await writer
      .selectFrom('asset')
      .select('owner')
      .where('address', '=', wish.workerpool)
      .executeTakeFirst()
    // The pool was sold in between.
    if (asset?.owner !== owner) return refuse("signature is not that of the workerpool's owner")
    const known = await knownEndpoints(writer)
      .where('pool_endpoint.workerpool', '=', wish.workerpool)
      .executeTakeFirst()
    if (known !== undefined) {
      const item = toItem(known)
      if (hashPoolEndpoint(item, market.chainId) === hash) return { endpoint: item }
      const reason = whyKept(item, { ...wish, chainId: market.chainId })
      if (reason !== undefined) return refuse(reason)
    }
    const row: PoolEndpointTable = {
      workerpool: wish.workerpool,
      api_url: wish.apiUrl,
      valid_until: toWide(BigInt(wish.validUntil)),
      signature: wish.signature,
      signer: owner,
    }
    await keep(writer, row, secondsOf(market))
    return { endpoint: toItem(row) }
  })
}

/** Why the endpoint that is known holds, and not the one that is wished; `undefined` when it does not. */
function whyKept(
  known: PoolEndpointItem,
  { chainId, ...wish }: EndpointWish & { readonly chainId: number },
): string | undefined {
  if (known.validUntil !== wish.validUntil) {
    return known.validUntil < wish.validUntil
      ? undefined
      : `an endpoint that is valid until ${known.validUntil} is published already`
  }
  if (hashPoolEndpoint(wish, chainId) < hashPoolEndpoint(known, chainId)) return undefined
  return `another endpoint that is valid until ${known.validUntil} is published already; a later validUntil replaces it`
}

/** A former owner's last word stays as long as it would hold: should the pool come back to him, no older one can be replayed. */
async function keep(writer: Writer, row: PoolEndpointTable, now: Wide): Promise<void> {
  await writer
    .deleteFrom('pool_endpoint')
    .where('workerpool', '=', row.workerpool)
    .where((eb) => eb.or([eb('valid_until', '<=', now), eb('signer', '=', row.signer)]))
    .execute()
  await writer.insertInto('pool_endpoint').values(row).execute()
}

/** Where the API of a workerpool is; `undefined` when its present owner has not said so, or only until now. */
export async function findEndpoint(market: Market, workerpool: Address): Promise<PoolEndpointItem | undefined> {
  const row = await validEndpoints(market).where('pool_endpoint.workerpool', '=', workerpool).executeTakeFirst()
  return row === undefined ? undefined : toItem(row)
}

/** All endpoints that hold now, for other markets to copy. */
export async function listEndpoints(
  market: Market,
  page: Page,
): Promise<Paged & { readonly workerpools: readonly PoolEndpointItem[] }> {
  const { count } = await market.read
    .selectFrom(validEndpoints(market).as('valid'))
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  const rows = await validEndpoints(market)
    .orderBy('pool_endpoint.workerpool')
    .limit(page.limit)
    .offset(page.skip)
    .execute()
  return { workerpools: rows.map(toItem), ...pagedAnswer({ count, rows: rows.length, page }) }
}

/** What the present owners told: what a former owner told ended with his ownership. */
const knownEndpoints = (reader: Reader) =>
  reader
    .selectFrom('pool_endpoint')
    .innerJoin('asset', (join) =>
      join.onRef('asset.address', '=', 'pool_endpoint.workerpool').onRef('asset.owner', '=', 'pool_endpoint.signer'),
    )
    .selectAll('pool_endpoint')

const validEndpoints = (market: Market) => knownEndpoints(market.read).where('valid_until', '>', secondsOf(market))

function secondsOf({ now }: Market): Wide {
  return toWide(BigInt(Math.floor(now() / 1000)))
}

/** The owner, when he signed; `other` when somebody else did; `undefined` when there is no such workerpool. */
async function signingOwner(
  market: Market,
  { workerpool, signature }: EndpointWish,
  hash: `0x${string}`,
): Promise<Address | 'other' | undefined> {
  const pool = await market.read
    .selectFrom('asset')
    .select('owner')
    .where('address', '=', workerpool)
    .where('kind', '=', 'workerpool')
    .executeTakeFirst()
  if (pool === undefined) return undefined
  return (await isSignedBy(market.client, { hash, signature, address: pool.owner })) ? pool.owner : 'other'
}

function refuse(error: string): Refusal {
  return { ok: false, status: 403, error }
}

function toItem({ workerpool, api_url, valid_until, signature, signer }: PoolEndpointTable): PoolEndpointItem {
  return {
    workerpool: getAddress(workerpool),
    apiUrl: api_url,
    validUntil: Number(fromWide(valid_until)),
    signature,
    owner: getAddress(signer),
  }
}
