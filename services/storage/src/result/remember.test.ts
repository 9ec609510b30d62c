import { expect, test } from 'vitest'
import { remember, type Remembered } from './remember.ts'

const OPTIONS = { most: 2, ms: 10 }

/** A question that counts how often it is asked, and a clock. */
function scene(answer: (key: string) => Promise<string | undefined> = async (key) => Promise.resolve(`of ${key}`)): {
  readonly memory: Remembered<string, string>
  readonly asked: string[]
  readonly clock: { now: number }
} {
  const asked: string[] = []
  const clock = { now: 0 }
  const ask = async (key: string): Promise<string | undefined> => {
    asked.push(key)
    return answer(key)
  }
  return { memory: remember(ask, { ...OPTIONS, now: () => clock.now }), asked, clock }
}

test('an answer is remembered until its time has passed', async () => {
  const { memory, asked, clock } = scene()

  await memory.get('a')
  clock.now = 9
  expect(await memory.get('a')).toBe('of a')
  expect(asked).toEqual(['a'])
  clock.now = 10
  await memory.get('a')

  expect(asked).toEqual(['a', 'a'])
})

test('those who ask at the same moment share one question', async () => {
  const { memory, asked } = scene()

  await Promise.all([memory.get('a'), memory.get('a')])

  expect(asked).toEqual(['a'])
})

test('of more answers than it holds, the oldest is forgotten', async () => {
  const { memory, asked } = scene()

  for (const key of ['a', 'b', 'c', 'b', 'a']) await memory.get(key)

  expect(asked).toEqual(['a', 'b', 'c', 'a'])
})

test('what is not there, and what failed, is asked for again', async () => {
  const { memory, asked } = scene(async (key) =>
    key === 'none' ? Promise.resolve(undefined) : Promise.reject(new Error('away')),
  )

  await memory.get('none')
  await memory.get('none')
  await expect(memory.get('bad')).rejects.toThrow('away')
  await expect(memory.get('bad')).rejects.toThrow('away')

  expect(asked).toEqual(['none', 'none', 'bad', 'bad'])
})

test('it says whether an answer would be one that was given before', async () => {
  const { memory, asked, clock } = scene()
  const first = memory.get('a')
  const states = [memory.has('a')]
  await first
  states.push(memory.has('a'))
  clock.now = 10
  states.push(memory.has('a'))

  expect(states).toEqual([false, true, false])
  expect(asked).toEqual(['a'])
})

test('what was forgotten is asked for again', async () => {
  const { memory, asked } = scene()
  await memory.get('a')

  memory.forget('a')

  expect(memory.has('a')).toBe(false)
  await memory.get('a')
  expect(asked).toEqual(['a', 'a'])
})
