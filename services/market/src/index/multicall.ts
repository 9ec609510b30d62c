// Questions about the state of one block: many to the hub in one request, and those that strangers' contracts answer.
import { STRANGER_GAS, Unsettled, isRevert, revertDataOf } from '@iexec/chain'
import { hubAbi } from '@iexec/protocol/abi'
import {
  BaseError,
  decodeFunctionResult,
  encodeFunctionData,
  InvalidParamsRpcError,
  toHex,
  type Address,
  type Client,
  type Hash,
  type Hex,
} from 'viem'

/** So many answers fit into one: nodes bound the gas of a call. */
const CHUNK = 100

/** How long a stranger's contract is waited for. With its little gas, a node needs a tenth of this. */
const STRANGER_MS = 2_000

/** A question to the hub, encoded. */
export type Question = Hex

/** The chain as it is after one block. A node that does not have this block refuses, instead of answering of an older one. */
export type Snapshot = {
  readonly client: Client
  /** By hash (EIP-1898); by number once the node did not understand that. */
  block: { readonly blockHash: Hash } | Hex
  readonly number: number
}

/**
 * Takes the head, in which all of these blocks are, for questions about them. A node that keeps no old states has its head's.
 *
 * @throws Unsettled when the node is behind the last of the blocks, or has another one in its place
 * @example
 * const snapshot = await takeSnapshot(client, { number: 7, hash: '0x…' })
 */
export async function takeSnapshot(
  client: Client,
  last: { readonly number: number; readonly hash: Hash },
): Promise<Snapshot> {
  const head: { readonly number: Hex; readonly hash: Hash } | null = await client.request({
    method: 'eth_getBlockByNumber',
    params: ['latest', false],
  } as never)
  const number = Number(head?.number ?? -1)
  if (head === null || number < last.number || (number === last.number && head.hash.toLowerCase() !== last.hash)) {
    throw new Unsettled(`The node does not have block ${last.number} yet.`)
  }
  return { client, block: { blockHash: head.hash }, number }
}

/**
 * Asks the hub. A question that the hub refuses is answered with `undefined`.
 *
 * @throws Unsettled when one fails that the hub did not refuse in so many words: it answers all of them with little gas
 * @example
 * const question = encodeFunctionData({ abi: hubAbi, functionName: 'viewDeal', args: [id] })
 * const [answer] = await askHub(snapshot, hub, [question])
 */
export async function askHub(
  snapshot: Snapshot,
  hub: Address,
  questions: readonly Question[],
): Promise<readonly (Hex | undefined)[]> {
  const chunks = Array.from({ length: Math.ceil(questions.length / CHUNK) }, (_, index) =>
    questions.slice(index * CHUNK, (index + 1) * CHUNK),
  )
  const answers = await Promise.all(chunks.map(async (chunk) => askChunk(snapshot, hub, chunk)))
  return answers.flat()
}

/** One refusal refuses them all: then each half is asked for itself. */
async function askChunk(
  snapshot: Snapshot,
  hub: Address,
  chunk: readonly Question[],
): Promise<readonly (Hex | undefined)[]> {
  const [only] = chunk
  if (only === undefined) return []
  const isAlone = chunk.length === 1
  const data = isAlone ? only : encodeFunctionData({ abi: hubAbi, functionName: 'multicall', args: [chunk] })
  const answer = await call(snapshot, { to: hub, data, isAlone })
  if (answer !== undefined) {
    return isAlone ? [answer] : decodeFunctionResult({ abi: hubAbi, functionName: 'multicall', data: answer })
  }
  if (isAlone) return [undefined]
  const half = chunk.length >> 1
  const halves = await Promise.all([
    askChunk(snapshot, hub, chunk.slice(0, half)),
    askChunk(snapshot, hub, chunk.slice(half)),
  ])
  return halves.flat()
}

/**
 * Calls the hub; `undefined` when it refuses.
 *
 * @throws Unsettled when there is no contract yet, or when a question `isAlone` and fails without a word of the hub: an answer is
 * kept for ever, and a node in trouble says many things
 */
async function call(
  snapshot: Snapshot,
  { to, data, isAlone }: { readonly to: Address; readonly data: Hex; readonly isAlone: boolean },
): Promise<Hex | undefined> {
  try {
    const answer = await ethCall(snapshot, { to, data })
    if (answer === '0x') throw new Unsettled(`The node has no contract at ${to}.`)
    return answer
  } catch (error) {
    if (!isRevert(error)) throw error
    if (isAlone && revertDataOf(error) === undefined) throw new Unsettled('The node could not carry out a question.')
    return undefined
  }
}

/**
 * Asks the hub what a stranger's contract decides: in a request of its own, with little gas and little time. It is `undefined`
 * when the contract refuses, uses up its gas, or keeps a node that is well from answering in time.
 *
 * @throws the node's error when it is the node that does not answer
 */
export async function askStranger(snapshot: Snapshot, hub: Address, question: Question): Promise<Hex | undefined> {
  const limit = AbortSignal.timeout(STRANGER_MS)
  try {
    return await ethCall(snapshot, { to: hub, data: question, gas: STRANGER_GAS }, limit)
  } catch (error) {
    if (isRevert(error)) return undefined
    if (!limit.aborted) throw error
    // The node may be the one that is slow: then this fails, too.
    await snapshot.client.request({ method: 'eth_getCode', params: [hub, 'latest'] } as never)
    return undefined
  }
}

type EthCall = { readonly to: Address; readonly data: Hex; readonly gas?: Hex }

async function ethCall(snapshot: Snapshot, asked: EthCall, signal?: AbortSignal): Promise<Hex> {
  const { client, block, number } = snapshot
  try {
    const options = signal === undefined ? {} : { signal, retryCount: 0 }
    return await client.request({ method: 'eth_call', params: [asked, block] } as never, options)
  } catch (error) {
    if (typeof block === 'string' || !isMisunderstood(error)) throw error
    snapshot.block = toHex(number)
    return ethCall(snapshot, asked, signal)
  }
}

/** Whether the node does not know EIP-1898: older ones want a number. */
function isMisunderstood(error: unknown): boolean {
  return (
    error instanceof BaseError &&
    !isRevert(error) &&
    error.walk((cause) => cause instanceof InvalidParamsRpcError) !== null
  )
}
