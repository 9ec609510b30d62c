// What a document may not use up: its size on the wire, here through the app.
import { expect, test } from 'vitest'
import { ask, openTestApp } from '../http/testApp.ts'

test('a document with its variables is at most 128 kB long', async () => {
  const { app } = await openTestApp('sqlite')
  const send = async (length: number) => {
    const body = JSON.stringify({ query: '{ apps { id } }', variables: { unused: '' } })
    return ask(app, '/graphql', { method: 'POST', body: body.padEnd(length) })
  }

  expect(await send(128 * 1024)).toEqual({ status: 200, json: { data: { apps: [] } } })
  expect(await send(128 * 1024 + 1)).toEqual({
    status: 413,
    json: { ok: false, error: 'body is larger than 131072 bytes' },
  })
})
