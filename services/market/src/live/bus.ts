// Transactions that tell of themselves: what a writer announces reaches every process of the service once it is committed.
import { openQueue } from '@iexec/service'
import { sql } from 'kysely'
import type { Database, Writer } from '../db/database.ts'
import type { OrderKindName } from '../db/schema.ts'
import { hearAnnouncements } from './announcements.ts'

/** Something that became true. Short: whoever needs more reads it from the database. */
export type MarketMessage =
  | {
      readonly type: 'order_published' | 'order_updated' | 'order_unpublished'
      readonly kind: OrderKindName
      readonly hash: string
    }
  | { readonly type: 'deal_created'; readonly deal: string }
  | { readonly type: 'task_updated'; readonly task: string; readonly deal: string; readonly status: string }
  | { readonly type: 'block_indexed' | 'block_undone'; readonly block: number }
  /** Announcements may have been missed: whoever keeps a picture of the market should read it anew. */
  | { readonly type: 'resync' }

/** Announces with the transaction: nobody hears of what was not committed. */
export type Announce = (message: MarketMessage) => void

/** The only way to write. */
export type Bus = {
  /**
   * One transaction, as `Database.write`; its announcements go out after the commit, in their order. On PostgreSQL they may
   * arrive a moment after the answer, also in this process.
   */
  readonly write: <Answer>(work: (writer: Writer, announce: Announce) => Promise<Answer>) => Promise<Answer>
  /** Hears every announcement of every process from now on; returns how to stop. What a listener throws harms nobody else. */
  readonly subscribe: (listener: (message: MarketMessage) => void) => () => void
  readonly close: () => Promise<void>
}

/** What may be set about a bus. */
export type BusOptions = {
  /** Hears what listeners threw, what was notified that is no announcement, and once per outage why there are none. */
  readonly onError?: (error: unknown) => void
  /** Hears once per outage that PostgreSQL's announcements are heard again. */
  readonly onBack?: () => void
}

/** The limit of a notification is 8,000 bytes. */
const MAX_BATCH_BYTES = 7_000

/**
 * Opens a bus for the processes that share a database; for SQLite that is this one.
 *
 * @throws Error when PostgreSQL cannot be reached; later it may go away and come back, which listeners hear as `resync`
 * @example
 * const bus = await openBus(database)
 * const stop = bus.subscribe((message) => console.log(message.type))
 * await bus.write(async (writer, announce) => announce({ type: 'block_indexed', block: 7 }))
 */
export async function openBus(
  database: Database,
  { onError = () => undefined, onBack = () => undefined }: BusOptions = {},
): Promise<Bus> {
  const listeners = new Set<(message: MarketMessage) => void>()
  const tell = (message: MarketMessage): void => {
    for (const listener of listeners) {
      try {
        listener(message)
      } catch (error) {
        onError(error)
      }
    }
  }
  const { location } = database
  const { write, close } =
    location.engine === 'sqlite'
      ? writeAlone(database, tell)
      : {
          write: writeNotifying(database, location.schema),
          ...(await hearAnnouncements(location, { channel: location.schema, tell, onError, onBack })),
        }
  return {
    write,
    subscribe: (listener) => {
      // So that the same function may listen twice, and each of the two stops for itself.
      const own = (message: MarketMessage): void => {
        listener(message)
      }
      listeners.add(own)
      return () => {
        listeners.delete(own)
      }
    },
    close: async () => {
      listeners.clear()
      await close()
    },
  }
}

/** One process: it tells itself. One write after the other, so that nobody hears of the second before the first. */
function writeAlone(database: Database, tell: Announce): Pick<Bus, 'write' | 'close'> {
  const queue = openQueue()
  return {
    write: async (work) =>
      queue.run(async () => {
        const messages: MarketMessage[] = []
        const answer = await database.write(async (writer) => work(writer, (message) => messages.push(message)))
        for (const message of messages) tell(message)
        return answer
      }),
    close: queue.idle,
  }
}

/** Several processes: PostgreSQL tells all of them, in the order of the commits, what was notified inside of a transaction. */
function writeNotifying(database: Database, channel: string): Bus['write'] {
  return async (work) =>
    database.write(async (writer) => {
      const messages: MarketMessage[] = []
      const answer = await work(writer, (message) => messages.push(message))
      for (const payload of toPayloads(messages)) await sql`select pg_notify(${channel}, ${payload})`.execute(writer)
      return answer
    })
}

/**
 * Packs messages into notifications: a JSON array of the notification's number and messages. The number is there because
 * PostgreSQL delivers equal notifications of one transaction only once.
 */
function toPayloads(messages: readonly MarketMessage[]): readonly string[] {
  const batches: string[][] = []
  let bytes = Infinity
  for (const message of messages) {
    const text = JSON.stringify(message)
    const size = Buffer.byteLength(text) + 1
    if (bytes + size > MAX_BATCH_BYTES) {
      batches.push([])
      bytes = 0
    }
    batches.at(-1)?.push(text)
    bytes += size
  }
  return batches.map((batch, index) => `[${[index, ...batch].join(',')}]`)
}
