// Finds out whether the chain itself said no to a call: nodes and wallets wrap its words in many ways.
import type { Hex } from 'viem'

/** Deeper than any wallet wraps the error of its node. */
const MAX_DEPTH = 8
const REVERTED = 3
/** The machine ended the call, and gave no data: in the words of all kinds of nodes. */
const MACHINE_SAID_NO =
  /revert|out ?of ?gas|gas required exceeds|execution halted|vm execution error|invalid ?(opcode|jump)|stack ?(under|over)flow/iu

/**
 * The data with which a call reverted; `0x` when the contract said nothing; `undefined` when it did not revert.
 *
 * @param error what a request through EIP-1193 threw
 * @example
 * revertData({ code: -32603, data: { originalError: { code: 3, data: '0x08c379a0…' } } }) // '0x08c379a0…'
 */
export function revertData(error: unknown): Hex | undefined {
  let saysNo = false
  for (const { code, data, message } of layersOf(error)) {
    const bytes = typeof data === 'string' ? /^(?:Reverted )?(0x(?:[\da-f]{2})*)$/iu.exec(data)?.[1] : undefined
    if (bytes !== undefined) return bytes as Hex
    saysNo ||= code === REVERTED || (typeof message === 'string' && MACHINE_SAID_NO.test(message))
  }
  return saysNo ? '0x' : undefined
}

/** What the node or the wallet said, in its own words, without the request that some libraries print below them. */
export function wordsOf(error: unknown): string {
  const [layer] = layersOf(error)
  const { details, shortMessage, message } = layer ?? {}
  const words = [details, shortMessage, message].find((text) => typeof text === 'string' && text !== '')
  return (typeof words === 'string' ? words : String(error)).split('\n', 1)[0] ?? ''
}

/** The node that was asked, as far as the error tells: scheme, host and port, because the rest of a URL may hold a key. */
export function originOf(error: unknown): string | undefined {
  const url = layersOf(error)
    .map((layer) => layer['url'])
    .find((given) => typeof given === 'string' && URL.canParse(given))
  return typeof url === 'string' ? new URL(url).origin : undefined
}

type Layer = Readonly<Record<string, unknown>>

function layersOf(error: unknown): readonly Layer[] {
  const layers: Layer[] = []
  let waiting: readonly unknown[] = [error]
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    const found = waiting.filter((layer) => typeof layer === 'object' && layer !== null) as readonly Layer[]
    layers.push(...found)
    waiting = found.flatMap(({ data, cause, error: inner, originalError }) => [data, cause, inner, originalError])
  }
  return layers
}
