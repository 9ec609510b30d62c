// What the tests of this package follow: a contract that logs on a real anvil, and a road to it that can be made bad.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect, createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { numberToHex, pad, type Address, type Hash, type Hex } from 'viem'
import type { Anvil, AnvilClient } from '../../test/anvil.ts'
import { waitForReceipt } from '../waitForReceipt.ts'
import { followEvents } from './followEvents.ts'
import type { FollowedBlock, FollowOptions, FollowState, FollowStep } from './steps.ts'

/**
 * Reads a number from its call data, and makes so many logs: each has one topic and 32 bytes, both the count down.
 *
 * calldataload(0); while (n) { mstore(0, n); log1(0, 32, n); n = n - 1 }
 */
const LOGGER: Hex = ('0x6019806009' +
  '5f395ff3' +
  '5f355b801560175780' +
  '5f5280' +
  '60205fa160019003600256' +
  '5b00') as Hex

/** Account 0 of an anvil, and a contract of its own that logs. */
export type Logger = {
  readonly address: Address
  readonly client: AnvilClient
  /** Makes so many logs in a block of their own. */
  readonly log: (count: number) => Promise<void>
  readonly rpc: <Answer>(method: string, params: readonly unknown[]) => Promise<Answer>
  /** Replaces the last blocks by as many others, without the logs of the former. */
  readonly reorg: (depth: number) => Promise<void>
}

/** Deploys the contract. */
export async function deployLogger(anvil: Anvil): Promise<Logger> {
  const client = anvil.client(0)
  const hash = await client.sendTransaction({ data: LOGGER, gas: 200_000n })
  const { contractAddress } = await waitForReceipt(client, hash)
  return useLogger(anvil, contractAddress ?? '0x')
}

let fork = 0

/** The contract that stands on an anvil already. */
export function useLogger(anvil: Anvil, contract: Address): Logger {
  const client = anvil.client(0)
  const address = contract.toLowerCase() as Address
  const rpc = async <Answer>(method: string, params: readonly unknown[]): Promise<Answer> =>
    (await client.request({ method, params } as never)) as Answer
  return {
    address,
    client,
    rpc,
    // Signed by anvil itself: quicker, and it counts the nonces.
    log: async (count) => {
      const data = pad(numberToHex(count))
      const gas = numberToHex(100_000 + 2_500 * count)
      const hash = await rpc<Hash>('eth_sendTransaction', [{ from: client.account.address, to: address, data, gas }])
      // Anvil may answer a moment before the block.
      await waitForReceipt(client, hash)
    },
    reorg: async (depth) => {
      fork += 1
      // Empty blocks at the same times would be the same blocks.
      await rpc('anvil_setCoinbase', [pad(numberToHex(fork), { size: 20 })])
      await rpc('anvil_reorg', [depth, []])
    },
  }
}

function applyStep(blocks: readonly FollowedBlock[], step: FollowStep<unknown>): readonly FollowedBlock[] {
  if (step.kind === 'blocks') return [...blocks, ...step.blocks]
  const { to } = step
  return to === undefined ? [] : blocks.filter(({ number }) => number <= to.number)
}

/** A follower that runs, and what it has so far. */
export type Following = {
  /** All blocks, after all rollbacks. */
  readonly blocks: () => readonly FollowedBlock[]
  readonly steps: readonly FollowStep<unknown>[]
  readonly states: readonly FollowState[]
  /** Returns when it is so; looks after each step and each state. */
  readonly until: (isSo: () => boolean) => Promise<void>
  /** Returns when this block is in the list. */
  readonly reached: (number: number) => Promise<void>
  /** Ends it, and returns when it has ended. */
  readonly stop: () => Promise<void>
}

/** Starts to follow. What the generator throws is thrown by `until`. */
export function startFollowing(
  options: Pick<FollowOptions<unknown>, 'client' | 'filters'> & Partial<FollowOptions<unknown>>,
): Following {
  const abort = new AbortController()
  const steps: FollowStep<unknown>[] = []
  const states: FollowState[] = []
  let blocks: readonly FollowedBlock[] = []
  let looks: (() => void)[] = []
  const look = (): void => {
    const all = looks
    looks = []
    for (const one of all) one()
  }
  const onState = (state: FollowState): void => {
    states.push(state)
    look()
  }
  const run = async (): Promise<void> => {
    const defaults = { fromBlock: 0, cursor: [], pollingMs: 10, onState }
    for await (const step of followEvents({ ...defaults, ...options, signal: abort.signal })) {
      steps.push(step)
      blocks = applyStep(blocks, step)
      look()
    }
  }
  const ended = run()
  const failed = ended.then(() => new Promise<void>(() => undefined))
  failed.catch(() => undefined)
  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo()) {
      const { promise, resolve } = Promise.withResolvers<undefined>()
      looks.push(() => {
        resolve(undefined)
      })
      await Promise.race([promise, failed])
    }
  }
  return {
    blocks: () => blocks,
    steps,
    states,
    until,
    reached: async (number) => until(() => (blocks.at(-1)?.number ?? -1) >= number),
    stop: async () => {
      abort.abort()
      await ended
    },
  }
}

/** What a chain says of itself, block by block: an answer that no reading of ranges can have changed. */
export async function readChain({ rpc, address }: Logger, fromBlock = 0): Promise<readonly unknown[]> {
  const head = Number(await rpc<Hex>('eth_blockNumber', []))
  const numbers = Array.from({ length: head + 1 - fromBlock }, (_, index) => fromBlock + index)
  return Promise.all(
    numbers.map(async (number) => {
      const { hash } = await rpc<{ readonly hash: Hash }>('eth_getBlockByNumber', [numberToHex(number), false])
      const logs = await rpc<readonly { readonly data: Hex }[]>('eth_getLogs', [{ blockHash: hash, address }])
      return { number, hash, data: logs.map(({ data }) => data) }
    }),
  )
}

/** The same of what a follower has. */
export function summarise(blocks: readonly FollowedBlock[]): readonly unknown[] {
  return blocks.map(({ number, hash, logs }) => ({ number, hash, data: logs.map(({ data }) => data) }))
}

/** What the road does with a request: lets it pass, answers it itself, or breaks. */
export type Toll = 'pass' | 'cut' | 'hang' | { readonly status: number; readonly body?: string }

/** A real HTTP server before a real node. It invents no chain: it only delays, refuses and breaks what passes. */
export type Road = {
  readonly url: string
  /** All that was asked so far; a batch is one request with several methods. */
  readonly requests: () => readonly (readonly string[])[]
  readonly stop: () => Promise<void>
}

/** A call, as it is on the wire. */
export type WireCall = { readonly method: string; readonly params: readonly unknown[]; readonly id: number }

/** Builds a road to a node. `toll` decides for each request; it may change the answer's text too. */
export async function buildRoad(
  target: string | (() => string),
  toll: (calls: readonly WireCall[]) => Toll,
  rewrite: (answer: string, calls: readonly WireCall[]) => string = (answer) => answer,
): Promise<Road> {
  const requests: (readonly string[])[] = []
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = (await request.toArray()).join('')
    const parsed = JSON.parse(body) as WireCall | readonly WireCall[]
    const calls = Array.isArray(parsed) ? (parsed as readonly WireCall[]) : [parsed as WireCall]
    requests.push(calls.map(({ method }) => method))
    const decided = toll(calls)
    if (decided === 'hang') return
    if (decided === 'cut') {
      request.socket.destroy()
      return
    }
    if (decided !== 'pass') {
      response.writeHead(decided.status, { 'content-type': 'application/json' }).end(decided.body ?? '')
      return
    }
    const passed = await fetch(typeof target === 'string' ? target : target(), {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    })
    response.writeHead(passed.status, { 'content-type': 'application/json' }).end(rewrite(await passed.text(), calls))
  }
  const server = createServer((request, response) => {
    // The node behind the road may be gone.
    answer(request, response).catch(() => request.socket.destroy())
  })
  const port = await listen(server)
  return {
    url: `http://127.0.0.1:${port}`,
    requests: () => requests,
    stop: async () => {
      server.closeAllConnections()
      await close(server)
    },
  }
}

/** A pipe of bytes to a port, for websockets. */
export type Pipe = {
  readonly port: number
  readonly connections: () => number
  /** Ends all connections; new ones may come. */
  readonly cut: () => void
  /** From here on, nothing that the node says on an open connection arrives. */
  readonly silence: () => void
  readonly stop: () => Promise<void>
}

/** Lays a pipe to a port of this machine. */
export async function layPipe(targetPort: number): Promise<Pipe> {
  const pairs = new Set<readonly [Socket, Socket]>()
  let count = 0
  const server = createTcpServer((inner) => {
    const outer = connect(targetPort, '127.0.0.1')
    const pair = [inner, outer] as const
    pairs.add(pair)
    count += 1
    inner.pipe(outer).pipe(inner)
    for (const socket of pair) {
      socket
        .on('error', () => undefined)
        .on('close', () => {
          pairs.delete(pair)
          for (const other of pair) other.destroy()
        })
    }
  })
  const cut = (): void => {
    for (const pair of pairs) for (const socket of pair) socket.destroy()
  }
  return {
    port: await listen(server),
    connections: () => count,
    cut,
    silence: () => {
      for (const [, outer] of pairs) outer.unpipe().resume()
    },
    stop: async () => {
      cut()
      await close(server)
    },
  }
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return (server.address() as AddressInfo).port
}

async function close(server: Server): Promise<void> {
  await new Promise((resolve) => {
    server.close(resolve)
  })
}
