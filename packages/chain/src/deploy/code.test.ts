import * as fc from 'fast-check'
import type { Hex } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startMarket, type TestMarket } from '../../test/market.ts'
import { marketCode } from './bytecode.ts'
import { isCodeOf } from './code.ts'

let market: TestMarket
let hub: Hex

beforeAll(async () => {
  market = await startMarket()
  hub = (await market.owner.getCode({ address: market.addresses.hub })) ?? '0x'
})

afterAll(async () => {
  await market.stop()
})

/** The code with one byte changed. */
function flip(code: Hex, position: number): Hex {
  const at = 2 + 2 * position
  const byte = (Number.parseInt(code.slice(at, at + 2), 16) ^ 0xff).toString(16).padStart(2, '0')
  return `0x${code.slice(2, at)}${byte}${code.slice(at + 2)}`
}

function isImmutable(position: number): boolean {
  return marketCode.hub.immutables.some(([start, length]) => position >= start && position < start + length)
}

test('the code of a deployed hub is recognised, and is no other part', () => {
  expect(isCodeOf('hub', hub)).toBe(true)
  expect(isCodeOf('hubExtension', hub)).toBe(false)
})

test('code is recognised whatever its immutables are, and no other byte may differ', () => {
  fc.assert(
    fc.property(fc.nat({ max: marketCode.hub.runtimeSize - 1 }), (position) => {
      expect(isCodeOf('hub', flip(hub, position))).toBe(isImmutable(position))
    }),
  )
  for (const [start, length] of marketCode.hub.immutables) {
    expect(isCodeOf('hub', flip(hub, start))).toBe(true)
    expect(isCodeOf('hub', flip(hub, start + length - 1))).toBe(true)
    expect(isCodeOf('hub', flip(hub, start - 1))).toBe(false)
    expect(isCodeOf('hub', flip(hub, start + length))).toBe(false)
  }
})

test('code that is shorter or longer is not recognised', () => {
  expect(isCodeOf('hub', hub.slice(0, -2) as Hex)).toBe(false)
  expect(isCodeOf('hub', `${hub}00`)).toBe(false)
})
