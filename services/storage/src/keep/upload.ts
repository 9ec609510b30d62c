// Bringing files: each block is claimed in the database before its bytes are written, and nothing is seen before all are on the disk.
import { randomUUID } from 'node:crypto'
import type { CID } from 'multiformats/cid'
import { sql } from 'kysely'
import type { Database, Writer } from '@iexec/service'
import type { Blocks } from '../blocks/blocks.ts'
import type { BlockHash } from '../blocks/hash.ts'
import type { TakeBlock } from '../content/importFiles.ts'
import { dropHolding } from './drop.ts'
import { requireRoom, requireShare } from './room.ts'
import type { HoldingKind, HoldingState, Tables } from './schema.ts'

/** Where things are kept, and how much of them. */
export type Shelf = {
  readonly database: Database<Tables>
  readonly blocks: Blocks
  /** Bytes of all blocks together. */
  readonly quotaBytes: number
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Name of this process, by which the next one finds what it leaves when it is killed. */
  readonly process: string
  /** Uploads that ended badly, and could not be forgotten at once: the next sweep does. */
  readonly abandoned: Set<string>
}

/** Whose files are coming, and how much he may have here in all. */
export type Uploader = {
  readonly kind: HoldingKind
  readonly owner: string
  readonly quotaBytes: number
}

/** Files that are coming. Exactly one of `finish` and `abandon` ends it. */
export type Upload = {
  readonly id: string
  /** Keeps one block. @throws NoRoom */
  readonly take: TakeBlock
  /** Makes the files last, and shows them unless they are hidden. Returns the holding that they are in. */
  readonly finish: (ending: Ending) => Promise<string>
  /** Forgets all of it; blocks that nobody else holds are removed by the next sweep. */
  readonly abandon: () => Promise<void>
}

/** What came, and until when it is kept. */
export type Ending = {
  readonly root: CID
  readonly state: Exclude<HoldingState, 'loading'>
  /** Milliseconds since 1970; `undefined`: for ever. */
  readonly keepUntil: number | undefined
  /** Runs in the same transaction. */
  readonly also?: (writer: Writer<Tables>, holding: string) => Promise<void>
}

/**
 * Begins to bring files.
 *
 * @param spooled room for what lies elsewhere on this machine until all of it is stored; as much is kept free for its blocks
 * @throws NoRoom when there is none for these
 * @example
 * const upload = await openUpload(shelf, { kind: 'added', owner: 'local', quotaBytes: 1e9 })
 * for await (const { cid } of importFiles(files, upload.take)) root = cid
 * await upload.finish({ root, state: 'public', keepUntil: undefined })
 */
export async function openUpload(shelf: Shelf, uploader: Uploader, spooled = 0): Promise<Upload> {
  const { database, blocks } = shelf
  const id = randomUUID()
  const begin = async (writer: Writer<Tables>): Promise<void> => insertHolding(writer, { shelf, uploader, id, spooled })
  // Without anything in the spool, it begins with its first blocks: a transaction less.
  let isBegun = spooled > 0
  if (isBegun) await database.write(begin)
  const claim = batchClaims(async (claims) => {
    const answer = await database.write(async (writer) => {
      if (!isBegun) await begin(writer)
      return claimAll(writer, { shelf, uploader, id, claims })
    })
    isBegun = true
    return answer
  })
  const taken = new Map<BlockHash, Promise<void>>()
  const written: BlockHash[] = []
  const bring = async (hash: BlockHash, bytes: Uint8Array): Promise<void> => {
    if (!(await claim({ hash, bytes: bytes.length }))) return
    await blocks.put(hash, bytes)
    written.push(hash)
  }
  return {
    id,
    take: async (hash, bytes) => {
      const before = taken.get(hash)
      if (before !== undefined) return before
      const coming = bring(hash, bytes)
      // When the import ends by the failure of another block, nobody else hears of this one.
      coming.catch(() => undefined)
      taken.set(hash, coming)
      return coming
    },
    finish: async (ending) => {
      await Promise.all(taken.values())
      await blocks.settle(written)
      return database.write(async (writer) => finish(writer, { id, uploader, ending }))
    },
    abandon: async () => {
      await Promise.allSettled(taken.values())
      if (!isBegun) return
      try {
        await database.write(async (writer) => dropHolding(writer, id))
      } catch {
        // A full disk, or a database that is away: whoever abandons tells it better.
        shelf.abandoned.add(id)
      }
    },
  }
}

type NewHolding = Pick<ClaimAll, 'shelf' | 'uploader' | 'id'> & { readonly spooled: number }

async function insertHolding(writer: Writer<Tables>, { shelf, uploader, id, spooled }: NewHolding): Promise<void> {
  const { kind, owner } = uploader
  await writer
    .insertInto('holding')
    .values({
      id,
      root: '',
      kind,
      owner,
      state: 'loading',
      bytes: 0,
      spooled,
      process: shelf.process,
      added_at: shelf.now(),
      keep_until: null,
    })
    .execute()
  if (spooled === 0) return
  await requireRoom(writer, shelf)
  await requireShare(writer, uploader)
}

type Claim = { readonly hash: BlockHash; readonly bytes: number }

/** While one transaction runs, the claims of the next one gather. Answers whether the bytes have to be written. */
function batchClaims(
  claimEach: (claims: readonly Claim[]) => Promise<ReadonlySet<string>>,
): (claim: Claim) => Promise<boolean> {
  let waiting: Claim[] = []
  let next: Promise<ReadonlySet<string>> | undefined
  let running: Promise<unknown> = Promise.resolve()
  return async (claim) => {
    waiting.push(claim)
    next ??= running.then(async () => {
      const claims = waiting
      waiting = []
      next = undefined
      const answer = claimEach(claims)
      running = answer.catch(() => undefined)
      return answer
    })
    return (await next).has(claim.hash)
  }
}

type ClaimAll = {
  readonly shelf: Shelf
  readonly uploader: Uploader
  readonly id: string
  readonly claims: readonly Claim[]
}

/** Claims blocks for a holding; returns those whose bytes are not here for sure. */
async function claimAll(
  writer: Writer<Tables>,
  { shelf, uploader, id, claims }: ClaimAll,
): Promise<ReadonlySet<string>> {
  const hashes = claims.map(({ hash }) => hash)
  const known = await writer.selectFrom('block').select(['hash', 'stored']).where('hash', 'in', hashes).execute()
  const isKnown = new Set(known.map(({ hash }) => hash))
  const fresh = claims.filter(({ hash }) => !isKnown.has(hash))
  if (fresh.length > 0) {
    await writer
      .insertInto('block')
      .values(fresh.map(({ hash, bytes }) => ({ hash, bytes, stored: 0 })))
      .execute()
    await writer
      .updateTable('total')
      .set({ bytes: sql`bytes + ${sumOf(fresh)}` })
      .execute()
  }
  await writer
    .insertInto('held')
    .values(hashes.map((hash) => ({ holding: id, hash })))
    .execute()
  await writer
    .updateTable('holding')
    .set({ bytes: sql`bytes + ${sumOf(claims)}` })
    .where('id', '=', id)
    .execute()
  if (fresh.length > 0) await requireRoom(writer, shelf)
  await requireShare(writer, uploader)
  const stored = new Set(known.filter((block) => block.stored === 1).map(({ hash }) => hash))
  return new Set(hashes.filter((hash) => !stored.has(hash)))
}

function sumOf(claims: readonly Claim[]): number {
  return claims.reduce((bytes, claim) => bytes + claim.bytes, 0)
}

type Finish = { readonly id: string; readonly uploader: Uploader; readonly ending: Ending }

async function finish(writer: Writer<Tables>, { id, uploader, ending }: Finish): Promise<string> {
  const { root, state, keepUntil, also } = ending
  await writer
    .updateTable('block')
    .set({ stored: 1 })
    .where('stored', '=', 0)
    .where('hash', 'in', (query) => query.selectFrom('held').select('hash').where('holding', '=', id))
    .execute()
  const keep_until = keepUntil ?? null
  // Results are kept each for its own task.
  const isMerged = state === 'public' && uploader.kind !== 'result'
  const twin = isMerged ? await findTwin(writer, uploader, root) : undefined
  if (twin === undefined) {
    const changed = await writer
      .updateTable('holding')
      .set({ root: root.toString(), state, keep_until, spooled: 0 })
      .where('id', '=', id)
      .executeTakeFirst()
    if (changed.numUpdatedRows === 0n) throw new Error('The upload took too long, and was forgotten.')
  } else {
    // The same from the same uploader: kept for the longer of both times, and counted once.
    const longer = twin.keep_until === null || keep_until === null ? null : Math.max(twin.keep_until, keep_until)
    await writer.updateTable('holding').set({ keep_until: longer }).where('id', '=', twin.id).execute()
    await dropHolding(writer, id)
  }
  const holding = twin?.id ?? id
  await also?.(writer, holding)
  return holding
}

async function findTwin(
  writer: Writer<Tables>,
  { kind, owner }: Uploader,
  root: CID,
): Promise<{ readonly id: string; readonly keep_until: number | null } | undefined> {
  return writer
    .selectFrom('holding')
    .select(['id', 'keep_until'])
    .where('root', '=', root.toString())
    .where('kind', '=', kind)
    .where('owner', '=', owner)
    .where('state', '=', 'public')
    .executeTakeFirst()
}
