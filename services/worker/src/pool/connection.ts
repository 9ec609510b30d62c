// One connection to a scheduler, from the first words to its end. Messages have numbers; what is stored is acknowledged.
import {
  GATEWAY_PATH,
  LONGEST_MESSAGE,
  poolMessage,
  welcome,
  type PoolFacts,
  type PoolMessage,
  type WorkerMessage,
  type WorkerProfile,
} from '@iexec/wire/work'
import { sayWhy } from '@iexec/service'
import type { LocalAccount } from 'viem'
import { WebSocket } from 'ws'
import { z } from 'zod'
import { sayHello, whyOtherPool, type WantedPool } from './login.ts'

/** Whom to call, as whom, and what to expect. */
export type ConnectionOptions = {
  /** Of the scheduler: http or https. */
  readonly url: string
  readonly wanted: WantedPool
  readonly account: LocalAccount
  readonly profile: () => WorkerProfile
  readonly now: () => number
  /** A scheduler that says nothing for so long is gone; milliseconds. */
  readonly silentMs: number
  readonly signal: AbortSignal
  /** The login is taken. */
  readonly onReady: (line: PoolLine, pool: PoolFacts) => void
  /** Stores what is asked; when it returns, that is acknowledged. */
  readonly onMessage: (message: Exclude<PoolMessage, { readonly type: 'ready' | 'ack' | 'goodbye' }>) => Promise<void>
  /** These messages of ours are stored. */
  readonly onAck: (ns: readonly number[]) => void
}

/** What can be said while a connection stands. What is said to one that broke is lost; the next one begins with everything. */
export type PoolLine = {
  /** Sends, and says under which number. */
  readonly send: (message: Numbered) => number
  readonly sendLogs: (message: Extract<WorkerMessage, { readonly type: 'logs' }>) => void
  /** Bytes that wait to be sent. */
  readonly waiting: () => number
}

/** A message that gets a number. */
export type Numbered =
  | Omit<Extract<WorkerMessage, { readonly type: 'report' }>, 'n'>
  | Omit<Extract<WorkerMessage, { readonly type: 'profile' }>, 'n'>

/** How a connection ended: for good, because one of both does not want it; or by accident. */
export type ConnectionEnd = { readonly isFinal: boolean; readonly why: string }

/**
 * Connects, logs in, and stays until the connection ends.
 *
 * @example
 * const { isFinal, why } = await connectOnce(options)
 */
export async function connectOnce(options: ConnectionOptions): Promise<ConnectionEnd> {
  const { url, signal, silentMs } = options
  const socket = new WebSocket(gatewayOf(url), { maxPayload: LONGEST_MESSAGE, handshakeTimeout: silentMs })
  const { promise, resolve } = Promise.withResolvers<ConnectionEnd>()
  const end = (how: ConnectionEnd): void => {
    resolve(how)
    socket.close()
    // Nobody waits for a closing handshake that is never answered.
    setTimeout(() => {
      socket.terminate()
    }, 1_000).unref()
  }
  const watch = watchSilence(silentMs, socket, () => {
    end({ isFinal: false, why: `The scheduler has said nothing for ${silentMs / 1000} s.` })
  })
  const hear = createHearer(options, { socket, end })
  const onAbort = (): void => {
    end({ isFinal: true, why: 'This worker stops.' })
  }
  signal.addEventListener('abort', onAbort, { once: true })
  if (signal.aborted) onAbort()
  socket.on('message', (data: Buffer) => {
    watch.heard()
    hear(data.toString())
  })
  socket.on('ping', watch.heard).on('pong', watch.heard)
  socket.on('unexpected-response', (_, { statusCode = 0 }) => {
    end({ isFinal: false, why: whyNotOpened(url, statusCode) })
  })
  socket.on('error', (error) => {
    end({ isFinal: false, why: sayWhy(error) })
  })
  socket.on('close', (code) => {
    end({ isFinal: false, why: `The scheduler closed the connection (${code}).` })
  })
  const how = await promise
  watch.stop()
  signal.removeEventListener('abort', onAbort)
  return how
}

/**
 * Why there is no connection where HTTP answers in place of a scheduler, with what to do.
 *
 * @example
 * whyNotOpened('https://pool.example', 403) // 'https://pool.example does not let this worker in (403): …'
 */
export function whyNotOpened(url: string, status: number): string {
  switch (status) {
    case 401:
    case 403:
      return `${url} does not let this worker in (${status}): ask the owner of the pool what stands before its scheduler.`
    case 404:
      return `There is no scheduler at ${url} (404): look at --scheduler, or ask the owner of the pool.`
    case 503:
      return `The scheduler at ${url} lets nobody in at the moment (503): it starts, is full, or another one serves the pool.`
    default:
      return `${url} answers ${status} in place of a scheduler: look at --scheduler, or ask the owner of the pool.`
  }
}

/**
 * Why a socket broke before anybody spoke, with what to do: whoever listens there may be another service.
 *
 * @param error of the socket
 * @example
 * await whyNotSpoken('https://market.example', error) // 'https://storage.example is iexec-storage 0.1.0, where iexec-scheduler was expected: …'
 */
export async function whyNotSpoken(url: string, error: unknown): Promise<string> {
  const remedy = 'look at --scheduler, or ask the owner of the pool'
  try {
    const answer = await fetch(`${url.replace(/\/+$/u, '')}/version`, { signal: AbortSignal.timeout(WHO_MS) })
    const told = who.safeParse(await answer.json().catch(() => undefined))
    if (!told.success) return whyNotOpened(url, answer.status)
    const { name = 'another service of version', version } = told.data
    if (name === SCHEDULER) return `${url} opens no websocket (${sayWhy(error)}): ${remedy}.`
    return `${url} is ${name} ${version}, where ${SCHEDULER} was expected: ${remedy}.`
  } catch {
    return `${url} does not answer (${sayWhy(error)}): ${remedy}.`
  }
}

const WHO_MS = 5_000
const SCHEDULER = 'iexec-scheduler'
/** What services answer at `/version`; a market gives no name. */
const who = z.object({ name: z.string().max(100).optional(), version: z.string().max(100) })

type Open = { readonly socket: WebSocket; readonly end: (how: ConnectionEnd) => void }

/** Reads one message after the other: what was said first is stored first. */
function createHearer(options: ConnectionOptions, { socket, end }: Open): (text: string) => void {
  let isWelcomed = false
  let pool: PoolFacts | undefined
  let chain = Promise.resolve()
  const read = async (text: string): Promise<void> => {
    if (!isWelcomed) {
      isWelcomed = true
      pool = await greet(text, options, { socket, end })
      return
    }
    const message = poolMessage.parse(JSON.parse(text))
    switch (message.type) {
      case 'ready':
        if (pool !== undefined) options.onReady(openLine(socket), pool)
        return
      case 'ack':
        options.onAck(message.ns)
        return
      case 'goodbye':
        end({ isFinal: message.isFinal, why: message.message })
        return
      default:
        await options.onMessage(message)
        put(socket, { type: 'ack', ns: [message.n] })
    }
  }
  return (text) => {
    chain = chain
      .then(async () => read(text))
      .catch((error: unknown) => {
        end({ isFinal: false, why: `A message of the scheduler could not be taken: ${sayWhy(error)}` })
      })
  }
}

async function greet(text: string, options: ConnectionOptions, { socket, end }: Open): Promise<PoolFacts> {
  const said = JSON.parse(text) as { readonly type?: unknown; readonly message?: unknown }
  // A scheduler that wants nobody says so before it asks who is there.
  if (said.type === 'goodbye') {
    const farewell = poolMessage.parse(said)
    if (farewell.type === 'goodbye') end({ isFinal: farewell.isFinal, why: farewell.message })
  }
  const first = welcome.parse(said)
  const why = whyOtherPool(first.pool, options.wanted)
  if (why !== undefined) end({ isFinal: true, why })
  else {
    const { account, profile, now } = options
    put(socket, await sayHello(first, { account, profile: profile(), now: now() }))
  }
  return first.pool
}

function openLine(socket: WebSocket): PoolLine {
  let last = 0
  return {
    send: (message) => {
      last += 1
      put(socket, { ...message, n: last })
      return last
    },
    sendLogs: (message) => {
      put(socket, message)
    },
    waiting: () => socket.bufferedAmount,
  }
}

function put(socket: WebSocket, message: object): void {
  if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message))
}

function watchSilence(
  silentMs: number,
  socket: WebSocket,
  onSilent: () => void,
): { readonly heard: () => void; readonly stop: () => void } {
  let last = performance.now()
  const timer = setInterval(() => {
    if (performance.now() - last > silentMs) onSilent()
    else if (socket.readyState === WebSocket.OPEN) socket.ping()
  }, silentMs / 4)
  return {
    heard: () => {
      last = performance.now()
    },
    stop: () => {
      clearInterval(timer)
    },
  }
}

/**
 * Where the websocket of a scheduler is.
 *
 * @example
 * gatewayOf('https://pool.example/api') // 'wss://pool.example/api/workers/socket'
 */
export function gatewayOf(url: string): string {
  return `${url.replace(/^http/u, 'ws').replace(/\/+$/u, '')}${GATEWAY_PATH}`
}
