import { expect, test } from 'vitest'
import { waitAfter } from './hear.ts'

test('a stream that is refused is opened again, later each time, and at least twice a minute', () => {
  const waits = Array.from({ length: 8 }, (_, refusals) => waitAfter(refusals))

  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000])
})
