// Sockets: what clients ask for and what they are told.
import type { Hex } from 'viem'
import { z } from 'zod'
import type { DealItem } from './deal.ts'
import { mustBeObject, oneOf, severalOf, whole } from './field.ts'
import type { OrderItem } from './order/item.ts'
import type { WireKind } from './order/kind.ts'

/** What one can listen to. */
export type SocketTopic = 'orders' | 'deals'

/** All topics. */
export const SOCKET_TOPICS: readonly ['orders', 'deals'] = ['orders', 'deals']

/** Which news a client wants, or no longer wants (`join`, `leave`). */
export type JoinMessage = { readonly chainId: number; readonly topic: SocketTopic }

/** Reads which news a client wants. */
export const joinMessage: z.ZodType<JoinMessage> = z.object(
  { chainId: whole(), topic: oneOf(SOCKET_TOPICS) },
  mustBeObject,
)

/** A published order as sockets tell it: everything but the chain, which is that of the room. */
export type SocketOrder<K extends WireKind = WireKind> = { readonly [W in K]: Omit<OrderItem<W>, 'chainId'> }[K]

/** What a server tells, by the name of the event. */
export type SocketEvents = {
  readonly [K in WireKind as `${K}_published` | `${K}_updated`]: SocketOrder<K>
} & { readonly [K in WireKind as `${K}_unpublished`]: Hex } & { readonly deal_created: DealItem }

/** What server-sent events can tell of. */
export type EventTopic = 'orders' | 'deals' | 'tasks' | 'blocks'

/** All of it. */
export const EVENT_TOPICS: readonly ['orders', 'deals', 'tasks', 'blocks'] = ['orders', 'deals', 'tasks', 'blocks']

/** Which server-sent events a client wants. */
export type EventsQuery = { readonly topics: readonly EventTopic[] }

/** Reads which server-sent events a client wants: topics with commas between them, all without. */
export const eventsQuery: z.ZodType<EventsQuery> = z.object({
  topics: severalOf(EVENT_TOPICS).default([...EVENT_TOPICS]),
})
