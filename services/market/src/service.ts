// The whole service: markets, the HTTP side, sockets. `main.ts` only reads the settings and stops it.
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import type { Logger } from 'pino'
import { Registry, collectDefaultMetrics } from 'prom-client'
import manifest from '../package.json' with { type: 'json' }
import type { Config } from './config.ts'
import { findDeal } from './deal/listDeals.ts'
import { findOrder } from './book/index.ts'
import { createApp } from './http/app.ts'
import { openPlaces, type Places } from './live/places.ts'
import { whenAborted } from './live/session.ts'
import { attachSocket } from './live/socket.ts'
import type { Market } from './market.ts'
import { openMarket, type OpenedMarket } from './openMarket.ts'
import { createRooms } from './rooms.ts'

/** A service that runs. */
export type Service = {
  /** Where it listens. */
  readonly url: string
  readonly markets: readonly Market[]
  /** Resolves when it has stopped; rejects with what nobody can wait out. */
  readonly ended: Promise<void>
}

/**
 * Starts the service, and returns when it listens; `undefined` when the signal aborted before. When it aborts later, the service
 * finishes what it is doing, and closes everything.
 *
 * @throws Error in one sentence when it cannot: no hub at the address, a port that is taken, a database of another market
 * @example
 * const stopping = new AbortController()
 * const service = await startService(config, log, stopping.signal)
 * stopping.abort()
 * await service?.ended
 */
export async function startService(config: Config, log: Logger, signal: AbortSignal): Promise<Service | undefined> {
  const failed = new AbortController()
  const stopping = AbortSignal.any([signal, failed.signal])
  const opened: OpenedMarket[] = []
  const closeMarkets = async (): Promise<void> => {
    for (const { close } of opened) await close()
  }
  try {
    for (const chain of config.chains) opened.push(await openMarket({ chain, config, log, signal: stopping }))
    requireDifferentChains(opened)
    const markets = opened.map(({ market }) => market)
    const places = openPlaces(config.listeners)
    const server = createServer(markets, { config, log, places, signal: stopping })
    const sockets = attachSocket(server, new Map(markets.map((market) => [market.chainId, market])), {
      findOrder,
      findDeal,
      places,
      onError: (error) => {
        log.warn({ error: String(error) }, 'A socket was not served.')
      },
    })
    const url = await listen(server, config)
    const running = Promise.all(opened.map(async ({ run }) => run(stopping)))
    const close = async (): Promise<void> => {
      sockets.close()
      await closeServer(server)
      await running.catch(() => undefined)
      await closeMarkets()
    }
    // One market that cannot go on ends all.
    running.catch(() => {
      failed.abort()
    })
    const ended = whenAborted(stopping)
      .then(close)
      .then(async () => running)
      .then(() => undefined)
    return { url, markets, ended }
  } catch (cause) {
    failed.abort()
    await closeMarkets()
    if (signal.aborted) return undefined
    throw cause
  }
}

/** Longer than any answer takes. */
const GRACE_MS = 5000

type ServerOptions = {
  readonly config: Config
  readonly log: Logger
  readonly places: Places
  readonly signal: AbortSignal
}

function createServer(markets: readonly Market[], { config, log, places, signal }: ServerOptions): Server {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const rooms = createRooms({
    signal,
    places,
    onError: (error) => {
      log.error({ error: String(error) }, 'A GraphQL request could not be answered.')
    },
  })
  const app = createApp({
    markets,
    rooms,
    version: manifest.version,
    rateLimit: config.rateLimit,
    log: {
      error: ({ error, route }, sentence) => {
        log.error({ error: error instanceof Error ? error.stack : String(error), route }, sentence)
      },
    },
    registry,
    now: Date.now,
  })
  return createAdaptorServer({ fetch: app.fetch }) as Server
}

async function listen(server: Server, { host, port }: Config): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const isTaken = error.code === 'EADDRINUSE'
      reject(
        isTaken ? new Error(`Port ${port} of ${host} is taken; choose another with --port.`, { cause: error }) : error,
      )
    })
    server.listen(port, host, resolve)
  })
  const { address, family, port: actual } = server.address() as AddressInfo
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${actual}`
}

/** Answers what was asked already; who takes longer than `GRACE_MS` to listen is cut off. */
async function closeServer(server: Server): Promise<void> {
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

function requireDifferentChains(opened: readonly OpenedMarket[]): void {
  const ids = opened.map(({ market }) => market.chainId)
  const twice = ids.find((id, index) => ids.indexOf(id) !== index)
  if (twice !== undefined) throw new Error(`Chain ${twice} is configured twice; a service has one market per chain.`)
}
