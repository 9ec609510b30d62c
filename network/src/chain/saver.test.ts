// When a chain is saved: what is new within a second, but for a tenth of the time at most.
import { assert, double, property } from 'fast-check'
import { expect, test } from 'vitest'
import { nextSaveAt, openSaver } from './saver.ts'

test('a small chain is saved again after a second, and saving never takes more than a tenth of the time', () => {
  assert(
    property(double({ min: 0, max: 60_000, noNaN: true }), (tookMs) => {
      const rest = nextSaveAt({ endedAt: 0, tookMs })

      expect(rest).toBeGreaterThanOrEqual(1_000)
      expect(rest).toBeLessThanOrEqual(Math.max(1_000, 9 * tookMs))
      expect(tookMs / (tookMs + rest)).toBeLessThanOrEqual(0.1 + 1e-9)
    }),
  )
})

test('what is new is saved at once after a rest, and once, however often it was told', async () => {
  const saves: string[] = []
  const ending = new AbortController()
  const saver = openSaver({
    save: async () => Promise.resolve(void saves.push('saved')),
    onProblem: () => undefined,
    signal: ending.signal,
  })

  await saver.flush()
  expect(saves).toEqual([])
  saver.touch()
  saver.touch()
  ending.abort()
  await saver.flush()
  await saver.flush()

  expect(saves).toEqual(['saved'])
})

test('what cannot be saved is told once, and thrown at the end', async () => {
  const told: string[] = []
  const ending = new AbortController()
  const { promise: wasTold, resolve } = Promise.withResolvers<void>()
  const saver = openSaver({
    save: async () => Promise.reject(new Error('disk full')),
    onProblem: (sentence) => {
      told.push(sentence)
      resolve()
    },
    signal: ending.signal,
  })

  saver.touch()
  await wasTold
  ending.abort()

  await expect(saver.flush()).rejects.toThrow('disk full')
  expect(told).toEqual(['disk full'])
})
