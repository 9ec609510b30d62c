import { Hono } from 'hono'
import { expect, test } from 'vitest'
import type { HttpEnv } from '@iexec/service'
import { openTurnstile } from './turnstile.ts'

test('who finds all places taken is told when to come again, and the next finds the place that became free', async () => {
  const turnstile = openTurnstile(1)
  const gate = Promise.withResolvers<undefined>()
  const app = new Hono<HttpEnv>()
  app.get('/', async (context) =>
    turnstile(context, async () => {
      await gate.promise
      return context.text('done')
    }),
  )

  const first = app.request('/')
  const second = await app.request('/')
  gate.resolve(undefined)
  const statuses = [(await first).status, second.status, (await app.request('/')).status]

  expect(statuses).toEqual([200, 503, 200])
  expect(second.headers.get('retry-after')).toBe('1')
})
