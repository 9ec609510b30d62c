// A chain and its nodes of which everything is known, for the model test: what became of each transaction of one key, whatever
// the weather. They speak JSON-RPC, so that the real sender works on them.
import {
  createClient,
  custom,
  defineChain,
  fallback,
  HttpRequestError,
  keccak256,
  numberToHex,
  RpcRequestError,
  stringToHex,
  TimeoutError,
  type CustomTransport,
  type FallbackTransport,
  type Hex,
} from 'viem'
import { hexToString } from 'viem/utils'
import { accountOf } from '../../test/anvil.ts'
import { openChain } from '../transport/openChain.ts'
import type { SendClient } from './command.ts'

/** A transaction in the pool or in a block; `job` is `undefined` for what only fills a gap, and for somebody else's. */
export type Sent = {
  readonly nonce: number
  readonly hash: Hex
  readonly job: number | undefined
  readonly price: bigint
}

/**
 * What becomes of what a node is asked. Of a broadcast: `lose`: it is taken, and nobody hears of it; `drop`: neither; `refuse`:
 * the account cannot pay, says the node; `occupied`: it has another transaction there. `late`: it knows no receipts yet.
 * `blind`: it does not answer what is asked of blocks and receipts.
 */
export type Weather = 'clear' | 'lose' | 'drop' | 'refuse' | 'occupied' | 'late' | 'blind'

/** One of two nodes; both know what either of them took. */
export type Node = 0 | 1

/**
 * How the nodes are reached. `direct`: the first one only. `balanced`: either of them by turns, and viem repeats what failed.
 * `fallback`: that of viem. `openChain`: ours.
 */
export type Way = 'direct' | 'balanced' | 'fallback' | 'openChain'

/** The chain, its pool, and what nodes remember. */
export type World = {
  ms: number
  block: bigint
  price: bigint
  weather: Record<Node, Weather>
  foreigners: number
  /** The blocks that come as soon as so many further requests were answered, also in the middle of a look. */
  soon: { readonly requests: number; readonly most: number }[]
  /** By nonce. */
  mined: (Sent & { readonly block: bigint })[]
  pool: Map<number, Sent>
  /** All that any node was ever given. */
  given: Sent[]
}

const { address } = accountOf(0)

/** A world in which the key has sent one transaction. */
export function openWorld(): World {
  return {
    ms: 0,
    block: 10n,
    price: 10n,
    weather: { 0: 'clear', 1: 'clear' },
    foreigners: 0,
    soon: [],
    mined: [{ nonce: 0, hash: keccak256('0x'), job: undefined, price: 1n, block: 1n }],
    pool: new Map(),
    given: [],
  }
}

/** A way to this world. Signing takes no time there: the bytes say what is in them. */
export async function clientOf(world: World, way: Way): Promise<SendClient> {
  return createClient({
    account: {
      ...accountOf(0),
      signTransaction: async ({ nonce, data, gasPrice }) =>
        Promise.resolve(stringToHex(`${String(nonce)} ${data ?? '0x'} ${String(gasPrice)}`)),
    },
    chain: defineChain({
      id: 1,
      name: 'model',
      nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
      rpcUrls: { default: { http: ['http://model'] } },
    }),
    cacheTime: 0,
    transport: await transportOf(world, way),
  })
}

async function transportOf(world: World, way: Way): Promise<CustomTransport | FallbackTransport> {
  const once = { retryCount: 0 }
  const to = (choose: () => Node, often = once): CustomTransport =>
    custom({ request: async (asked: Asked) => Promise.resolve(answer(world, choose(), asked)) }, often)
  let turn: Node = 1
  switch (way) {
    case 'direct':
      return to(() => 0)
    case 'balanced':
      return to(() => (turn = turn === 0 ? 1 : 0), { retryCount: 3 })
    case 'fallback':
      return fallback([to(() => 0), to(() => 1)], once)
    case 'openChain': {
      const { client } = await openChain({ rpcUrls: ['http://0.model', 'http://1.model'], chainId: 1 })
      return custom({ request: client.request }, once)
    }
  }
}

/** The `fetch` of this world, for ways that need one. What is not said in JSON-RPC is an HTTP error. */
export async function fetchFrom(world: World, url: string, { body }: { readonly body: string }): Promise<Response> {
  const parsed = JSON.parse(body) as OnWire | readonly OnWire[]
  const node = url.includes('0.model') ? 0 : 1
  try {
    const answers = [parsed].flat().map((asked) => answerOnWire(world, node, asked))
    return await Promise.resolve(Response.json(Array.isArray(parsed) ? answers : answers[0]))
  } catch {
    return new Response('', { status: 504 })
  }
}

function answerOnWire(world: World, node: Node, { id, ...asked }: OnWire): unknown {
  try {
    return { jsonrpc: '2.0', id, result: answer(world, node, asked) }
  } catch (error) {
    if (error instanceof RpcRequestError)
      return { jsonrpc: '2.0', id, error: { code: error.code, message: error.details } }
    throw error
  }
}

type Asked = { readonly method: string; readonly params?: readonly unknown[] }
type OnWire = Asked & { readonly id: number }

function answer(world: World, node: Node, asked: Asked): unknown {
  const due = world.soon.filter(({ requests }) => requests === 0)
  world.soon = world.soon.flatMap(({ requests, most }) => (requests === 0 ? [] : [{ requests: requests - 1, most }]))
  for (const { most } of due) mine(world, most)
  return answerNow(world, node, asked)
}

function answerNow(world: World, node: Node, { method, params = [] }: Asked): unknown {
  const [first, second] = params
  const weather = world.weather[node]
  switch (method) {
    case 'eth_chainId':
      return numberToHex(1)
    case 'eth_blockNumber':
      return numberToHex(world.block)
    case 'eth_getTransactionCount':
      return numberToHex(second === 'pending' ? pendingOf(world) : world.mined.length)
    case 'eth_gasPrice':
      return numberToHex(world.price)
    case 'eth_estimateGas':
      return numberToHex(21_000)
    case 'eth_getBlockByNumber':
      return first === 'latest'
        ? blockOf(world, world.block)
        : seen(weather, () => blockOf(world, BigInt(String(first))))
    case 'eth_getTransactionReceipt':
      return seen(weather, () => receiptOf(world, weather, String(first)))
    case 'eth_sendRawTransaction':
      return take(world, weather, first as Hex)
    default:
      throw new Error(`Nobody needs ${method} here.`)
  }
}

function seen<Answer>(weather: Weather, read: () => Answer): Answer {
  if (weather === 'blind') throw new TimeoutError({ body: {}, url: 'http://model' })
  return read()
}

function blockOf({ mined }: World, number: bigint): unknown {
  const transactions = mined
    .filter(({ block }) => block === number)
    .map(({ nonce, hash }) => ({
      hash,
      nonce: numberToHex(nonce),
      from: address,
      blockNumber: numberToHex(number),
      type: '0x0',
    }))
  return { number: numberToHex(number), gasLimit: numberToHex(30_000_000), transactions }
}

function receiptOf({ mined }: World, weather: Weather, hash: string): unknown {
  const found = mined.find((one) => one.hash === hash)
  if (found === undefined || weather === 'late') return null
  return { transactionHash: hash, blockNumber: numberToHex(found.block), status: '0x1', type: '0x0', logs: [] }
}

/** The node takes what is new, or pays a tenth more than what it has. */
function take({ mined, pool, given }: World, weather: Weather, raw: Hex): Hex {
  const hash = keccak256(raw)
  const [nonceText = '', data = '0x', priceText = ''] = hexToString(raw).split(' ')
  const nonce = Number(nonceText)
  const price = BigInt(priceText)
  if (weather === 'drop') throw new HttpRequestError({ url: 'http://model', status: 502 })
  if (weather === 'refuse') throw said('insufficient funds for gas * price + value')
  if (weather === 'occupied') throw said('replacement transaction underpriced')
  if (nonce < mined.length) throw said('nonce too low')
  const old = pool.get(nonce)
  const isBetter = old === undefined || price * 10n >= old.price * 11n
  if (old?.hash !== hash && isBetter) {
    const sent = { nonce, hash, job: data === '0x' ? undefined : Number(data), price }
    pool.set(nonce, sent)
    given.push(sent)
  }
  if (weather === 'lose') throw new TimeoutError({ body: {}, url: 'http://model' })
  if (old?.hash !== hash && !isBetter) throw said('replacement transaction underpriced')
  return hash
}

function said(message: string): Error {
  return new RpcRequestError({ body: {}, url: 'http://model', error: { code: -32_000, message } })
}

/** The first nonce that neither a block nor the pool has. */
export function pendingOf({ mined, pool }: World): number {
  let nonce = mined.length
  while (pool.has(nonce)) nonce += 1
  return nonce
}

/** Makes a block, of so many transactions at most. */
export function mine(world: World, most: number): void {
  world.block += 1n
  for (let place = 0; place < most; place += 1) {
    const next = world.pool.get(world.mined.length)
    if (next === undefined || next.price < world.price) return
    world.pool.delete(world.mined.length)
    world.mined.push({ ...next, block: world.block })
  }
}

/** The last blocks are others now, and empty; what was in them is back in the pool, or nowhere. */
export function undo(
  world: World,
  { blocks, isForgotten }: { readonly blocks: number; readonly isForgotten: boolean },
): void {
  const kept = world.mined.filter(({ block }) => block <= world.block - BigInt(blocks))
  const undone = world.mined.slice(kept.length)
  world.mined = kept
  if (isForgotten) return
  for (const { block: _, ...sent } of undone) world.pool.set(sent.nonce, sent)
}

/** Another node still has what it was given once, and passes it on. */
export function remember({ given, pool, mined }: World, place: number): void {
  const old = given[given.length - 1 - place]
  if (old !== undefined && old.nonce >= mined.length) pool.set(old.nonce, old)
}

/** A transaction with which somebody else uses the key. */
export function foreign(world: World, nonce: number): Sent {
  world.foreigners += 1
  return { nonce, hash: keccak256(numberToHex(world.foreigners)), job: undefined, price: 5n }
}
