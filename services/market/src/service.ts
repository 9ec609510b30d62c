// The whole service: markets, the HTTP side, sockets. `main.ts` only reads the settings and stops it.
import type { Server } from 'node:http'
import { closeServer, createServer, isDown, watchOutages, whenAborted, listen } from '@iexec/service'
import type { Logger } from 'pino'
import { Registry, collectDefaultMetrics } from 'prom-client'
import manifest from '../package.json' with { type: 'json' }
import type { ChainConfig, Config } from './config.ts'
import { findDeal } from './deal/listDeals.ts'
import { findOrder } from './book/index.ts'
import { createApp } from './http/app.ts'
import { openPlaces, type Places } from './live/places.ts'
import { attachSocket, type Sockets } from './live/socket.ts'
import type { AbsentChain, Chains, Market } from './market.ts'
import { openMarket, type OpenedMarket } from './openMarket.ts'
import { createRooms } from './rooms.ts'

/** A service that runs. */
export type Service = {
  /** Where it listens. */
  readonly url: string
  readonly chains: Chains
  /** Resolves when it has stopped; rejects with what nobody can wait out. */
  readonly ended: Promise<void>
}

/**
 * Starts the service, and returns when it listens; `undefined` when the signal aborted before. Chains that are not there yet are
 * added when they come. When the signal aborts later, the service finishes what it is doing, and closes everything.
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
  const hall = openHall({ config, log, signal: stopping })
  const lives = config.chains.map((chain) => serveChain(chain, hall))
  const running = Promise.all(lives.map(async ({ ended }) => ended)).then(() => undefined)
  // One market that cannot go on ends all.
  running.catch(() => {
    failed.abort()
  })
  const close = async (): Promise<void> => {
    await hall.close()
    await running.catch(() => undefined)
    for (const { closeMarket } of lives) await closeMarket()
  }
  try {
    await Promise.race([Promise.all(lives.map(async ({ tried }) => tried)), running])
    const url = signal.aborted ? undefined : await listen(hall.server, config)
    hall.onListening()
    const ended = whenAborted(stopping)
      .then(close)
      .then(async () => running)
    if (url !== undefined) return { url, chains: hall, ended }
    await ended
    return undefined
  } catch (cause) {
    failed.abort()
    await close()
    throw cause
  }
}

/** The public side, and the chains that it shows. */
type Hall = ServerOptions & {
  readonly markets: Market[]
  readonly chainIds: Set<number>
  readonly absent: AbsentChain[]
  readonly server: Server
  readonly sockets: Sockets
  /** Nothing is indexed by a service that cannot listen. */
  readonly listening: Promise<void>
  readonly onListening: () => void
  readonly close: () => Promise<void>
}

function openHall(options: Omit<ServerOptions, 'places'>): Hall {
  const chains = { markets: [], absent: [] }
  const places = openPlaces(options.config.listeners)
  const server = createMarketServer(chains, { ...options, places })
  const sockets = attachSocket(server, new Map(), {
    findOrder,
    findDeal,
    places,
    onError: (error) => {
      options.log.warn({ error: String(error) }, 'A socket was not served.')
    },
  })
  const close = async (): Promise<void> => {
    sockets.close()
    await closeServer(server)
  }
  const { promise: listening, resolve: onListening } = Promise.withResolvers<void>()
  return { ...options, ...chains, chainIds: new Set(), places, server, sockets, listening, onListening, close }
}

/** One chain, from its settings to its end. */
type ChainLife = {
  /** Resolves when it is served, or known to be absent. */
  readonly tried: Promise<void>
  readonly ended: Promise<void>
  /** For when nobody asks any more. */
  readonly closeMarket: () => Promise<void>
}

function serveChain(chain: ChainConfig, hall: Hall): ChainLife {
  const { markets, absent, sockets, listening, config, log, signal } = hall
  const { promise: tried, resolve: onTried } = Promise.withResolvers<void>()
  let opened: OpenedMarket | undefined
  const place = { hub: chain.hub, since: Date.now() }
  const onAbsent = (): void => {
    absent.push(place)
    onTried()
  }
  const onChain = (chainId: number): void => {
    if (hall.chainIds.has(chainId)) {
      throw new Error(`Chain ${chainId} is configured twice; a service has one market per chain.`)
    }
    hall.chainIds.add(chainId)
  }
  const live = async (): Promise<void> => {
    opened = await openMarket({ chain, config, log, signal, onAbsent, onChain })
    const { market, run } = opened
    markets.push(market)
    sockets.add(market)
    const isLate = absent.includes(place)
    if (isLate) {
      absent.splice(absent.indexOf(place), 1)
      log.info({ chainId: market.chainId, hub: chain.hub }, 'This chain is served from now on.')
    }
    onTried()
    await Promise.race([listening, whenAborted(signal)])
    if (!signal.aborted) await run(signal)
  }
  const ended = live().catch((error: unknown) => {
    // Whatever is given up halfway when all ends is no failure.
    if (!signal.aborted) throw error
    onTried()
  })
  return { tried, ended, closeMarket: async () => opened?.close() }
}

type ServerOptions = {
  readonly config: Config
  readonly log: Logger
  readonly places: Places
  readonly signal: AbortSignal
}

function createMarketServer(chains: Chains, { config, log, places, signal }: ServerOptions): Server {
  const registry = new Registry()
  // The usual 10 ms would wake an idle process a hundred times a second.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 40 })
  const isFirst = watchOutages(Date.now)
  const rooms = createRooms({
    signal,
    places,
    onError: (error) => {
      if (isDown(error) && !isFirst()) return
      log.error({ error: String(error) }, 'A GraphQL request could not be answered.')
    },
  })
  const app = createApp({
    ...chains,
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
  return createServer(app)
}
