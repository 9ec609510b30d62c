// Recognises a contract by the code that its creation left on chain.
import type { Hex } from 'viem'
import { keccak256, size } from 'viem/utils'
import type { MarketPart } from './addresses.ts'
import { marketCode } from './bytecode.ts'

/**
 * Whether this code is what the creation code of a part leaves on chain, whatever its constructor was given: immutables are
 * taken out, the rest is compared by its hash.
 *
 * @example
 * isCodeOf('hub', await getCode(client, { address: hub }))
 */
export function isCodeOf(part: MarketPart, code: Hex): boolean {
  return hasCode(code, marketCode[part])
}

/** How to recognise the code that a creation code leaves on chain. */
export type CodeMark = {
  readonly runtimeSize: number
  readonly runtimeHash: Hex
  readonly immutables: readonly (readonly [number, number])[]
}

/**
 * Whether code on chain has this mark, whatever its immutables are.
 *
 * @example
 * hasCode(code, marketCode.hub)
 */
export function hasCode(code: Hex, { runtimeSize, runtimeHash, immutables }: CodeMark): boolean {
  return size(code) === runtimeSize && keccak256(withoutImmutables(code, immutables)) === runtimeHash
}

function withoutImmutables(code: Hex, spans: readonly (readonly [number, number])[]): Hex {
  let digits = code.slice(2)
  for (const [start, length] of spans) {
    digits = `${digits.slice(0, 2 * start)}${'0'.repeat(2 * length)}${digits.slice(2 * (start + length))}`
  }
  return `0x${digits}`
}
