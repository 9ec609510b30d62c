// A market that no honest one would be: an HTTP server that answers whatever a test says.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** How one request is answered. */
export type Answering = (request: IncomingMessage, response: ServerResponse) => void

/** A server whose answers change from test to test. */
export type HostileServer = {
  readonly url: string
  readonly answers: (answering: Answering) => void
  /** Answers JSON to everything. */
  readonly says: (body: unknown, status?: number) => void
  /** The requests so far, as `GET /path?query`. */
  readonly asked: () => readonly string[]
  readonly stop: () => Promise<void>
}

const NOTHING: Answering = (_, response) => {
  response.end()
}

/** Starts a server on a free port of this machine. */
export async function startHostileServer(): Promise<HostileServer> {
  let answering: Answering = NOTHING
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    answering(request, response)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    answers: (how) => {
      answering = how
    },
    says: (body, status = 200) => {
      answering = (_, response) => {
        response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body))
      }
    },
    asked: () => asked,
    stop: async () => {
      server.closeAllConnections()
      await new Promise<void>((resolve) => {
        server.close(() => {
          resolve()
        })
      })
    },
  }
}
