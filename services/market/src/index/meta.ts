// What a database says of itself: to which market it belongs, and how far back its blocks can be undone.
import type { Address } from 'viem'
import type { Reader, Writer } from '../db/database.ts'
import type { MarketContracts } from '../market.ts'

/** The market that a database is for. */
export type Belonging = {
  readonly chainId: number
  readonly contracts: MarketContracts
  /** No event of the market is in an earlier block. */
  readonly firstBlock: number
}

/** The database is of another market, or begins too late. */
export class ForeignDatabase extends Error {
  override readonly name: string = 'ForeignDatabase'
}

/**
 * Takes possession of an empty database. While nothing is indexed, it may still begin earlier.
 *
 * @returns the block at which it begins, which is the lowest that anybody has asked for
 * @throws ForeignDatabase when it is already another market's, or lacks its first blocks
 * @example
 * await claimDatabase(writer, { chainId: 134, contracts, firstBlock: 7 }) // 5, when another process claimed it from 5
 */
export async function claimDatabase(writer: Writer, { chainId, contracts, firstBlock }: Belonging): Promise<number> {
  const hub = contracts.hub.toLowerCase()
  await writeMeta(writer, REGISTRIES, JSON.stringify(contracts.registries))
  const [ownChain, ownHub, ownFirst] = [
    await readMeta(writer, 'chainId'),
    await readMeta(writer, 'hub'),
    await readFirstBlock(writer),
  ]
  if (ownChain === undefined || ownHub === undefined || ownFirst === undefined) {
    await writeMeta(writer, 'chainId', String(chainId))
    await writeMeta(writer, 'hub', hub)
    await writeMeta(writer, FIRST_BLOCK, String(firstBlock))
    return firstBlock
  }
  if (ownChain !== String(chainId) || ownHub !== hub) {
    throw new ForeignDatabase(
      `This database belongs to the hub ${ownHub} on chain ${ownChain}, not to ${hub} on chain ${chainId}.`,
    )
  }
  if (ownFirst <= firstBlock) return ownFirst
  if (!(await isEmpty(writer))) {
    throw new ForeignDatabase(
      `This database begins at block ${ownFirst}, but the market begins at block ${firstBlock}: it lacks what happened before, for good. Give --database a new place; the index is built anew there.`,
    )
  }
  await writeMeta(writer, FIRST_BLOCK, String(firstBlock))
  return firstBlock
}

/** The block at which a database begins; `undefined` when nobody has taken possession of it. */
export async function readFirstBlock(reader: Reader): Promise<number | undefined> {
  const known = await readMeta(reader, FIRST_BLOCK)
  return known === undefined ? undefined : Number(known)
}

async function isEmpty(reader: Reader): Promise<boolean> {
  return (await reader.selectFrom('block').select('number').limit(1).executeTakeFirst()) === undefined
}

const REGISTRIES = 'registries'
const FIRST_BLOCK = 'fromBlock'

/**
 * What the facts of a database say of whose it is; `undefined` when nobody has taken possession of it.
 *
 * @example
 * readClaim(new Map([['chainId', '134'], ['hub', '0x…'], ['registries', '{…}'], ['fromBlock', '7']]))?.chainId // 134
 */
export function readClaim(facts: ReadonlyMap<string, string>): Belonging | undefined {
  const [chainId, hub, firstBlock] = [facts.get('chainId'), facts.get('hub'), facts.get(FIRST_BLOCK)]
  const registries = facts.get(REGISTRIES)
  if (chainId === undefined || hub === undefined || firstBlock === undefined || registries === undefined)
    return undefined
  const contracts = { hub: hub as Address, registries: JSON.parse(registries) as MarketContracts['registries'] }
  return { chainId: Number(chainId), contracts, firstBlock: Number(firstBlock) }
}

/** Reads a fact. */
export async function readMeta(reader: Reader, key: string): Promise<string | undefined> {
  const row = await reader.selectFrom('meta').select('value').where('key', '=', key).executeTakeFirst()
  return row?.value
}

/** Sets a fact. */
export async function writeMeta(writer: Writer, key: string, value: string): Promise<void> {
  await writer
    .insertInto('meta')
    .values({ key, value })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
    .execute()
}
