// What the workers of a network can run is asked of its own ones alone.
import { expect, test } from 'vitest'
import { haveEngine } from './goods.ts'

const OWN = '0x00000000000000000000000000000000000000aB'
const accounts = [{ role: 'worker-1', address: OWN }] as const
const stranger = { worker: '0x00000000000000000000000000000000000000cd', engines: ['WASM'] } as const

test.each([
  ['runs images, that somebody else has a worker without an engine changes nothing', ['WASM', 'DOCKER'], true],
  ['runs modules alone, images cannot be sold', ['WASM'], false],
])("where the network's own worker %s", (_, engines, isSold) => {
  // As the scheduler writes it.
  const own = { worker: OWN.toLowerCase() as typeof OWN, engines }

  expect(haveEngine([stranger, own], accounts)).toBe(isSold)
})
