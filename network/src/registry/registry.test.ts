// What is written down of a registry while its container is made.
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { findPort } from '../../test/findPort.ts'
import { hasRegistry, startRegistry } from './registry.ts'
import { readNote, type RegistryNote } from './note.ts'

/** An engine that has every image, and no room for a container. */
async function openFullEngine(onCreate: () => void): Promise<Server> {
  const server = createServer((request, answer) => {
    const isCreation = request.url?.includes('/containers/create') === true
    if (isCreation) onCreate()
    const body = isCreation ? { message: 'no space left on device' } : []
    answer.writeHead(isCreation ? 500 : 200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { promise, resolve } = Promise.withResolvers<Server>()
  server.listen(0, '127.0.0.1', () => {
    resolve(server)
  })
  return promise
}

test('a container is written down before it is made, and forgotten when it cannot be', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'network-registry-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true })
  })
  const seen: (RegistryNote | undefined)[] = []
  const server = await openFullEngine(() => seen.push(readNote(folder)))
  const dockerHost = `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`
  const port = await findPort()

  await expect(startRegistry({ folder, port, image: 'registry:2', dockerHost })).rejects.toThrow('no space left')

  expect(seen).toEqual([{ image: 'registry:2', running: { dockerHost, port } }])
  expect(hasRegistry(folder)).toBe(false)
})
