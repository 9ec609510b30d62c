// A folder served as it is, as hosts of static files do; for tests alone.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/**
 * Serves what lies in a folder, as it is when somebody asks, for pages from everywhere, until the test is over.
 *
 * @returns its address, without a slash behind it
 * @example
 * const url = await serveFolder('public')
 */
export async function serveFolder(folder: string): Promise<string> {
  const server = createServer((request, response) => {
    response.setHeader('access-control-allow-origin', '*').setHeader('cache-control', 'no-store')
    try {
      response.end(readFileSync(join(folder, request.url ?? '')))
    } catch {
      response.writeHead(404).end()
    }
  })
  const { promise, resolve } = Promise.withResolvers<void>()
  server.listen(0, '127.0.0.1', resolve)
  await promise
  onTestFinished(() => {
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
