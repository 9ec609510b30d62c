// The store of a network of this machine: the listings of a registry that are on it, as its site shows them.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { LocalNetwork } from '../chain/chains.ts'
import { buildIndex } from './buildIndex.ts'
import { findOn } from './fill.ts'
import { writeIndex } from './writeIndex.ts'

/** The registry of a clone: the examples. */
const OURS = join(import.meta.dirname, '../../../registry')

/**
 * Writes the index of those examples that are on a network now.
 *
 * @param out its folder
 * @returns how many there are
 * @throws StoreFault when the market of the network does not answer
 * @example
 * await listExamples(findNetwork('local'), 'site/registry')
 */
export async function listExamples(network: LocalNetwork, out: string): Promise<number> {
  if (!existsSync(OURS)) return 0
  const built = await buildIndex(OURS, { name: 'Examples', find: findOn(network) })
  writeIndex(out, built)
  return built.index.listings.length
}
