// Reading no more than was allowed.
import { expect, test } from 'vitest'
import { readAtMost } from './readAtMost.ts'

test('a file is read to its end, up to the last byte that is allowed', async () => {
  const zip = await readAtMost(new Blob(['hello']).stream(), 5)

  expect(await zip?.text()).toBe('hello')
})

test('of a file without end nothing is kept, and it is read no further', async () => {
  let given = 0
  let isCancelled = false
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      given += 1
      controller.enqueue(new Uint8Array(10))
    },
    cancel: () => {
      isCancelled = true
    },
  })

  expect(await readAtMost(endless, 25)).toBeUndefined()
  expect(isCancelled).toBe(true)
  expect(given).toBeLessThan(6)
})
