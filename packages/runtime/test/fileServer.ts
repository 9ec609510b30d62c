// Real HTTP servers on loopback that behave as badly as a test wants.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A server on a free port of this machine. */
export type FileServer = {
  /** `http://127.0.0.1:PORT` */
  readonly url: string
  readonly port: number
  /** How often it was asked. */
  readonly requests: readonly IncomingMessage[]
  readonly stop: () => Promise<void>
}

/** What a server answers. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => void

/**
 * Starts a server.
 *
 * @example
 * const server = await startServer((_, response) => response.end('hello'))
 */
export async function startServer(answer: Answer): Promise<FileServer> {
  const requests: IncomingMessage[] = []
  const server = createServer((request, response) => {
    requests.push(request)
    answer(request, response)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  const stop = async (): Promise<void> => {
    server.closeAllConnections()
    await new Promise((resolve) => {
      server.close(resolve)
    })
  }
  return { url: `http://127.0.0.1:${port}`, port, requests, stop }
}
