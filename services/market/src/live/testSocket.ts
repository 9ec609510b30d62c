// For the tests of sockets: a real server, and clients that listen, or stop to.
import { createServer, type Server } from 'node:http'
import { connect, type AddressInfo, type Socket as TcpSocket } from 'node:net'
import { io as connectSocket, type Socket } from 'socket.io-client'
import { expect, onTestFinished } from 'vitest'
import type { DealItem, OrderItem } from '@iexec/wire'
import type { Database } from '../db/database.ts'
import { openBus, type Bus, type MarketMessage } from './bus.ts'
import { attachSocket, type SocketOptions, type Sockets } from './socket.ts'

export const PATIENCE = { timeout: 20_000, interval: 10 }
export const CHAIN = 134

/** Reads of the rows what these tests look at. */
const READING: Pick<SocketOptions, 'findOrder' | 'findDeal'> = {
  findOrder: async (reader, { chainId, hash: orderHash }) => {
    const row = await reader.selectFrom('book_order').selectAll().where('hash', '=', orderHash).executeTakeFirst()
    return row && ({ orderHash, chainId, remaining: row.remaining, status: row.status } as OrderItem)
  },
  findDeal: async (reader, { chainId, dealid }) => {
    const row = await reader.selectFrom('deal').selectAll().where('id', '=', dealid).executeTakeFirst()
    return row && ({ dealid, chainId, volume: row.bot_size } as DealItem)
  },
}

export type Served = {
  readonly database: Database
  readonly bus: Bus
  readonly server: Server
  readonly sockets: Sockets
}

/** A real server for the market in a database. */
export async function serve(
  database: Database,
  options: Partial<SocketOptions> = {},
): Promise<Served & { readonly port: number }> {
  const bus = await openBus(database)
  const server = createServer((_request, response) => response.end('the page'))
  const market = { chainId: CHAIN, bus, read: database.read }
  const sockets = attachSocket(server, new Map([[CHAIN, market]]), { ...READING, ...options })
  const { promise, resolve } = Promise.withResolvers<void>()
  server.listen(0, '127.0.0.1', resolve)
  await promise
  onTestFinished(async () => {
    sockets.close()
    server.close()
    server.closeAllConnections()
    await bus.close()
  })
  return { database, bus, server, sockets, port: (server.address() as AddressInfo).port }
}

/** A client that begins to connect, and does not try again. */
export function startSocket(
  { port }: { readonly port: number },
  transport = 'websocket',
  extraHeaders: Readonly<Record<string, string>> = {},
): Socket {
  const socket = connectSocket(`http://127.0.0.1:${port}`, {
    path: '/ws',
    transports: [transport],
    forceNew: true,
    reconnection: false,
    extraHeaders,
  })
  onTestFinished(() => {
    socket.disconnect()
  })
  return socket
}

/** A client, and everything that it has heard so far. */
export type TestClient = { readonly socket: Socket; readonly heard: readonly (readonly [string, unknown])[] }

export async function connectTo(
  { port }: { readonly port: number },
  transport = 'websocket',
  headers: Readonly<Record<string, string>> = {},
): Promise<TestClient> {
  const socket = startSocket({ port }, transport, headers)
  const heard: (readonly [string, unknown])[] = []
  socket.onAny((name: string, content: unknown) => heard.push([name, content]))
  await expect.poll(() => socket.connected, PATIENCE).toBe(true)
  return { socket, heard }
}

export async function ask({ socket }: TestClient, ...request: readonly [string, ...unknown[]]): Promise<unknown> {
  return socket.timeout(20_000).emitWithAck(...request)
}

export async function announce({ bus }: Served, ...messages: readonly MarketMessage[]): Promise<void> {
  await bus.write(async (_writer, tell) => {
    for (const message of messages) tell(message)
    return Promise.resolve()
  })
}

/** A client by hand that has joined the orders and stopped reading: websockets in all languages read without being asked to. */
export async function joinAndStopReading(
  port: number,
): Promise<{ readonly socket: TcpSocket; readonly received: () => string }> {
  const socket = connect(port, '127.0.0.1')
  onTestFinished(() => {
    socket.destroy()
  })
  socket.write(
    [
      'GET /ws/?EIO=4&transport=websocket HTTP/1.1',
      'host: 127.0.0.1',
      'upgrade: websocket',
      'connection: upgrade',
      'sec-websocket-version: 13',
      'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==',
      '\r\n',
    ].join('\r\n'),
  )
  let received = ''
  socket.on('data', (bytes: Buffer) => {
    received += bytes.toString('latin1')
  })
  await expect.poll(() => received, PATIENCE).toContain('pingInterval')
  // A masked text frame of less than 126 bytes; a mask of zeros leaves the text as it is.
  const say = (text: string): boolean =>
    socket.write(Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]))
  say('40')
  say(`420${JSON.stringify(['join', { chainId: CHAIN, topic: 'orders' }])}`)
  await expect.poll(() => received, PATIENCE).toContain('430[true]')
  socket.pause()
  return { socket, received: () => received }
}
