// What falls over is started again, later and later, and who looks after it hears why.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { keepAlive, lastWordOf, pauseAfter } from './keepAlive.ts'

test('a first fall is mended at once; each further one in a row waits longer, and none longer than half a minute', () => {
  expect(pauseAfter(1)).toBe(250)

  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), (falls) => {
      expect(pauseAfter(falls + 1)).toBeGreaterThanOrEqual(pauseAfter(falls))
      expect(pauseAfter(falls)).toBeLessThanOrEqual(30_000)
    }),
  )
})

test('it is started again after each fall, told why, and told from the third on that somebody should look', async () => {
  const stopping = new AbortController()
  const said: string[] = []
  let starts = 0

  await keepAlive(
    {
      name: 'keeper',
      ended: async () => Promise.resolve('exit code 1'),
      start: async () => {
        starts += 1
        if (starts === 1) throw new Error('The keeper ended (1) before it listened:\nNo node answers.\n')
        if (starts === 3) stopping.abort()
        return Promise.resolve()
      },
      onFall: () => undefined,
    },
    {
      say: (_, sentence) => {
        said.push(sentence)
      },
      signal: stopping.signal,
      pauseMs: () => 0,
    },
  )

  expect(said).toEqual([
    'keeper fell over (exit code 1) and is started again.',
    'keeper fell over (No node answers) and is started again.',
    'keeper runs again.',
    'keeper fell over (exit code 1) and is started again. That was 3 times in a row: iexec network logs keeper shows what it said.',
    'keeper runs again.',
  ])
})

test('of all that somebody said before he ended, the last sentence is told', () => {
  const story = [
    'The keeper ended (1) before it listened:',
    '{"level":30}',
    'ReferenceError: x',
    '    at f (a.ts:1)',
    '',
    'Node.js v24',
  ]

  expect(lastWordOf(new Error(story.join('\n')))).toBe('ReferenceError: x')
  expect(lastWordOf('')).toBe('')
})
