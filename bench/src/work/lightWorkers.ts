// Simulated workers, of which a thousand fit into one process: each logs in, takes what it is offered, and says that it is computed.
// They compute nothing and send nothing to the chain, so that only the scheduler is measured.
import { setMaxListeners } from 'node:events'
import { GATEWAY_PATH, hashWorkerLogin, type PoolMessage, type Welcome } from '@iexec/wire/work'
import { fastWallet } from '../wallet.ts'

/** Simulated workers that are connected. */
export type LightWorkers = { readonly stop: () => void }

/** Where they go, and who hears of each place that one of them takes. */
export type LightWorkersOptions = {
  /** Of the scheduler. */
  readonly url: string
  readonly count: number
  readonly places: number
  readonly onTaken: () => void
}

/** So many log in at the same time. */
const AT_ONCE = 50
const LOGIN_SECONDS = 600

/**
 * Connects them, and returns when the scheduler has let all of them in.
 *
 * @example
 * const workers = await startLightWorkers({ url: scheduler.url, count: 1_000, places: 2, onTaken })
 */
export async function startLightWorkers(options: LightWorkersOptions): Promise<LightWorkers> {
  const stopped = new AbortController()
  setMaxListeners(0, stopped.signal)
  for (let first = 0; first < options.count; first += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, options.count - first) }, (_, place) => first + place)
    await Promise.all(some.map(async (n) => join(n, options, stopped.signal)))
  }
  return {
    stop: () => {
      stopped.abort()
    },
  }
}

async function join(n: number, options: LightWorkersOptions, signal: AbortSignal): Promise<void> {
  const socket = new WebSocket(`${options.url.replace('http', 'ws')}${GATEWAY_PATH}`)
  signal.addEventListener('abort', () => {
    socket.close()
  })
  const { promise, resolve, reject } = Promise.withResolvers<undefined>()
  const say = (message: object): void => {
    socket.send(JSON.stringify(message))
  }
  let count = 0
  socket.addEventListener('error', () => {
    reject(new Error(`The scheduler at ${options.url} does not let simulated worker ${n} in.`))
  })
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(String(data)) as PoolMessage | Welcome
    if (message.type === 'welcome') say(logIn(n, message, options.places))
    else if (message.type === 'ready') resolve(undefined)
    else if (message.type === 'goodbye') reject(new Error(`The scheduler sends worker ${n} away: ${message.message}`))
    else if (message.type === 'offer') {
      say({ type: 'ack', ns: [message.n] })
      for (const state of ['accepted', 'running', 'computed']) {
        count += 1
        say({ type: 'report', n: count, report: { taskId: message.place.taskId, state, at: new Date().toISOString() } })
      }
      options.onTaken()
    }
  })
  await promise
}

function logIn(n: number, { nonce, pool }: Welcome, places: number): object {
  const wallet = fastWallet(n)
  const validUntil = Math.floor(Date.now() / 1_000) + LOGIN_SECONDS
  const login = { worker: wallet.address, workerpool: pool.workerpool, nonce, validUntil }
  const profile = {
    name: 'simulated',
    version: '0.0.0',
    platform: 'linux/x64',
    engines: ['WASM'],
    cpus: 64,
    memoryBytes: 2 ** 40,
    diskBytes: 2 ** 40,
    gpu: false,
    tee: [],
    network: false,
    places,
    cached: [],
  }
  const signature = wallet.sign(hashWorkerLogin(login, pool.chainId))
  return { type: 'hello', worker: wallet.address, validUntil, signature, profile }
}
