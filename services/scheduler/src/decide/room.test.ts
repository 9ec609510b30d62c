// What a worker is trusted with before it has proved anything, and how that grows.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AHEAD, TRIAL_PLACES, roomOf } from './room.ts'

const count = fc.nat(1_000)
const holding = fc.record({ stated: count, proved: count, computing: count, unvoted: count })
const trial = fc.integer({ min: 1, max: 20 })

test('who is new has a few places at once, whatever it states, and who has proved enough all that it states', () => {
  const idle = { computing: 0, unvoted: 0 }

  expect(roomOf({ stated: 64, proved: 0, ...idle }, TRIAL_PLACES)).toBe(2)
  expect(roomOf({ stated: 1, proved: 0, ...idle }, TRIAL_PLACES)).toBe(1)
  expect(roomOf({ stated: 64, proved: 61, ...idle }, TRIAL_PLACES)).toBe(63)
  expect(roomOf({ stated: 64, proved: 62, ...idle }, TRIAL_PLACES)).toBe(64)
  expect(roomOf({ stated: 64, proved: 1_000, ...idle }, TRIAL_PLACES)).toBe(64)
})

test('nobody computes more at once than it states, or is trusted with', () => {
  fc.assert(
    fc.property(holding, trial, (held, most) => {
      const room = roomOf(held, most)
      expect(room).toBeGreaterThanOrEqual(0)
      if (room > 0) expect(held.computing + room).toBeLessThanOrEqual(Math.min(held.stated, most + held.proved))
    }),
  )
})

test('proving a task never costs a place, and who has no task in hand always gets one', () => {
  fc.assert(
    fc.property(holding, trial, (held, most) => {
      expect(roomOf({ ...held, proved: held.proved + 1 }, most)).toBeGreaterThanOrEqual(roomOf(held, most))
      if (held.stated > 0) expect(roomOf({ ...held, computing: 0, unvoted: 0 }, most)).toBeGreaterThan(0)
    }),
  )
})

test('whatever a worker says, without a vote it holds no more than a few tasks; with its votes it goes through any bag', () => {
  const words = fc.array(fc.constantFrom('asks', 'says that it has computed'), { maxLength: 300 })
  fc.assert(
    fc.property(words, trial, fc.integer({ min: 1, max: 1_000 }), (said, most, stated) => {
      const held = { stated, proved: 0, computing: 0, unvoted: 0 }
      for (const word of said) {
        const room = roomOf(held, most)
        if (word === 'asks') Object.assign(held, { computing: held.computing + room, unvoted: held.unvoted + room })
        else held.computing = Math.max(0, held.computing - 1)
        expect(held.unvoted).toBeLessThanOrEqual(AHEAD * most)
      }
      const votes = held.unvoted
      Object.assign(held, { computing: 0, unvoted: 0, proved: votes })
      expect(roomOf(held, most)).toBe(Math.min(stated, most + votes))
    }),
  )
})
