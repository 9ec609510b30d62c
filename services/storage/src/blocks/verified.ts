// No block leaves a store without having been hashed: a disk may have lost bits, and other machines may say anything.
import type { Blocks } from './blocks.ts'
import { hashBytes, type BlockHash } from './hash.ts'

/**
 * The same blocks, but one whose bytes are not what its name says counts as missing.
 *
 * @param onDamage hears of each such block
 */
export function verifyBlocks(blocks: Blocks, onDamage: (hash: BlockHash) => Promise<void>): Blocks {
  return {
    ...blocks,
    get: async (hash, signal) => {
      const bytes = await blocks.get(hash, signal)
      if (bytes === undefined || hashBytes(bytes) === hash) return bytes
      await onDamage(hash)
      return undefined
    },
  }
}
