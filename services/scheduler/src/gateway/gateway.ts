// The websockets of all workers, on the HTTP server of the scheduler.
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { GATEWAY_PATH, LONGEST_MESSAGE } from '@iexec/wire/work'
import type { Address } from 'viem'
import { WebSocketServer } from 'ws'
import { openConnection, type Connection, type ConnectionTerms, type Said } from './connection.ts'

/** The gateway of a scheduler. */
export type Gateway = {
  /** Says something to a worker, if it is connected. */
  readonly say: (worker: Address, said: Said) => void
  readonly isConnected: (worker: Address) => boolean
  readonly count: () => number
  /** Begins or ends letting workers in: only who leads does. */
  readonly serve: (terms: GatewayTerms | undefined) => void
  readonly close: () => void
}

/** What workers are told, and who hears of them. */
export type GatewayTerms = Omit<ConnectionTerms, 'onLogin' | 'onEnd'>

const SECOND_WORKER =
  'Another worker has logged in with this wallet, and works in its place: one wallet belongs to one worker. Give each machine a key of its own.'

/**
 * Opens the gateway on a server. It lets nobody in before `serve`.
 *
 * @example
 * const gateway = openGateway(server)
 * gateway.serve(terms)
 */
export function openGateway(server: Server): Gateway {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: LONGEST_MESSAGE, perMessageDeflate: false })
  const workers = new Map<Address, Connection>()
  const all = new Set<Connection>()
  const strangers = new Set<Connection>()
  let terms: GatewayTerms | undefined
  let timer: NodeJS.Timeout | undefined
  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const path = (request.url ?? '').split('?', 1)[0]
    const served = terms
    if (path !== GATEWAY_PATH) return refuse(socket, '404 Not Found')
    if (served === undefined || all.size >= served.limits.connections) return refuse(socket, '503 Service Unavailable')
    return sockets.handleUpgrade(request, socket, head, (opened) => {
      const connection = openConnection(opened, {
        ...served,
        onLogin: (worker, own) => {
          strangers.delete(own)
          // Whoever hears this is alive, so somebody else has his key: two that take turns would end each other for ever.
          workers.get(worker)?.end(SECOND_WORKER, true)
          workers.set(worker, own)
        },
        onEnd: (own, worker) => {
          all.delete(own)
          strangers.delete(own)
          if (worker === undefined || workers.get(worker) !== own) return
          workers.delete(worker)
          served.events.onGone(worker)
        },
      })
      all.add(connection)
      strangers.add(connection)
      // Who means it logs in at once; who only holds places must not keep others out.
      const [oldest] = strangers
      if (strangers.size > served.limits.strangers) oldest?.end('Too many others want to log in.', false)
    })
  }
  server.on('upgrade', onUpgrade)
  const endAll = (message: string): void => {
    for (const connection of all) connection.end(message, false)
  }
  return {
    say: (worker, said) => workers.get(worker)?.say(said),
    isConnected: (worker) => workers.has(worker),
    count: () => workers.size,
    serve: (next) => {
      terms = next
      clearInterval(timer)
      if (next === undefined) endAll('Another process serves this pool now.')
      else
        timer = setInterval(() => {
          for (const connection of all) connection.ping()
        }, next.limits.pingMs)
    },
    close: () => {
      clearInterval(timer)
      terms = undefined
      server.off('upgrade', onUpgrade)
      endAll('The pool stops; it will be back.')
      sockets.close()
    },
  }
}

function refuse(socket: Duplex, status: string): void {
  socket.on('error', () => undefined)
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}
