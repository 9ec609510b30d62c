import { expect, test } from 'vitest'
import { openQueue } from './queue.ts'

test('a queue runs one after the other in the order of coming, also after one that failed', async () => {
  const queue = openQueue()
  const said: string[] = []
  const work = async (name: string): Promise<void> => {
    said.push(`${name} begins`)
    await Promise.resolve()
    said.push(`${name} ends`)
    if (name === 'first') throw new Error('no')
  }

  const first = queue.run(async () => work('first'))
  const second = queue.run(async () => work('second'))
  await expect(first).rejects.toThrow('no')
  await second

  expect(said).toEqual(['first begins', 'first ends', 'second begins', 'second ends'])
})

test('a queue lets as many wait as it may, refuses the next, and takes more once one has begun', async () => {
  const queue = openQueue(2)
  const { promise: held, resolve: release } = Promise.withResolvers<void>()
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>()
  const working = queue.run(async () => {
    begin()
    await held
  })
  await begun

  const waiting = [1, 2].map(async (number) => queue.run(async () => Promise.resolve(number)))
  const refused = queue.run(async () => Promise.resolve(3))

  await expect(refused).rejects.toThrow('2 writers wait for the database already; no more may.')
  release()
  await working
  expect(await Promise.all(waiting)).toEqual([1, 2])
  expect(await queue.run(async () => Promise.resolve(4))).toBe(4)
})

test('a queue is idle when the last has ended', async () => {
  const queue = openQueue()
  let ended = false
  void queue.run(async () => {
    await Promise.resolve()
    ended = true
  })

  await queue.idle()

  expect(ended).toBe(true)
})
