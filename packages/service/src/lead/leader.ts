// Chooses the one process that works with a database; the others stand by and take over within seconds when it dies.
import { existsSync, realpathSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { DatabaseLocation } from '../db/database.ts'
import { openSession, pause, type PostgresLocation, type Session } from './session.ts'

/** What a process is: the one that works, or one that waits to take over. */
export type Role = 'leading' | 'standby'

/** Where to lead, until when, and who hears of it. */
export type Leadership = {
  readonly location: DatabaseLocation
  /** Ends leading and standing by. */
  readonly signal: AbortSignal
  /** Hears each change of the role. */
  readonly onRole?: (role: Role) => void
  /** Hears why PostgreSQL cannot be asked at the moment. */
  readonly onError?: (error: unknown) => void
}

const POLL_MS = 1_000

/** First half of the advisory lock that the leader holds; the second half is the hash of the schema's name. */
const LEADER_LOCK = 7102

/** SQLite's own number. */
const SQLITE_BUSY = 5

/**
 * Runs `lead` while this process is the only one that may. On PostgreSQL it waits for that, and again each time it lost its
 * lock; on SQLite whoever holds the file (`holdFile`) leads at once.
 *
 * Returns when the signal aborts, or when `lead` has returned by itself. What `lead` throws is thrown on, unless its signal had
 * aborted before: then it is only its way of ending.
 *
 * @param lead its signal aborts when another process may begin; it should return soon after
 * @example
 * await whileLeading({ location, signal }, async (leading) => runIndexer(market, leading))
 */
export async function whileLeading(
  leadership: Leadership,
  lead: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const { location } = leadership
  await (location.engine === 'sqlite' ? leadFile(leadership, lead) : leadSchema(location, leadership, lead))
}

async function leadFile({ signal, onRole }: Leadership, lead: (signal: AbortSignal) => Promise<void>): Promise<void> {
  onRole?.('leading')
  await leadUntil(signal, lead)
}

/** A second process was started on a SQLite file. */
export class FileIsHeld extends Error {
  override readonly name: string = 'FileIsHeld'
}

/**
 * Takes hold of a SQLite file, which only one process may write: with a transaction that stays open on a database of its own, so
 * the operating system lets go with the process, however that dies. Of memory and PostgreSQL there is nothing to hold.
 *
 * @returns how to let go
 * @throws FileIsHeld when another process holds it: a mistake that no waiting repairs
 * @example
 * const letGo = holdFile({ engine: 'sqlite', file: '/data/chain-134.sqlite' })
 */
export function holdFile(location: DatabaseLocation): () => void {
  if (location.engine !== 'sqlite' || location.file === ':memory:') return () => undefined
  const { file } = location
  const name = `${realPath(file)}.lock`
  const lock = new DatabaseSync(name)
  try {
    lock.exec('begin exclusive')
  } catch (cause) {
    lock.close()
    if ((cause as { readonly errcode?: number }).errcode !== SQLITE_BUSY) throw cause
    throw new FileIsHeld(
      `Another process uses ${file} (it holds ${name}); several copies of the service need PostgreSQL.`,
      { cause },
    )
  }
  return () => {
    lock.close()
  }
}

/** One name for a file that has several, also before it is there. */
function realPath(file: string): string {
  return existsSync(file) ? realpathSync(file) : join(realpathSync(dirname(file)), basename(file))
}

async function leadSchema(
  location: PostgresLocation,
  { signal, onRole, onError }: Leadership,
  lead: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    onRole?.('standby')
    const session = await winLock(location, signal, onError)
    if (session === undefined) return
    try {
      onRole?.('leading')
      await leadUntil(AbortSignal.any([signal, session.lost]), lead, session.isAlive)
      if (!session.lost.aborted && (await session.isAlive())) return
    } finally {
      await session.close()
    }
  }
}

/** Asks for the lock each second, on one connection for as long as that lives; `undefined` when the signal aborted first. */
async function winLock(
  location: PostgresLocation,
  signal: AbortSignal,
  onError: Leadership['onError'],
): Promise<Session | undefined> {
  while (!signal.aborted) {
    let session: Session | undefined
    try {
      session = await openSession(location, 'leader')
      while (!signal.aborted) {
        if (await tryLock(session, location.schema)) return session
        await pause(POLL_MS, signal)
      }
    } catch (error) {
      onError?.(error)
    }
    await session?.close()
    await pause(POLL_MS, signal)
  }
  return undefined
}

async function tryLock({ query }: Session, schema: string): Promise<boolean> {
  const rows = await query<{ won: boolean }>('select pg_try_advisory_lock($1, hashtext($2)) as won', [
    LEADER_LOCK,
    schema,
  ])
  return rows[0]?.won === true
}

async function leadUntil(
  signal: AbortSignal,
  lead: (signal: AbortSignal) => Promise<void>,
  isAlive: () => Promise<boolean> = async () => Promise.resolve(true),
): Promise<void> {
  if (signal.aborted) return
  try {
    await lead(signal)
  } catch (error) {
    // When PostgreSQL goes away, `lead` may notice it before the connection of the lock does.
    if (!signal.aborted && (await isAlive())) throw error
  }
}
