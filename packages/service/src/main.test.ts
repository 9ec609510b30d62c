// A whole service, from its first word to its end.
import { createServer, type AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { spawnService } from '../test/process.ts'

const MAIN = fileURLToPath(new URL('../test/service.ts', import.meta.url))
const LEAST = ['--rpc', 'http://127.0.0.1:1', '--hub', `0x${'1'.repeat(40)}`]

test('a service says where it listens, answers, and ends with 0 at SIGTERM', async () => {
  const service = spawnService(MAIN, LEAST, { TEST_PROT: '1' })

  const url = await service.listening
  const answer = await fetch(`${url}/version`)
  const code = await service.stop()

  expect(await answer.json()).toMatchObject({ version: '1.2.3' })
  expect(code).toBe(0)
  expect(service.said()).toContain('TEST_PROT is no setting; did you mean TEST_PORT?')
})

test('a service that cannot start says why in one sentence, and ends with 1', async () => {
  const other = createServer()
  const { promise, resolve } = Promise.withResolvers<void>()
  other.listen(0, '127.0.0.1', resolve)
  await promise
  onTestFinished(() => {
    other.close()
  })
  const { port } = other.address() as AddressInfo

  const taken = spawnService(MAIN, [...LEAST, '--port', String(port)])
  const nowhere = spawnService(MAIN, [...LEAST, '--host', '203.0.113.1'])

  expect(await taken.ended).toBe(1)
  expect(taken.said()).toBe(`Port ${port} of 127.0.0.1 is taken; choose another with --port.\n`)
  expect(await nowhere.ended).toBe(1)
  expect(nowhere.said()).toContain('203.0.113.1 is no address of this machine; choose another with --host')
})
