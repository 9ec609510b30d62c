// To which hub a database belongs.
import type { Address } from 'viem'
import type { KeeperDatabase, KeeperWriter } from './schema.ts'

/** A hub, and the block before which nothing happened on it. */
export type HubFacts = { readonly chainId: number; readonly hub: Address; readonly firstBlock: number }

/**
 * Takes possession of a database that is new.
 *
 * @returns the block at which it begins
 * @throws Error in one sentence when it is another hub's
 * @example
 * const firstBlock = await claimDatabase(database, { chainId: 134, hub, firstBlock: 7 })
 */
export async function claimDatabase(database: KeeperDatabase, { chainId, hub, firstBlock }: HubFacts): Promise<number> {
  const wanted = { chainId: String(chainId), hub: hub.toLowerCase() }
  return database.write(async (writer) => {
    const rows = await writer.selectFrom('about').selectAll().execute()
    const known = new Map(rows.map(({ key, value }) => [key, value]))
    if (known.size === 0) {
      await writeAll(writer, { ...wanted, firstBlock: String(firstBlock) })
      return firstBlock
    }
    if (known.get('chainId') === wanted.chainId && known.get('hub') === wanted.hub) {
      return Number(known.get('firstBlock') ?? firstBlock)
    }
    throw new Error(
      `This database belongs to the hub ${known.get('hub')} on chain ${known.get('chainId')}, not to ${wanted.hub} on chain ${chainId}; give --database another place.`,
    )
  })
}

async function writeAll(writer: KeeperWriter, facts: Readonly<Record<string, string>>): Promise<void> {
  const rows = Object.entries(facts).map(([key, value]) => ({ key, value }))
  await writer.insertInto('about').values(rows).execute()
}
