// How much of a long chain is remembered.
import fc from 'fast-check'
import { toHex } from 'viem'
import { expect, test } from 'vitest'
import { openCursor, thin } from './cursor.ts'

function blocksTo(count: number): readonly { number: number; hash: `0x${string}` }[] {
  return Array.from({ length: count }, (_, number) => ({ number, hash: toHex(number) }))
}

test('the youngest blocks are all kept, and of older ones fewer, but never with a gap that is large for their age', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60_000 }), fc.integer({ min: 1, max: 300 }), (count, ring) => {
      const kept = thin(blocksTo(count), ring).map(({ number }) => number)

      expect(kept.slice(-ring)).toEqual(
        blocksTo(count)
          .slice(-ring)
          .map(({ number }) => number),
      )
      expect(kept.length).toBeLessThan(ring + 20 * (ring + 64))
      for (const [index, number] of kept.entries()) {
        const before = kept[index - 1] ?? 0
        expect(number - before).toBeLessThanOrEqual(Math.max(1, (count - before) / 8))
      }
    }),
    { numRuns: 50 },
  )
})

test('a cursor stays small while a chain grows, and goes back to a block that it still has', () => {
  const cursor = openCursor([], 256)
  for (const block of blocksTo(200_000)) cursor.push([block])

  const to = cursor.atOrBelow(100_000)
  cursor.cutAfter(to)

  expect(cursor.blocksBelow(300_000).length).toBeLessThan(4_000)
  expect(cursor.last()).toEqual(to)
  expect(to?.number).toBeGreaterThan(93_000)
})
