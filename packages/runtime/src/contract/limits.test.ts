// What a task may use.
import { DEFAULT_CATEGORIES } from '@iexec/protocol'
import { expect, test } from 'vitest'
import { limitsOf } from './limits.ts'

test('a longer category never has less than a shorter one', () => {
  const rows = DEFAULT_CATEGORIES.map(({ workClockTimeRef }) => limitsOf(Number(workClockTimeRef)))
  const values = rows.map(({ run, fetch }) => [...Object.values(run), ...Object.values(fetch)])

  for (const [place, row] of values.entries()) {
    for (const [key, value] of row.entries()) expect(value).toBeGreaterThanOrEqual(values[place - 1]?.[key] ?? 0)
  }
})

test('a category of another hub has what the next longer one of the table has', () => {
  expect(limitsOf(300).run.outputBytes).toBe(250_000_000)
  expect(limitsOf(301).run.outputBytes).toBe(500_000_000)
  expect(limitsOf(1).run).toEqual({ ...limitsOf(300).run, seconds: 1 })
  expect(limitsOf(1_000_000).run.memoryBytes).toBe(16 * 2 ** 30)
})

test('every result can be unpacked by clients, which take 1 GB and 10,000 files', () => {
  const { outputBytes, outputFiles, logBytes } = limitsOf(36_000).run

  expect(outputBytes + 2 * logBytes).toBeLessThan(1_000_000_000)
  expect(outputFiles).toBeLessThan(10_000)
})
