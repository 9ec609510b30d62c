// The sockets of the wire: socket.io at `/ws`, with a room for the orders and one for the deals of each chain.
import type { Server as HttpServer } from 'node:http'
import { Server, type Socket } from 'socket.io'
import type { Hex } from 'viem'
import { joinMessage, type DealItem, type OrderItem, type SocketTopic, type WireKind } from '@iexec/wire'
import type { Reader } from '../db/database.ts'
import type { Market } from '../market.ts'
import type { MarketMessage } from './bus.ts'

/** What sockets need of a market. */
export type SocketMarket = Pick<Market, 'chainId' | 'bus' | 'read'>

/** What the sockets read, and who hears of trouble. */
export type SocketOptions = {
  readonly findOrder: (
    reader: Reader,
    wanted: { readonly chainId: number; readonly kind: WireKind; readonly hash: Hex },
  ) => Promise<OrderItem | undefined>
  readonly findDeal: (
    reader: Reader,
    wanted: { readonly chainId: number; readonly dealid: Hex },
  ) => Promise<DealItem | undefined>
  /** Hears why a row could not be read; its event is left out. */
  readonly onError?: (error: unknown) => void
  readonly maxConnections?: number
}

/** The sockets of a server. */
export type Sockets = {
  /** How many clients are connected to this process. */
  readonly connected: () => number
  /** Disconnects everybody and stops listening to the markets; the server itself stays open. */
  readonly close: () => void
}

/** Whatever a client may say is far shorter. */
const MAX_INCOMING_BYTES = 4_096
/** A client that lets so much wait is disconnected before it fills the memory. */
const MAX_OUTGOING_BYTES = 1_000_000
/** So many announcements may wait for the database before they are dropped for a `resync`. */
const MAX_WAITING = 10_000
const CONNECT_TIMEOUT_MS = 10_000

/**
 * Serves sockets on a server that has its HTTP handler already. Every process tells its own clients what all processes announce,
 * so several copies need nothing between them; a client without websockets must reach the same copy each time.
 *
 * Besides the events of the wire, both rooms hear `resync` `{ chainId }` when events may have been missed: read the lists again.
 *
 * @example
 * const sockets = attachSocket(server, new Map([[134, market]]), { findOrder, findDeal })
 */
export function attachSocket(
  server: HttpServer,
  markets: ReadonlyMap<number, SocketMarket>,
  options: SocketOptions,
): Sockets {
  const { onError = () => undefined, maxConnections = 10_000 } = options
  const io = new Server(server, {
    path: '/ws',
    cors: { origin: '*' },
    serveClient: false,
    maxHttpBufferSize: MAX_INCOMING_BYTES,
    connectTimeout: CONNECT_TIMEOUT_MS,
    allowRequest: (_request, answer) => {
      answer(undefined, io.engine.clientsCount < maxConnections)
    },
  })
  io.on('connection', (socket) => {
    socket.on('error', onError)
    dropWhenSlow(socket)
    obey(socket, markets)
  })
  const stops = [...markets.values()].map((market) => tellRooms(io, market, { ...options, onError }))
  return {
    connected: () => io.engine.clientsCount,
    close: () => {
      for (const stop of stops) stop()
      io.disconnectSockets(true)
      io.engine.close()
    },
  }
}

function roomOf(chainId: number, topic: SocketTopic): string {
  return `${chainId}:${topic}`
}

/** What clients ask for. Only the rooms of our own chains can be joined, so nobody can make many. */
function obey(socket: Socket, markets: ReadonlyMap<number, SocketMarket>): void {
  const wantedRoom = (given: unknown): string | undefined => {
    const { data: wanted } = joinMessage.safeParse(given)
    return wanted && markets.has(wanted.chainId) ? roomOf(wanted.chainId, wanted.topic) : undefined
  }
  socket.on('join', (...given: readonly unknown[]) => {
    const room = wantedRoom(given[0])
    if (room !== undefined) void socket.join(room)
    acknowledge(given, room !== undefined)
  })
  socket.on('leave', (...given: readonly unknown[]) => {
    const room = wantedRoom(given[0])
    if (room !== undefined) void socket.leave(room)
    acknowledge(given, room !== undefined)
  })
  socket.on('leaveAll', (...given: readonly unknown[]) => {
    for (const room of socket.rooms) if (room !== socket.id) void socket.leave(room)
    acknowledge(given, true)
  })
}

/** The callback is the last thing that a client sends, if it wants an answer at all. */
function acknowledge(given: readonly unknown[], answer: boolean): void {
  const callback = given.at(-1)
  if (typeof callback === 'function') (callback as (answer: boolean) => void)(answer)
}

function dropWhenSlow({ conn }: Socket): void {
  let waitingBytes = 0
  conn.on('packetCreate', ({ data }: { readonly data?: unknown }) => {
    waitingBytes += typeof data === 'string' ? data.length : 0
    if (waitingBytes > MAX_OUTGOING_BYTES) conn.close(true)
  })
  conn.on('drain', () => {
    waitingBytes = 0
  })
}

/** Tells one market's announcements in their order. A row is read once, whoever listens, and only when somebody does. */
function tellRooms(
  io: Server,
  market: SocketMarket,
  options: SocketOptions & { readonly onError: (error: unknown) => void },
): () => void {
  const { chainId } = market
  const waiting: { readonly room: string; readonly message: MarketMessage }[] = []
  let telling = false
  const resync = (): void => {
    io.to([roomOf(chainId, 'orders'), roomOf(chainId, 'deals')]).emit('resync', { chainId })
  }
  const tellWaiting = async (): Promise<void> => {
    if (telling) return
    telling = true
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      try {
        const event = await readEvent(market, next.message, options)
        if (event !== undefined) io.to(next.room).emit(...event)
      } catch (error) {
        options.onError(error)
      }
    }
    telling = false
  }
  return market.bus.subscribe((message) => {
    if (message.type === 'resync') resync()
    const topic = topicOf(message)
    if (topic === undefined) return
    const room = roomOf(chainId, topic)
    if (!io.sockets.adapter.rooms.has(room)) return
    waiting.push({ room, message })
    if (waiting.length > MAX_WAITING) {
      waiting.length = 0
      resync()
    }
    void tellWaiting()
  })
}

/** Other messages, also those that only newer copies of the service know, concern no room. */
function topicOf({ type }: MarketMessage): SocketTopic | undefined {
  if (type === 'order_published' || type === 'order_updated' || type === 'order_unpublished') return 'orders'
  return type === 'deal_created' ? 'deals' : undefined
}

/** Name and content of the event; `undefined` when what it tells of is gone again. */
async function readEvent(
  { chainId, read }: SocketMarket,
  message: MarketMessage,
  { findOrder, findDeal }: SocketOptions,
): Promise<readonly [name: string, content: unknown] | undefined> {
  if (message.type === 'deal_created') {
    const deal = await findDeal(read, { chainId, dealid: message.deal as Hex })
    return deal && ['deal_created', deal]
  }
  if (!('hash' in message)) return undefined
  const kind = `${message.kind}order` as const
  if (message.type === 'order_unpublished') return [`${kind}_unpublished`, message.hash]
  const found = await findOrder(read, { chainId, kind, hash: message.hash as Hex })
  if (found === undefined) return undefined
  const { chainId: _, ...item } = found
  return [message.type === 'order_published' ? `${kind}_published` : `${kind}_updated`, item]
}
