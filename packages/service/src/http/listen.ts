// A server from its first request to its last.
import type { IncomingMessage, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import type { Hono } from 'hono'
import type { HttpEnv } from './rateLimit.ts'

/** Longer than any answer takes. */
const GRACE_MS = 5000

/** Where to listen. */
export type ListenAddress = { readonly host: string; readonly port: number }

/** Node's server over an app; sockets may be attached to it. */
export function createServer(app: Hono<HttpEnv>): Server {
  return createAdaptorServer({ fetch: app.fetch, serverOptions: { shouldUpgradeCallback: isWebSocket } }) as Server
}

/** Clients of HTTP/2, as Java's is, offer every server to go on with that; an offer that nobody takes is no reason not to answer. */
export function isWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket'
}

const isNoHost = ({ host }: ListenAddress): string =>
  `${host} is no address of this machine; choose another with --host, such as 127.0.0.1, or 0.0.0.0 for all of them.`

const isNoName = ({ host }: ListenAddress): string =>
  `${host} cannot be resolved: it is no address of this machine; choose another with --host, such as 127.0.0.1, or 0.0.0.0 for all of them.`

/** Why nobody can listen there, by the system's own names. */
const NO_LISTENING: Readonly<Record<string, (address: ListenAddress) => string>> = {
  EADDRINUSE: ({ host, port }) => `Port ${port} of ${host} is taken; choose another with --port.`,
  EACCES: ({ host, port }) => `Port ${port} of ${host} is not for this user; choose another with --port.`,
  EADDRNOTAVAIL: isNoHost,
  ENOTFOUND: isNoName,
  EAI_AGAIN: isNoName,
  EINVAL: isNoHost,
}

/**
 * Begins to listen.
 *
 * @returns the URL
 * @throws Error with one sentence that says what to do when it cannot
 * @example
 * await listen(createServer(app), { host: '127.0.0.1', port: 0 }) // 'http://127.0.0.1:40123'
 */
export async function listen(server: Server, { host, port }: ListenAddress): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = NO_LISTENING[error.code ?? '']?.({ host, port })
      reject(why === undefined ? error : new Error(why, { cause: error }))
    })
    server.listen(port, host, resolve)
  })
  const { address, family, port: actual } = server.address() as AddressInfo
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${actual}`
}

/** Answers what was asked already; who takes longer than 5 seconds to listen is cut off. */
export async function closeServer(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    const cut = setTimeout(() => {
      server.closeAllConnections()
    }, GRACE_MS)
    server.close(() => {
      clearTimeout(cut)
      resolve()
    })
    server.closeIdleConnections()
  })
}
