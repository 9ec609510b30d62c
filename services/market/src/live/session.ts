// A connection to PostgreSQL that belongs to one purpose, and knows when it is dead: LISTEN and the leader's lock live on one each.
import { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client, type QueryResultRow } from 'pg'
import type { DatabaseLocation } from '../db/database.ts'

export type PostgresLocation = Extract<DatabaseLocation, { engine: 'postgres' }>

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
const CONNECT_TIMEOUT_MS = 5_000
const GOODBYE_MS = 1_000

/** A client whose host vanished is dropped by the server, with its locks, within about 3 seconds. */
const DROP_VANISHED_CLIENT = Object.entries({
  tcp_keepalives_idle: '1',
  tcp_keepalives_interval: '1',
  tcp_keepalives_count: '2',
  tcp_user_timeout: '3000',
})
  .map(([name, value]) => `-c ${name}=${value}`)
  .join(' ')

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
export async function openSession({ url, schema }: PostgresLocation, purpose: 'leader' | 'listener'): Promise<Session> {
  const socket = new Socket()
  const client = new Client({
    connectionString: url,
    // Our own socket: `client.end()` says goodbye to the server first, and a vanished server would never answer.
    stream: () => socket,
    application_name: `iexec-market ${purpose} of ${schema}`,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: HEARTBEAT_MS,
    options: DROP_VANISHED_CLIENT,
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
