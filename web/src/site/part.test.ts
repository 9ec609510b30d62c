import { expect, test } from 'vitest'
import { tellFailure } from '../show/failure/tell.ts'
import { part } from './part.ts'

test('a part that does not come is told in words of its own, for which no router loads the site anew', async () => {
  const load = part(async () => Promise.reject(new TypeError('Failed to fetch dynamically imported module: x.js')))

  const error = await load().catch((thrown: unknown) => thrown)

  expect(error).toMatchObject({ code: 'NotLoaded', message: expect.not.stringMatching(/dynamically/u) as string })
  expect(tellFailure(error)).toMatchObject({ headline: { name: 'notLoaded' }, advice: 'reload' })
})
