// Somebody who only listens to a node: when each block arrived, when each transaction came into the pool, what the hub said.
import { hubAbi } from '@iexec/protocol/abi'
import { hexToNumber, parseEventLogs, type Address, type Hex, type RpcLog } from 'viem'
import { formatLog } from 'viem/utils'

/** A block as it was seen. Milliseconds are those of `performance.now()`. */
export type SeenBlock = { readonly arrivedMs: number; /** Seconds since 1970. */ readonly timestamp: number }

/** Something that the hub did to a task. */
export type SeenEvent = {
  readonly name: string
  readonly taskId: Hex
  readonly block: number
  readonly transaction: Hex
}

/** What was seen so far. */
export type Observer = {
  readonly blocks: ReadonlyMap<number, SeenBlock>
  readonly events: readonly SeenEvent[]
  /** In which block a deal is. */
  readonly deals: ReadonlyMap<Hex, number>
  /** When a transaction came into the pool. */
  readonly pooledMs: ReadonlyMap<Hex, number>
  /** Waits until something is true, which is looked at whenever something was seen. */
  readonly until: (isTrue: () => boolean, what: string) => Promise<void>
  readonly close: () => void
}

const LONGEST_WAIT_MS = 300_000

type Message = {
  readonly id?: number
  readonly result?: Hex
  readonly params?: { readonly subscription: Hex; readonly result: unknown }
}

/**
 * Begins to listen, and returns when the node has agreed to tell everything.
 *
 * @example
 * const observer = await observe(anvil.url, hub)
 * await observer.until(() => observer.events.some(({ name }) => name === 'TaskFinalize'), 'the end of a task')
 */
export async function observe(url: string, hub: Address): Promise<Observer> {
  const blocks = new Map<number, SeenBlock>()
  const events: SeenEvent[] = []
  const deals = new Map<Hex, number>()
  const pooledMs = new Map<Hex, number>()
  const watchers = new Set<() => void>()
  const hear: readonly ((result: never) => void)[] = [
    ({ number, timestamp }: { readonly number: Hex; readonly timestamp: Hex }) => {
      blocks.set(hexToNumber(number), { arrivedMs: performance.now(), timestamp: hexToNumber(timestamp) })
    },
    (log: RpcLog) => {
      const [found] = parseEventLogs({ abi: hubAbi, logs: [formatLog(log)] })
      if (found?.eventName === 'OrdersMatched') deals.set(found.args.dealid, Number(found.blockNumber))
      if (found !== undefined && 'taskid' in found.args) {
        const { eventName: name, args, blockNumber, transactionHash: transaction } = found
        events.push({ name, taskId: args.taskid, block: Number(blockNumber), transaction: transaction ?? '0x' })
      }
    },
    (hash: Hex) => {
      pooledMs.set(hash, performance.now())
    },
  ]
  const socket = await subscribe(url, hub, (kind, result) => {
    hear[kind]?.(result as never)
    for (const wake of watchers) wake()
  })
  return {
    blocks,
    events,
    deals,
    pooledMs,
    until: async (isTrue, what) => until(watchers, isTrue, what),
    close: () => {
      socket.close()
    },
  }
}

/** Tells what it hears by the place of its subscription: heads, logs of the hub, hashes of transactions that wait. */
async function subscribe(url: string, hub: Address, hear: (kind: number, result: unknown) => void): Promise<WebSocket> {
  const wishes = [['newHeads'], ['logs', { address: hub }], ['newPendingTransactions']]
  const kinds = new Map<Hex, number>()
  const socket = new WebSocket(url.replace('http', 'ws'))
  const { promise, resolve, reject } = Promise.withResolvers<undefined>()
  socket.addEventListener('error', () => {
    reject(new Error(`The node at ${url} takes no websocket.`))
  })
  socket.addEventListener('open', () => {
    for (const [id, params] of wishes.entries())
      socket.send(JSON.stringify({ jsonrpc: '2.0', id, method: 'eth_subscribe', params }))
  })
  socket.addEventListener('message', ({ data }) => {
    const { id, result, params } = JSON.parse(String(data)) as Message
    if (id !== undefined && result !== undefined) kinds.set(result, id)
    if (kinds.size === wishes.length) resolve(undefined)
    const kind = params && kinds.get(params.subscription)
    if (params !== undefined && kind !== undefined) hear(kind, params.result)
  })
  await promise
  return socket
}

async function until(watchers: Set<() => void>, isTrue: () => boolean, what: string): Promise<void> {
  if (isTrue()) return
  const { promise, resolve, reject } = Promise.withResolvers<undefined>()
  const look = (): void => {
    if (isTrue()) resolve(undefined)
  }
  watchers.add(look)
  const timer = setTimeout(() => {
    reject(new Error(`Within ${LONGEST_WAIT_MS / 1_000} s nobody saw ${what}.`))
  }, LONGEST_WAIT_MS)
  try {
    await promise
  } finally {
    clearTimeout(timer)
    watchers.delete(look)
  }
}
