// The checksum of a dataset that has none.
import type { Hex } from 'viem'

/** What the chain has for "nobody looks". */
export const NO_CHECKSUM_HEX: Hex = `0x${'0'.repeat(64)}`
