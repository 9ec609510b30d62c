// The depth of a book: sums from the best price on.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { depthOf, stepPath, type Level } from './depth.ts'

test('asks begin with the cheapest, and each step holds all tasks up to its price', () => {
  const levels = [
    { price: 5, tasks: 2 },
    { price: 1, tasks: 1 },
    { price: 5, tasks: 4 },
  ]

  expect(depthOf(levels, 'asks')).toEqual([
    { price: 1, tasks: 1 },
    { price: 5, tasks: 7 },
  ])
})

test('bids begin with the dearest', () => {
  const levels = [
    { price: 1, tasks: 1 },
    { price: 3, tasks: 2 },
  ]

  expect(depthOf(levels, 'bids')).toEqual([
    { price: 3, tasks: 2 },
    { price: 1, tasks: 3 },
  ])
})

const levels: fc.Arbitrary<readonly Level[]> = fc.array(
  fc.record({ price: fc.nat({ max: 20 }), tasks: fc.nat({ max: 100 }) }),
)

test('the last step holds the tasks of all orders, and no step fewer than the one before', () => {
  fc.assert(
    fc.property(levels, fc.constantFrom('asks' as const, 'bids' as const), (orders, side) => {
      const steps = depthOf(orders, side)

      expect(steps.at(-1)?.tasks ?? 0).toBe(orders.reduce((sum, { tasks }) => sum + tasks, 0))
      expect(steps.every(({ tasks }, place) => tasks >= (steps[place - 1]?.tasks ?? 0))).toBe(true)
    }),
  )
})

test('a side is drawn from its best price to the edge of the picture', () => {
  const frame = { from: 0, to: 10, most: 4, width: 100, height: 40 }

  expect(stepPath([{ price: 5, tasks: 2 }], 'asks', frame)).toBe('M50 40H50V20H100V40Z')
  expect(
    stepPath(
      [
        { price: 5, tasks: 2 },
        { price: 2, tasks: 4 },
      ],
      'bids',
      frame,
    ),
  ).toBe('M50 40H50V20H20V0H0V40Z')
  expect(stepPath([], 'bids', frame)).toBe('')
})
