import { expect, test } from 'vitest'
import { keepListening } from './keepListening.ts'

/** Listens by a plan, one word for each time, and says what came of it. */
async function play(plan: readonly ('breaks' | 'hears and breaks' | 'ends')[]): Promise<{
  readonly waits: readonly number[]
  readonly lost: readonly string[]
}> {
  const leaving = new AbortController()
  const waits: number[] = []
  const lost: string[] = []
  let time = 0
  await keepListening({
    listen: async (heard) => {
      const word = plan[time] ?? 'ends'
      time += 1
      if (word === 'hears and breaks') heard()
      if (word !== 'ends') throw new Error(`broke ${time}`)
      return Promise.resolve()
    },
    lost: ({ message }) => lost.push(message),
    wait: async (failures) => {
      waits.push(failures)
      if (time === plan.length) leaving.abort()
      return Promise.resolve()
    },
    signal: leaving.signal,
  })
  return { waits, lost }
}

test('what broke off is told, and listened to again, after a longer wait each time', async () => {
  expect(await play(['breaks', 'breaks', 'breaks'])).toEqual({
    waits: [0, 1, 2],
    lost: ['broke 1', 'broke 2', 'broke 3'],
  })
})

test('once something was heard, the waits begin anew', async () => {
  expect((await play(['breaks', 'breaks', 'hears and breaks', 'breaks'])).waits).toEqual([0, 1, 0, 1])
})

test('what ended by itself is listened to again, and is not lost', async () => {
  expect(await play(['ends', 'ends'])).toEqual({ waits: [0, 1], lost: [] })
})

test('whoever has left is told nothing more', async () => {
  const told: Error[] = []
  const leaving = new AbortController()

  await keepListening({
    listen: async () => {
      leaving.abort()
      return Promise.reject(new Error('left'))
    },
    lost: (error) => told.push(error),
    wait: async () => Promise.resolve(),
    signal: leaving.signal,
  })

  expect(told).toEqual([])
})
