// One connection of a worker: its login, its numbered messages, and what both sides still have to acknowledge.
import { randomBytes } from 'node:crypto'
import {
  workerMessage,
  type Hello,
  type Place,
  type PlaceReport,
  type PoolFacts,
  type PoolMessage,
  type Welcome,
  type WorkerMessage,
  type WorkerProfile,
} from '@iexec/wire/work'
import type { Address, Hex } from 'viem'
import type { RawData, WebSocket } from 'ws'
import { openBucket, type GatewayLimits } from './limits.ts'
import { judgeLogin, type LoginTerms } from './login.ts'

/** Who hears of workers. What it returns a promise for is acknowledged when that is kept. */
export type GatewayEvents = {
  readonly onHello: (worker: Address, hello: Hello) => Promise<void>
  readonly onReady: (worker: Address) => void
  readonly onReport: (worker: Address, report: PlaceReport) => Promise<void>
  readonly onProfile: (worker: Address, profile: WorkerProfile) => Promise<void>
  readonly onLogs: (worker: Address, logs: Extract<WorkerMessage, { type: 'logs' }>) => void
  /** The worker has stored an offer. */
  readonly onStored: (worker: Address, task: Hex) => void
  readonly onGone: (worker: Address) => void
}

/** What a connection belongs to. */
export type ConnectionTerms = Omit<LoginTerms, 'nonce' | 'now'> & {
  readonly facts: PoolFacts
  readonly limits: GatewayLimits
  readonly events: GatewayEvents
  /** Called when a worker is let in; an older connection of it is to be ended. */
  readonly onLogin: (worker: Address, connection: Connection) => void
  readonly onEnd: (connection: Connection, worker: Address | undefined) => void
}

/** A message without its number. */
export type Said =
  | { readonly type: 'offer'; readonly place: Place }
  | { readonly type: 'withdraw'; readonly taskId: Hex; readonly message: string }
  | { readonly type: 'deliver'; readonly taskId: Hex }

/** A connection that stands. */
export type Connection = {
  readonly say: (said: Said) => void
  readonly ping: () => void
  readonly end: (message: string, isFinal: boolean) => void
}

type Phase = 'new' | 'entering' | 'in' | 'over'

/** Everything that one connection remembers. */
type Line = {
  readonly socket: WebSocket
  readonly terms: ConnectionTerms
  readonly nonce: Hex
  /** Tasks of offers that are not acknowledged, by their number. */
  readonly unacked: Map<number, Hex | undefined>
  phase: Phase
  worker: Address | undefined
  lastNumber: number
  acks: number[]
  isAlive: boolean
}

/** Welcomes who connected, and listens to it. */
export function openConnection(socket: WebSocket, terms: ConnectionTerms): Connection {
  const line: Line = {
    socket,
    terms,
    nonce: `0x${randomBytes(32).toString('hex')}`,
    unacked: new Map(),
    phase: 'new',
    worker: undefined,
    lastNumber: 0,
    acks: [],
    isAlive: true,
  }
  const connection: Connection = {
    say: (said) => {
      say(line, said)
    },
    ping: () => {
      ping(line)
    },
    end: (message, isFinal) => {
      sayGoodbye(line, message, isFinal)
    },
  }
  const { limits } = terms
  const timer = setTimeout(() => {
    if (line.phase === 'new') sayGoodbye(line, `Nobody logged in for ${limits.loginMs / 1_000} seconds.`, false)
  }, limits.loginMs)
  const messages = openBucket(limits.messagesPerSecond, limits.messageBurst)
  const bytes = openBucket(limits.bytesPerSecond, limits.byteBurst)
  socket.on('message', (data, isBinary) => {
    const now = performance.now()
    const isWithin = messages.take(1, now) && bytes.take(sizeOf(data), now)
    if (!isWithin) sayGoodbye(line, 'These are more messages than a worker has to send.', false)
    else if (line.phase !== 'over') void hear(line, connection, isBinary ? undefined : parse(data))
  })
  socket.on('pong', () => {
    line.isAlive = true
  })
  // Its close follows.
  socket.on('error', () => undefined)
  socket.on('close', () => {
    clearTimeout(timer)
    line.phase = 'over'
    terms.onEnd(connection, line.worker)
  })
  const welcome: Welcome = { type: 'welcome', nonce: line.nonce, pool: terms.facts }
  socket.send(JSON.stringify(welcome))
  return connection
}

function sizeOf(data: RawData): number {
  return Array.isArray(data) ? data.reduce((sum, part) => sum + part.length, 0) : data.byteLength
}

function parse(data: RawData): unknown {
  try {
    return JSON.parse((Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer)).toString('utf8'))
  } catch {
    return undefined
  }
}

async function hear(line: Line, connection: Connection, given: unknown): Promise<void> {
  try {
    if (line.phase === 'new') await enter(line, connection, given)
    else if (line.phase === 'in') await take(line, given)
    else sayGoodbye(line, 'A worker waits for ready before it says more.', false)
  } catch {
    // What could not be stored is not acknowledged; the worker says it again on its next connection.
    sayGoodbye(line, 'The pool cannot store anything at the moment.', false)
  }
}

async function enter(line: Line, connection: Connection, given: unknown): Promise<void> {
  const { terms, nonce } = line
  const answer = judgeLogin(given, { ...terms, nonce, now: Math.floor(Date.now() / 1_000) })
  if (!answer.ok) {
    sayGoodbye(line, answer.message, answer.isFinal)
    return
  }
  line.phase = 'entering'
  line.worker = answer.worker
  terms.onLogin(answer.worker, connection)
  await terms.events.onHello(answer.worker, answer.hello)
  if (isOver(line)) return
  line.phase = 'in'
  send(line, { type: 'ready' })
  terms.events.onReady(answer.worker)
}

function isOver({ phase }: Line): boolean {
  return phase === 'over'
}

async function take(line: Line, given: unknown): Promise<void> {
  const { events } = line.terms
  const read = workerMessage.safeParse(given)
  const { worker } = line
  if (worker === undefined) return
  if (!read.success) {
    sayGoodbye(line, 'This is no message of this version of the protocol.', true)
    return
  }
  const message = read.data
  switch (message.type) {
    case 'report':
      await events.onReport(worker, message.report)
      acknowledge(line, message.n)
      return
    case 'profile':
      await events.onProfile(worker, message.profile)
      acknowledge(line, message.n)
      return
    case 'logs':
      events.onLogs(worker, message)
      return
    case 'ack':
      for (const n of message.ns) {
        const task = line.unacked.get(n)
        line.unacked.delete(n)
        if (task !== undefined) events.onStored(worker, task)
      }
  }
}

/** Acknowledgements of one moment travel together. */
function acknowledge(line: Line, n: number): void {
  line.acks.push(n)
  if (line.acks.length > 1) return
  setImmediate(() => {
    const ns = line.acks
    line.acks = []
    send(line, { type: 'ack', ns })
  })
}

function say(line: Line, said: Said): void {
  if (line.phase !== 'in') return
  line.lastNumber += 1
  const n = line.lastNumber
  line.unacked.set(n, said.type === 'offer' ? said.place.taskId : undefined)
  if (line.unacked.size > line.terms.limits.backlog) {
    sayGoodbye(line, `${line.unacked.size} messages are not acknowledged.`, false)
    return
  }
  send(line, { ...said, n })
}

function send({ socket }: Line, message: PoolMessage): void {
  if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message))
}

function ping(line: Line): void {
  if (!line.isAlive) {
    line.socket.terminate()
    return
  }
  line.isAlive = false
  if (line.socket.readyState === line.socket.OPEN) line.socket.ping()
}

const CLOSE_PATIENCE_MS = 2_000

function sayGoodbye(line: Line, message: string, isFinal: boolean): void {
  if (line.phase === 'over') return
  line.phase = 'over'
  send(line, { type: 'goodbye', message: message.slice(0, 2_000), isFinal })
  line.socket.close(1_000)
  setTimeout(() => {
    line.socket.terminate()
  }, CLOSE_PATIENCE_MS).unref()
}
