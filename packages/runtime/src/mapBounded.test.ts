// Many things at a time, and which failure is told.
import { expect, test } from 'vitest'
import { mapBounded } from './mapBounded.ts'

test('of several failures that of the first item is told, whichever came first', async () => {
  const late = Promise.withResolvers<void>()
  const work = async (item: string): Promise<never> => {
    if (item === 'first') await late.promise
    else late.resolve()
    throw new Error(item)
  }

  await expect(mapBounded(['first', 'second'], 2, work)).rejects.toThrow('first')
})
