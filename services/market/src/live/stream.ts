// Server-sent events: what becomes true in a market, as short notes for pages that then read what they show.
import type { Market } from '../market.ts'
import type { Bus, MarketMessage } from './bus.ts'
import { openPlaces, usualListenerLimits, type Places } from './places.ts'

/** What one can listen to. */
export type StreamTopic = 'orders' | 'deals' | 'tasks' | 'blocks'

/** The headers of the answer; the last one keeps nginx from holding events back. */
export const STREAM_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no',
}

/** Who listens to what, and for how long. */
export type StreamOptions = {
  readonly topics: readonly StreamTopic[]
  /** The header `last-event-id`: a client that comes back has missed something. */
  readonly lastEventId?: string | undefined
  /** Ends the stream; the request's own signal, or the service's when it shuts down. */
  readonly signal?: AbortSignal
  readonly heartbeatMs?: number
  /** The address of the client; `undefined` for this machine itself. */
  readonly client?: string | undefined
  /** Where the client takes a place; all who listen share one. */
  readonly places?: Places
}

/** Nobody may listen: as many of this client do already as may, or as many of all. */
export type StreamRefusal = { readonly refused: 'client' | 'everybody' }

/** So many streams may be open per market and process. */
export const MAX_STREAMS = 1_000

const HEARTBEAT_MS = 15_000

type Listener = { readonly topics: ReadonlySet<string>; readonly take: (event: Uint8Array) => void }
type Room = {
  readonly listeners: Set<Listener>
  /** When something was last announced on each topic; since when the room is here for those on which nothing was. Milliseconds. */
  readonly lastAt: Map<StreamTopic, number>
  readonly since: number
}

/** One subscription per bus, so that an event is written out once for all who listen. */
const rooms = new WeakMap<Bus, Room>()

/**
 * Streams the announcements of a market as the body of a `text/event-stream`: `event` is the message's type and `data` the message
 * as JSON. `listening` is the first one: for how many milliseconds nothing was announced, so that who has read something since then
 * knows that it was missed. `resync` means that events may have been missed (also because the client was away): read again what is
 * shown.
 * A client that is too slow hears `overflow` as its last event; if it does not take that until the next heartbeat, it is cut off.
 *
 * @example
 * const body = streamEvents(market, { topics: ['deals'], signal: request.signal, client, places })
 * return 'refused' in body ? new Response(null, { status: 503 }) : new Response(body, { headers: STREAM_HEADERS })
 */
export function streamEvents(
  { bus }: Pick<Market, 'bus'>,
  options: StreamOptions,
): ReadableStream<Uint8Array> | StreamRefusal {
  const { client, places = openPlaces(usualListenerLimits) } = options
  const room = rooms.get(bus) ?? openRoom(bus)
  if (room.listeners.size >= MAX_STREAMS) return { refused: 'everybody' }
  const giveBack = places.enter(client)
  if (giveBack === undefined) return { refused: 'client' }
  let leave: (() => void) | undefined
  return new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        leave = join(room, controller, { ...options, giveBack })
      },
      cancel: () => {
        leave?.()
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: places.backlogBytes }),
  )
}

/** How many streams of the market are open in this process. */
export function countStreams({ bus }: Pick<Market, 'bus'>): number {
  return rooms.get(bus)?.listeners.size ?? 0
}

function openRoom(bus: Bus): Room {
  const room: Room = { listeners: new Set(), lastAt: new Map(), since: performance.now() }
  rooms.set(bus, room)
  bus.subscribe((message) => {
    const topic = TOPIC_OF[message.type]
    const told = topic === 'all' ? ALL_TOPICS : [topic]
    for (const one of told) room.lastAt.set(one, performance.now())
    if (room.listeners.size === 0) return
    const event = eventOf(message)
    for (const { topics, take } of room.listeners) if (told.some((one) => topics.has(one))) take(event)
  })
  return room
}

/** For how many whole milliseconds nothing was announced on any of these topics; no longer than the room is here. */
function quietMs({ lastAt, since }: Room, topics: readonly StreamTopic[]): number {
  return Math.floor(performance.now() - Math.max(...topics.map((topic) => lastAt.get(topic) ?? since)))
}

const ALL_TOPICS: readonly StreamTopic[] = ['orders', 'deals', 'tasks', 'blocks']

const TOPIC_OF: { readonly [Type in MarketMessage['type']]: StreamTopic | 'all' } = {
  order_published: 'orders',
  order_updated: 'orders',
  order_unpublished: 'orders',
  deal_created: 'deals',
  task_updated: 'tasks',
  block_indexed: 'blocks',
  block_undone: 'blocks',
  resync: 'all',
}

/** Puts a client into the room; returns how it leaves when its connection is closed. */
function join(
  room: Room,
  controller: ReadableStreamDefaultController<Uint8Array>,
  options: StreamOptions & {
    /** Gives its place back, only when nothing waits for the client any more. */
    readonly giveBack: () => void
  },
): () => void {
  const { topics, lastEventId, signal, heartbeatMs = HEARTBEAT_MS, giveBack } = options
  const take = (event: Uint8Array): void => {
    if (event.byteLength <= (controller.desiredSize ?? 0)) {
      controller.enqueue(event)
      return
    }
    leave()
    controller.enqueue(OVERFLOW)
    controller.close()
  }
  const listener: Listener = { topics: new Set(topics), take }
  const leave = (): void => {
    room.listeners.delete(listener)
    signal?.removeEventListener('abort', end)
  }
  const end = (): void => {
    leave()
    controller.close()
  }
  const heart = setInterval(() => {
    if (room.listeners.has(listener)) {
      take(HEARTBEAT)
      return
    }
    clearInterval(heart)
    giveBack()
    // Forgets what waits for a client that has stopped reading; the server then closes its connection.
    controller.error(new Error('The client does not read.'))
  }, heartbeatMs).unref()
  room.listeners.add(listener)
  signal?.addEventListener('abort', end)
  take(OPENING)
  take(encode(`event: listening\ndata: {"quietMs":${quietMs(room, topics)}}\n\n`))
  if (lastEventId !== undefined) take(eventOf({ type: 'resync' }))
  if (signal?.aborted === true) end()
  return () => {
    leave()
    clearInterval(heart)
    giveBack()
  }
}

function eventOf(message: MarketMessage): Uint8Array<ArrayBuffer> {
  return encode(`event: ${message.type}\ndata: ${JSON.stringify(message)}\n\n`)
}

function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text)
}

/** Says at once that it works, and has browsers send `last-event-id` when they come back. */
const OPENING = encode('retry: 1000\nid: seen\n\n')
const HEARTBEAT = encode(':\n\n')
const OVERFLOW = encode('event: overflow\ndata: {}\n\n')
