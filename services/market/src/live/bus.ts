// Transactions that tell of themselves: what a writer announces reaches every process of the service once it is committed.
import type { Database, Writer } from '../db/database.ts'
import type { OrderKindName } from '../db/schema.ts'

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

/** Announces with the transaction: nobody hears of what was not committed. */
export type Announce = (message: MarketMessage) => void

/** The only way to write. */
export type Bus = {
  /** One transaction, as `Database.write`; its announcements go out after the commit, in their order. */
  readonly write: <Answer>(work: (writer: Writer, announce: Announce) => Promise<Answer>) => Promise<Answer>
  /** Hears every announcement of every process from now on; returns how to stop. */
  readonly subscribe: (listener: (message: MarketMessage) => void) => () => void
  readonly close: () => Promise<void>
}

/** A bus for the processes that share a database; for SQLite that is this one. */
export async function openBus(database: Database): Promise<Bus> {
  await Promise.resolve()
  const listeners = new Set<(message: MarketMessage) => void>()
  return {
    write: async (work) => {
      const messages: MarketMessage[] = []
      const answer = await database.write(async (writer) => work(writer, (message) => messages.push(message)))
      for (const message of messages) for (const listener of listeners) listener(message)
      return answer
    },
    subscribe: (listener) => {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
    close: async () => Promise.resolve(),
  }
}
