// The sockets of the wire: socket.io at `/ws`, with a room for the orders and one for the deals of each chain.
import type { IncomingMessage, Server as HttpServer } from 'node:http'
import { Server, type Socket } from 'socket.io'
import type { Hex } from 'viem'
import { joinMessage, type DealItem, type OrderItem, type SocketTopic, type WireKind } from '@iexec/wire'
import { clientOf } from '@iexec/service'
import type { Reader } from '../db/database.ts'
import type { Market } from '../market.ts'
import type { MarketMessage } from './bus.ts'
import { openPlaces, usualListenerLimits, type Places } from './places.ts'

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
  /** Where clients take places; all who listen share one. */
  readonly places?: Places
  /** How long a client that was told that it is too slow may take to hear that. */
  readonly graceMs?: number
}

/** The sockets of a server. */
export type Sockets = {
  /** How many clients are connected to this process. */
  readonly connected: () => number
  /** Serves one more market from now on. */
  readonly add: (market: SocketMarket) => void
  /** Disconnects everybody and stops listening to the markets; the server itself stays open. */
  readonly close: () => void
}

/** Whatever a client may say is far shorter. */
const MAX_INCOMING_BYTES = 4_096
/** What a packet takes in memory besides its content. */
const PACKET_BYTES = 256
const GRACE_MS = 5_000
/** So many announcements may wait for the database before they are dropped for a `resync`. */
const MAX_WAITING = 10_000
const CONNECT_TIMEOUT_MS = 10_000

/**
 * Serves sockets on a server that has its HTTP handler already. Every process tells its own clients what all processes announce,
 * so several copies need nothing between them; a client without websockets must reach the same copy each time.
 *
 * Besides the events of the wire, both rooms hear `resync` `{ chainId }` when events may have been missed: read the lists again.
 * A client that does not take what it is told hears it as its last event, and is disconnected.
 *
 * @example
 * const sockets = attachSocket(server, new Map([[134, market]]), { findOrder, findDeal })
 */
export function attachSocket(
  server: HttpServer,
  markets: ReadonlyMap<number, SocketMarket>,
  options: SocketOptions,
): Sockets {
  const { onError = () => undefined, maxConnections = 10_000, places = openPlaces(usualListenerLimits) } = options
  const io = new Server(server, {
    path: '/ws',
    cors: { origin: '*' },
    serveClient: false,
    maxHttpBufferSize: MAX_INCOMING_BYTES,
    connectTimeout: CONNECT_TIMEOUT_MS,
    allowRequest: (request, answer) => {
      const isFull = io.engine.clientsCount >= maxConnections
      const refusal = isFull ? FULL : places.isFull(askedBy(request)) ? tooMany(places) : undefined
      answer(refusal, refusal === undefined)
    },
  })
  io.engine.on('connection', (connection: Connection) => {
    const leave = places.enter(askedBy(connection.request))
    if (leave !== undefined) connection.once('close', leave)
    // Of many that ask at once, each is allowed before any of them is counted.
    if (leave === undefined || io.engine.clientsCount > maxConnections) cut(connection)
  })
  io.on('connection', (socket) => {
    socket.on('error', onError)
    dropWhenSlow(socket, { backlogBytes: places.backlogBytes, graceMs: options.graceMs ?? GRACE_MS })
    obey(socket, stops)
  })
  /** How to stop telling of each chain. */
  const stops = new Map<number, () => void>()
  const add = (market: SocketMarket): void => {
    stops.set(market.chainId, tellRooms(io, market, { ...options, onError }))
  }
  for (const market of markets.values()) add(market)
  return {
    connected: () => io.engine.clientsCount,
    add,
    close: () => {
      for (const stop of stops.values()) stop()
      io.disconnectSockets(true)
      io.engine.close()
    },
  }
}

type Connection = Socket['conn']

const FULL = 'Too many people listen, try again later.'

function tooMany({ perAddress }: Places): string {
  return `One address may have ${perAddress} sockets and streams open, and yours has.`
}

function askedBy({ socket, headers }: IncomingMessage): string | undefined {
  return clientOf({ peer: socket.remoteAddress, header: (name) => headers[name]?.toString() })
}

function roomOf(chainId: number, topic: SocketTopic): string {
  return `${chainId}:${topic}`
}

/** What clients ask for. Only the rooms of our own chains can be joined, so nobody can make many. */
function obey(socket: Socket, chains: Pick<ReadonlySet<number>, 'has'>): void {
  const wantedRoom = (given: unknown): string | undefined => {
    const { data: wanted } = joinMessage.safeParse(given)
    return wanted && chains.has(wanted.chainId) ? roomOf(wanted.chainId, wanted.topic) : undefined
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

type Slowness = { readonly backlogBytes: number; readonly graceMs: number }

/** Disconnects who lets more wait than it may. One thing that is larger than that by itself is no fault of the listener. */
function dropWhenSlow(socket: Socket, { backlogBytes, graceMs }: Slowness): void {
  const { conn } = socket
  let waitingBytes = 0
  let isDropped = false
  conn.on('packetCreate', ({ data }: { readonly data?: unknown }) => {
    if (waitingBytes > backlogBytes && !isDropped) {
      isDropped = true
      // After the packet that is being made.
      queueMicrotask(() => {
        sayGoodbye(socket, graceMs)
      })
    }
    waitingBytes += PACKET_BYTES + (typeof data === 'string' ? data.length : 0)
  })
  conn.on('drain', () => {
    waitingBytes = 0
  })
}

/** Nothing more is said to it but that it has missed something. */
function sayGoodbye(socket: Socket, graceMs: number): void {
  const chains = new Set(Array.from(socket.rooms, (room) => Number(/^(\d+):/u.exec(room)?.[1])))
  for (const room of socket.rooms) if (room !== socket.id) void socket.leave(room)
  for (const chainId of chains) if (!Number.isNaN(chainId)) socket.emit('resync', { chainId })
  socket.conn.close()
  setTimeout(() => {
    cut(socket.conn)
  }, graceMs).unref()
}

/** A websocket that is only closed would keep what waits for its client until that says goodbye, too. */
function cut(connection: Connection): void {
  connection.close(true)
  const transport: object = connection.transport
  if (!('socket' in transport)) return
  const { socket } = transport as { readonly socket?: { readonly terminate?: () => void } }
  socket?.terminate?.()
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
