// A websocket that says when there is a new block. It is only an alarm clock: who sleeps longer loses nothing.
import type { WakeUp } from '../follow/steps.ts'
import { ChainError } from './chainError.ts'

/** How patient to be with a websocket. */
export type WatchOptions = {
  /** A connection that says nothing for so long is replaced; a minute when left out. */
  readonly silentMs?: number
  /** How long the first pause between two connections is; it doubles up to ten seconds. 250 when left out. */
  readonly pauseMs?: number
  /** What else to be woken at; transactions that wait for a block are `newPendingTransactions`. */
  readonly subscriptions?: readonly string[]
}

const LONGEST_PAUSE_MS = 10_000

/**
 * Wakes at each new block that a node announces, and at each new connection, for as long as its signal does not abort.
 * A connection that breaks, falls silent or cannot be made is replaced.
 *
 * @throws ChainError when the URL is none
 * @example
 * followEvents({ …, wakeUp: watchHeads('ws://127.0.0.1:8545') })
 */
export function watchHeads(url: string, options: WatchOptions = {}): WakeUp {
  const { silentMs = 60_000, pauseMs = 250, subscriptions = [] } = options
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (parsed === undefined || !/^wss?:$/u.test(parsed.protocol)) {
    throw new ChainError('BadUrl', 'The URL of a websocket must begin with ws:// or wss://.')
  }
  return (wake, signal) => {
    let pause = pauseMs
    const connect = (): void => {
      if (signal.aborted) return
      connectOnce({
        url,
        silentMs,
        signal,
        subscriptions: ['newHeads', ...subscriptions],
        onMessage: () => {
          pause = pauseMs
          wake()
        },
        onEnd: () => {
          setTimeout(connect, pause)
          pause = Math.min(LONGEST_PAUSE_MS, pause * 2)
        },
      })
    }
    connect()
  }
}

type Connection = {
  readonly url: string
  readonly silentMs: number
  readonly signal: AbortSignal
  readonly subscriptions: readonly string[]
  readonly onMessage: () => void
  /** Called once, unless the signal ended it. */
  readonly onEnd: () => void
}

function connectOnce({ url, silentMs, signal, subscriptions, onMessage, onEnd }: Connection): void {
  const socket = new WebSocket(url)
  const end = (): void => {
    clearTimeout(silence)
    signal.removeEventListener('abort', end)
    for (const [name, listener] of listeners) socket.removeEventListener(name, listener)
    // A closing handshake that is never answered must not keep anybody waiting, nor may its error surface.
    socket.addEventListener('error', () => undefined)
    socket.close()
    if (!signal.aborted) onEnd()
  }
  let silence = setTimeout(end, silentMs)
  const listeners: readonly (readonly [string, () => void])[] = [
    [
      'open',
      () => {
        for (const [id, name] of subscriptions.entries()) {
          socket.send(JSON.stringify({ jsonrpc: '2.0', id: id + 1, method: 'eth_subscribe', params: [name] }))
        }
      },
    ],
    [
      'message',
      () => {
        clearTimeout(silence)
        silence = setTimeout(end, silentMs)
        onMessage()
      },
    ],
    ['close', end],
    ['error', end],
  ]
  for (const [name, listener] of listeners) socket.addEventListener(name, listener)
  signal.addEventListener('abort', end, { once: true })
}
