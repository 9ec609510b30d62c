// The door of the chain for pages in browsers. Anvil answers every page of every website, and every WebSocket: here only pages of
// this machine, wallets, and whom the owner of the network names come through. Programs say no origin, and are not held up.
import { Agent, createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { closeServer, isOriginOfThisMachine, isWebSocket, type ListenAddress } from '@iexec/service'
import { createProxyServer } from 'httpxy'

/** What a gate needs. */
export type GateOptions = ListenAddress & {
  /** What stands behind it. */
  readonly target: ListenAddress
  /** Pages of these origins come through, too. */
  readonly origins: readonly string[]
  /** Hears whose page was refused, once of each. */
  readonly onLine: (line: string) => void
}

/** A gate that listens. */
export type Gate = { readonly close: () => Promise<void> }

/** Wallets ask as extensions, in the name of whoever installed them. */
const OF_EXTENSIONS = /^(?:chrome|moz|safari-web)-extension:\/\//u
/** Of a page that invents origins without end, no more are told. */
const MOST_TOLD = 100
const SECONDS_TO_REMEMBER = '600'

/**
 * Opens the gate of a chain.
 *
 * @throws Error with one sentence when nothing can listen there
 * @example
 * const gate = await openGate({ host: '127.0.0.1', port: 8545, target, origins: [], onLine })
 */
export async function openGate(options: GateOptions): Promise<Gate> {
  const { host, port, target } = options
  // Bodies that come slowly, from however many, must not take the place of others.
  const agent = new Agent({ keepAlive: true })
  const proxy = createProxyServer({ target: `http://${target.host}:${target.port}`, ws: true, agent })
  const refuses = createDoorkeeper(options)
  const server = createServer({ shouldUpgradeCallback: isWebSocket }, (request, response) => {
    if (refuses(request)) refuse(response, request.headers.origin)
    else if (request.method === 'OPTIONS') answerPreflight(request, response)
    else {
      allowReading(request, response)
      proxy.web(request, response).catch((error: unknown) => {
        tellFailure(response, error)
      })
    }
  })
  server.on('upgrade', (request, socket: Socket, head) => {
    socket.on('error', () => socket.destroy())
    if (refuses(request)) socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
    else proxy.ws(request, socket, {}, head).catch(() => socket.destroy())
  })
  // Whoever keeps a connection decides himself when it ends, as with anvil: none is closed under a request.
  server.keepAliveTimeout = 0
  const sockets = watchSockets(server)
  await listenAt(server, { host, port })
  return {
    close: async () => {
      const closed = closeServer(server)
      for (const socket of sockets) socket.destroy()
      agent.destroy()
      await closed
    },
  }
}

/** Says of each request whether it comes from a page that nobody allowed. */
function createDoorkeeper({ origins, onLine }: GateOptions): (request: IncomingMessage) => boolean {
  const told = new Set<string>()
  return ({ headers: { origin } }) => {
    if (origin === undefined || isOriginOfThisMachine(origin) || OF_EXTENSIONS.test(origin)) return false
    if (origins.includes(origin)) return false
    if (told.size < MOST_TOLD && !told.has(origin)) {
      told.add(origin)
      onLine(describeRefusal(origin))
    }
    return true
  }
}

/** What a page says of itself may be of any length. */
function describeRefusal(origin: string): string {
  const name = JSON.stringify(origin.slice(0, 200))
  return `refused the page of ${name}: only pages of this machine may use this chain, and those of iexec network start --allow-origin`
}

function refuse(response: ServerResponse, origin = ''): void {
  const error = { code: -32_600, message: `The chain ${describeRefusal(origin)}.` }
  response
    .writeHead(403, { 'content-type': 'application/json' })
    .end(JSON.stringify({ jsonrpc: '2.0', id: null, error }))
}

function answerPreflight({ headers }: IncomingMessage, response: ServerResponse): void {
  response
    .writeHead(204, {
      'access-control-allow-origin': headers.origin ?? '*',
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': headers['access-control-request-headers'] ?? 'content-type',
      'access-control-max-age': SECONDS_TO_REMEMBER,
      vary: 'Origin, Access-Control-Request-Headers',
    })
    .end()
}

function allowReading({ headers: { origin } }: IncomingMessage, response: ServerResponse): void {
  response.setHeader('vary', 'Origin')
  if (origin !== undefined) response.setHeader('access-control-allow-origin', origin)
}

/** While the chain falls over and comes back, there is nobody behind the gate; what is too large for anvil, it breaks off. */
function tellFailure(response: ServerResponse, failure: unknown): void {
  if (response.headersSent) {
    response.destroy()
    return
  }
  const isAbsent = (failure as NodeJS.ErrnoException).code === 'ECONNREFUSED'
  const message = isAbsent
    ? 'The chain does not answer: it starts, or has ended.'
    : 'The chain broke the request off; it may be too large.'
  const body = JSON.stringify({ jsonrpc: '2.0', id: null, error: { code: -32_603, message } })
  response.writeHead(isAbsent ? 503 : 502, { 'content-type': 'application/json', connection: 'close' }).end(body)
}

/** A server forgets the sockets that became WebSockets. */
function watchSockets(server: Server): ReadonlySet<Socket> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  return sockets
}

async function listenAt(server: Server, { host, port }: ListenAddress): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server
    .once('error', (cause) => {
      reject(new Error(`The chain cannot listen on ${host}:${port}: ${cause.message}.`, { cause }))
    })
    .listen(port, host, resolve)
  return promise
}
