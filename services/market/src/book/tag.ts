// Tags in the database: 256 bits as five whole numbers, because SQL has no bit operations on anything wider than 64 bits.
import type { Hex } from 'viem'

/** The parts of a tag, lowest bits first. Each has 52 bits, so that JavaScript and both engines hold it exactly. */
export type TagParts = {
  readonly tag0: number
  readonly tag1: number
  readonly tag2: number
  readonly tag3: number
  readonly tag4: number
}

/** The columns of the parts, lowest bits first. */
export const TAG_COLUMNS = ['tag0', 'tag1', 'tag2', 'tag3', 'tag4'] as const

/** All bits that each part has; the last one has the 48 that are left. */
export const ALL_TAG_BITS: TagParts = splitTag(`0x${'f'.repeat(64)}`)

/** The bit of `tag0` that asks for a trusted execution environment. */
export const TEE_BIT = 1

/**
 * The five parts of a tag.
 *
 * @param tag 0x and 64 hex digits
 * @example
 * splitTag('0x0000000000000000000000000000000000000000000000000000000000000101').tag0 // 257
 */
export function splitTag(tag: Hex): TagParts {
  return {
    tag0: Number.parseInt(tag.slice(53, 66), 16),
    tag1: Number.parseInt(tag.slice(40, 53), 16),
    tag2: Number.parseInt(tag.slice(27, 40), 16),
    tag3: Number.parseInt(tag.slice(14, 27), 16),
    tag4: Number.parseInt(tag.slice(2, 14), 16),
  }
}
