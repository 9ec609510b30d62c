// The market of all tests of examples: started once, because whoever builds and buys on it does not mind the others.
import { afterAll, beforeAll, inject, vi } from 'vitest'
import { openShop, type Shop } from './shop.ts'

// Modules and a base of images are built while a whole market starts: on a busy machine that takes a while.
const LONG = 240_000
// Three workers compute each run, on machines with other work to do.
vi.setConfig({ testTimeout: 120_000 })

const opened: { shop?: Shop } = {}
beforeAll(async () => {
  opened.shop = await openShop(inject('engine'))
}, LONG)
afterAll(async () => opened.shop?.stop())

/**
 * The market; it is there for hooks and tests of whoever imports this.
 *
 * @throws Error before it is open
 * @example
 * beforeAll(() => void (network = theShop().network))
 */
export function theShop(): Shop {
  if (opened.shop === undefined) throw new Error('The market of the examples is not open.')
  return opened.shop
}
