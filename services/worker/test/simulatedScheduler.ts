// A scheduler that only does what a test says: real sockets and real signatures, and no mind of its own.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  GATEWAY_PATH,
  hashWorkerLogin,
  hello,
  workerMessage,
  type Place,
  type PlaceReport,
  type PlaceState,
  type PoolFacts,
  type PoolMessage,
  type WorkerMessage,
  type WorkerProfile,
} from '@iexec/wire/work'
import { isAddressEqual, recoverAddress, toHex, type Address } from 'viem'
import { WebSocketServer, type WebSocket } from 'ws'

/** A worker that is logged in. */
type Guest = { readonly socket: WebSocket; n: number }
type Logs = Extract<WorkerMessage, { readonly type: 'logs' }>

/** A scheduler for tests. */
export type SimulatedScheduler = {
  readonly url: string
  /** Returns when this worker is logged in. */
  readonly guest: (worker: Address) => Promise<WorkerProfile>
  readonly offer: (worker: Address, place: Place) => Promise<void>
  readonly withdraw: (worker: Address, taskId: Place['taskId'], message: string) => Promise<void>
  readonly deliver: (worker: Address, taskId: Place['taskId']) => Promise<void>
  /** The first report of this place in one of these states, as soon as there is one; also one that came before. */
  readonly hear: (worker: Address, taskId: Place['taskId'], ...states: readonly PlaceState[]) => Promise<PlaceReport>
  readonly reports: (worker: Address, taskId: Place['taskId']) => readonly PlaceReport[]
  readonly logs: () => readonly Logs[]
  /** The newest profile of a worker that fits. */
  readonly profile: (worker: Address, isRight: (profile: WorkerProfile) => boolean) => Promise<WorkerProfile>
  /** Whether messages are acknowledged; they are, unless told otherwise. */
  readonly setAcks: (areSent: boolean) => void
  /** Breaks all connections, as a network does. */
  readonly cut: () => void
  /** Says goodbye to all. */
  readonly dismiss: (message: string, isFinal: boolean) => void
  readonly stop: () => Promise<void>
}

/** Starts one for a pool. */
export async function startScheduler(pool: Omit<PoolFacts, 'version'>): Promise<SimulatedScheduler> {
  const server = createServer((_, response) => response.writeHead(404).end())
  const sockets = new WebSocketServer({ server, path: GATEWAY_PATH })
  const guests = new Map<string, Guest>()
  const profiles = new Map<string, WorkerProfile>()
  const heard: { readonly worker: string; readonly report: PlaceReport }[] = []
  const logs: Logs[] = []
  const listeners = new Set<() => void>()
  let isAcking = true
  const wake = (): void => {
    for (const listener of listeners) listener()
  }
  /** Asks again at each event; the test's own timeout bounds it. */
  const until = async <Answer>(ask: () => Answer | undefined): Promise<Answer> => {
    for (;;) {
      const answer = ask()
      if (answer !== undefined) return answer
      const { promise, resolve } = Promise.withResolvers<void>()
      listeners.add(resolve)
      await promise
      listeners.delete(resolve)
    }
  }
  const say = (guest: Guest, message: PoolMessage): void => {
    guest.socket.send(JSON.stringify(message))
  }
  sockets.on('connection', (socket) => {
    const nonce = toHex(crypto.getRandomValues(new Uint8Array(32)))
    const guest: Guest = { socket, n: 0 }
    let worker: string | undefined
    socket.send(JSON.stringify({ type: 'welcome', nonce, pool: { ...pool, version: 'simulated' } }))
    socket.on('message', (data: Buffer) => void hear(data.toString()))
    socket.on('close', () => {
      if (worker !== undefined && guests.get(worker) === guest) guests.delete(worker)
      wake()
    })
    const hear = async (text: string): Promise<void> => {
      if (worker === undefined) {
        const said = hello.parse(JSON.parse(text))
        const { workerpool, chainId } = pool
        const hash = hashWorkerLogin({ worker: said.worker, workerpool, nonce, validUntil: said.validUntil }, chainId)
        const signer = await recoverAddress({ hash, signature: said.signature })
        if (!isAddressEqual(signer, said.worker)) throw new Error('This worker is somebody else.')
        worker = said.worker.toLowerCase()
        say(guest, { type: 'ready' })
        guests.set(worker, guest)
        profiles.set(worker, said.profile)
        wake()
        return
      }
      const message = workerMessage.parse(JSON.parse(text))
      if (message.type === 'report') heard.push({ worker, report: message.report })
      if (message.type === 'profile') profiles.set(worker, message.profile)
      if (message.type === 'logs') logs.push(message)
      if ('n' in message && isAcking) say(guest, { type: 'ack', ns: [message.n] })
      wake()
    }
  })
  const guestOf = async (worker: Address): Promise<Guest> => until(() => guests.get(worker.toLowerCase()))
  const sayNext = async (worker: Address, message: (n: number) => PoolMessage): Promise<void> => {
    const guest = await guestOf(worker)
    guest.n += 1
    say(guest, message(guest.n))
  }
  const reports = (worker: Address, taskId: string): readonly PlaceReport[] =>
    heard.flatMap(({ worker: who, report }) =>
      who === worker.toLowerCase() && report.taskId === taskId ? [report] : [],
    )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    guest: async (worker) => {
      await guestOf(worker)
      return until(() => profiles.get(worker.toLowerCase()))
    },
    offer: async (worker, place) => sayNext(worker, (n) => ({ type: 'offer', n, place })),
    withdraw: async (worker, taskId, message) => sayNext(worker, (n) => ({ type: 'withdraw', n, taskId, message })),
    deliver: async (worker, taskId) => sayNext(worker, (n) => ({ type: 'deliver', n, taskId })),
    hear: async (worker, taskId, ...states) =>
      until(() => reports(worker, taskId).find(({ state }) => states.includes(state))),
    reports,
    logs: () => logs,
    profile: async (worker, isRight) =>
      until(() => {
        const profile = profiles.get(worker.toLowerCase())
        return profile !== undefined && isRight(profile) ? profile : undefined
      }),
    setAcks: (areSent) => {
      isAcking = areSent
    },
    cut: () => {
      for (const { socket } of guests.values()) socket.terminate()
    },
    dismiss: (message, isFinal) => {
      for (const guest of guests.values()) say(guest, { type: 'goodbye', message, isFinal })
    },
    stop: async () => {
      for (const socket of sockets.clients) socket.terminate()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
