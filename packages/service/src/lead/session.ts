// A connection to PostgreSQL that belongs to one purpose, and knows when it is dead: LISTEN and the leader's lock live on one each.
import { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client, type QueryResultRow } from 'pg'
import { connectionTo, type SessionSettings } from '../db/connection.ts'
import type { DatabaseLocation } from '../db/database.ts'

/** A schema of a PostgreSQL. */
export type PostgresLocation = Extract<DatabaseLocation, { engine: 'postgres' }>

/** What a session is for. */
export type Purpose = 'leader' | 'listener'

/** A connection of its own. */
export type Session = {
  /** One statement after the other; throws when it fails, also because the connection was lost. */
  readonly query: <Row extends QueryResultRow>(text: string, values?: readonly unknown[]) => Promise<readonly Row[]>
  /** Hears the payloads of the channels that this session listens on. */
  readonly onNotification: (listener: (payload: string) => void) => void
  /** Aborts when the connection is no more, for whatever reason. */
  readonly lost: AbortSignal
  /** Asks the server once; a connection that died is sometimes noticed by its user first. */
  readonly isAlive: () => Promise<boolean>
  readonly close: () => Promise<void>
}

const HEARTBEAT_MS = 1_000
/** So many heartbeats without an answer are a death: 3 to 4 seconds. */
const MAX_UNANSWERED = 3
const GOODBYE_MS = 1_000

/**
 * A leader that hangs with its host alive no longer asks, and loses its lock. A listener that hangs is in nobody's way.
 */
const SETTINGS: Readonly<Record<Purpose, SessionSettings>> = { leader: { idle_session_timeout: '5s' }, listener: {} }

/**
 * Connects, and asks the server each second whether it is still there. Needs PostgreSQL itself or a pooler that keeps sessions
 * (not PgBouncer's transaction mode).
 *
 * @param purpose stands, with the schema, as `application_name` in `pg_stat_activity`
 * @throws Error when there is no connection within 5 seconds
 * @example
 * const session = await openSession(location, 'leader')
 * session.lost.addEventListener('abort', standBy)
 */
export async function openSession({ url, schema }: PostgresLocation, purpose: Purpose): Promise<Session> {
  const socket = new Socket()
  const client = new Client({
    ...connectionTo(url, SETTINGS[purpose]),
    // Our own socket: `client.end()` says goodbye to the server first, and a vanished server would never answer.
    stream: () => socket,
    application_name: `iexec ${purpose} of ${schema}`,
  })
  const lost = new AbortController()
  const lose = (): void => {
    lost.abort()
    socket.destroy()
  }
  client.on('error', lose)
  client.on('end', lose)
  try {
    await client.connect()
  } catch (error) {
    lose()
    throw error
  }
  let last: Promise<unknown> = Promise.resolve()
  const query: Session['query'] = async <Row extends QueryResultRow>(text: string, values: readonly unknown[] = []) => {
    const turn = last.then(async () => (await client.query<Row>(text, [...values])).rows)
    last = turn.catch(() => undefined)
    return turn
  }
  beat(async () => query('select 1'), lost.signal, lose)
  return {
    query,
    onNotification: (listener) => {
      client.on('notification', ({ payload = '' }) => {
        listener(payload)
      })
    },
    lost: lost.signal,
    isAlive: async () =>
      query('select 1').then(
        () => true,
        () => false,
      ),
    close: async () => {
      await Promise.race([client.end(), sleep(GOODBYE_MS, undefined, { ref: false })]).catch(() => undefined)
      lose()
    },
  }
}

/** Counts heartbeats instead of measuring time: when this process itself was busy for long, the answers still get their turn. */
function beat(ask: () => Promise<unknown>, lost: AbortSignal, lose: () => void): void {
  let unanswered = 0
  const askOnce = async (): Promise<void> => {
    try {
      await ask()
      unanswered = 0
    } catch {
      lose()
    }
  }
  const timer = setInterval(() => {
    if (unanswered >= MAX_UNANSWERED) {
      lose()
      return
    }
    unanswered += 1
    void askOnce()
  }, HEARTBEAT_MS)
  lost.addEventListener('abort', () => {
    clearInterval(timer)
  })
}

/** Returns when the signal aborts. */
export async function whenAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  const { promise, resolve } = Promise.withResolvers<void>()
  signal.addEventListener('abort', () => {
    resolve()
  })
  await promise
}

/** Waits for so long, or until the signal aborts. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined)
}
