// Hears what the processes that share a PostgreSQL announce, over a connection that comes back by itself.
import { openSession, pause, whenAborted, type PostgresLocation, type Session } from '@iexec/service'
import type { Announce, MarketMessage } from './bus.ts'

const RETRY_MS = 250

/** Where announcements come from, and where they go. */
type Hearing = {
  readonly channel: string
  readonly tell: Announce
  readonly onError: (error: unknown) => void
  readonly onBack: () => void
}

/**
 * Tells every announcement on the channel from now on. Each time the connection was lost and is back it tells `resync`, because
 * nobody knows what was announced meanwhile.
 *
 * @throws Error when the first connection fails
 * @example
 * const { close } = await hearAnnouncements(location, { channel: 'market', tell, onError, onBack })
 */
export async function hearAnnouncements(
  location: PostgresLocation,
  hearing: Hearing,
): Promise<{ readonly close: () => Promise<void> }> {
  const closing = new AbortController()
  const first = await listen(location, hearing)
  const ended = keepListening(first, async () => relisten(location, hearing, closing.signal), closing.signal)
  return {
    close: async () => {
      closing.abort()
      await ended
    },
  }
}

async function keepListening(
  first: Session,
  next: () => Promise<Session | undefined>,
  closing: AbortSignal,
): Promise<void> {
  let session: Session | undefined = first
  while (session !== undefined) {
    await Promise.race([whenAborted(session.lost), whenAborted(closing)])
    await session.close()
    session = await next()
  }
}

async function relisten(
  location: PostgresLocation,
  hearing: Hearing,
  closing: AbortSignal,
): Promise<Session | undefined> {
  let isTold = false
  while (!closing.aborted) {
    try {
      const session = await listen(location, hearing)
      if (isTold) hearing.onBack()
      hearing.tell({ type: 'resync' })
      return session
    } catch (error) {
      if (!isTold) hearing.onError(error)
      isTold = true
      await pause(RETRY_MS, closing)
    }
  }
  return undefined
}

async function listen(location: PostgresLocation, { channel, tell, onError }: Hearing): Promise<Session> {
  const session = await openSession(location, 'listener')
  session.onNotification((payload) => {
    try {
      for (const message of readPayload(payload)) tell(message)
    } catch (error) {
      // Anybody with access to the database may notify.
      onError(error)
    }
  })
  try {
    await session.query(`listen "${channel}"`)
    return session
  } catch (error) {
    await session.close()
    throw error
  }
}

function readPayload(payload: string): readonly MarketMessage[] {
  const [, ...messages] = JSON.parse(payload) as readonly [number, ...MarketMessage[]]
  return messages
}
