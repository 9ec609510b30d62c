// Many questions to the hub in one request, through its own `multicall`.
import { Unsettled, isRevert } from '@iexec/chain'
import { hubAbi } from '@iexec/protocol/abi'
import { decodeFunctionResult, encodeFunctionData, type Address, type Client, type Hex } from 'viem'

/** So many answers fit into one: nodes bound the gas of a call. */
const CHUNK = 100

/** A question to the hub, encoded. */
export type Question = Hex

/**
 * Asks the hub, as of `latest`. A question that the hub refuses is answered with `undefined`.
 *
 * @example
 * const [answer] = await askHub(client, hub, [encodeFunctionData({ abi: hubAbi, functionName: 'viewDeal', args: [id] })])
 */
export async function askHub(
  client: Client,
  hub: Address,
  questions: readonly Question[],
): Promise<readonly (Hex | undefined)[]> {
  const chunks = Array.from({ length: Math.ceil(questions.length / CHUNK) }, (_, index) =>
    questions.slice(index * CHUNK, (index + 1) * CHUNK),
  )
  const answers = await Promise.all(chunks.map(async (chunk) => askChunk(client, hub, chunk)))
  return answers.flat()
}

/** One refusal refuses them all: then each half is asked for itself. */
async function askChunk(
  client: Client,
  hub: Address,
  chunk: readonly Question[],
): Promise<readonly (Hex | undefined)[]> {
  const [only] = chunk
  if (only === undefined) return []
  const isAlone = chunk.length === 1
  const data = isAlone ? only : encodeFunctionData({ abi: hubAbi, functionName: 'multicall', args: [chunk] })
  const answer = await call(client, hub, data)
  if (answer !== undefined) {
    return isAlone ? [answer] : decodeFunctionResult({ abi: hubAbi, functionName: 'multicall', data: answer })
  }
  if (isAlone) return [undefined]
  const half = chunk.length >> 1
  const halves = await Promise.all([
    askChunk(client, hub, chunk.slice(0, half)),
    askChunk(client, hub, chunk.slice(half)),
  ])
  return halves.flat()
}

/**
 * Calls a contract as of `latest`; `undefined` when it refuses.
 *
 * @throws Unsettled when there is no contract yet: the node is behind
 */
export async function call(client: Client, to: Address, data: Hex): Promise<Hex | undefined> {
  try {
    const answer: Hex = await client.request({ method: 'eth_call', params: [{ to, data }, 'latest'] } as never)
    if (answer === '0x') throw new Unsettled(`The node has no contract at ${to}.`)
    return answer
  } catch (error) {
    if (isRevert(error)) return undefined
    throw error
  }
}
