// What a block's header says about its logs: an answer without logs can be checked against it.
import { keccak256, type Hex } from 'viem'
import type { LogFilter } from './steps.ts'

/** Whether a block with this bloom may have logs that fit; `false` is certain. */
export type BloomTest = (bloom: Hex) => boolean

/** A bit of a bloom: the place of its digit in `0x…`, and its weight in it. */
type Bit = { readonly digit: number; readonly weight: number }

/**
 * Prepares the question whether logs of a filter may be in a block.
 *
 * @example
 * const mayHaveLogs = testBloom({ address: [hub] })
 * mayHaveLogs(header.logsBloom)
 */
export function testBloom({ address = [], topics = [] }: LogFilter): BloomTest {
  // Of each list, one value must be there. An empty list, like null, asks for nothing.
  const lists = [address, ...topics.map((topic) => (typeof topic === 'string' ? [topic] : (topic ?? [])))]
    .filter((list) => list.length > 0)
    .map((list) => list.map(bitsOf))
  return (bloom) => lists.every((list) => list.some((bits) => bits.every((bit) => isSet(bloom, bit))))
}

function bitsOf(value: Hex): readonly Bit[] {
  const hash = keccak256(value)
  return [0, 1, 2].map((pair) => {
    const bit = Number.parseInt(hash.slice(2 + 4 * pair, 6 + 4 * pair), 16) & 2_047
    // Bit 0 is the last one.
    return { digit: 2 + 511 - (bit >> 2), weight: 1 << (bit & 3) }
  })
}

function isSet(bloom: Hex, { digit, weight }: Bit): boolean {
  return (Number.parseInt(bloom.charAt(digit), 16) & weight) !== 0
}
