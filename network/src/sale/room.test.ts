// A run that all workers would refuse is not bought.
import { expect, test } from 'vitest'
import { whyNoRoom } from './room.ts'

test('below the room that workers want the cause and the way out are told, and from there on nothing is', () => {
  expect(whyNoRoom(1_999_999_999)).toMatch(
    /^The disk has 2\.0 GB free, .+ less than 2\.0 GB: make room, .+ --data-dir\.$/u,
  )
  expect(whyNoRoom(2_000_000_000)).toBeUndefined()
})
