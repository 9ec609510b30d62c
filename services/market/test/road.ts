// A road to a node that can be made bad: a real HTTP server before a real anvil. It invents no chain, it only refuses or keeps quiet.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What the road does with requests: lets them pass, never answers, or answers with a status of its own. */
export type Toll = 'pass' | 'hang' | { readonly status: number }

/** A road that is open. */
export type Road = {
  readonly url: string
  /** Decides by the body of each request from now on; what hangs is cut off. */
  readonly set: (toll: (body: string) => Toll) => void
  /** The bodies of the requests so far. */
  readonly asked: () => readonly string[]
  readonly stop: () => Promise<void>
}

/** Builds a road to the node at the address. */
export async function buildRoad(node: string): Promise<Road> {
  let tollFor: (body: string) => Toll = passAll
  const asked: string[] = []
  const hanging = new Set<IncomingMessage>()
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = (await request.toArray()).join('')
    asked.push(body)
    const toll = tollFor(body)
    if (toll === 'hang') {
      hanging.add(request)
      return
    }
    if (toll !== 'pass') {
      response.writeHead(toll.status).end()
      return
    }
    const headers = { 'content-type': 'application/json' }
    const passed = await fetch(node, { method: 'POST', body, headers })
    response.writeHead(passed.status, headers).end(await passed.text())
  }
  const server = createServer((request, response) => {
    // The node behind the road may be gone.
    answer(request, response).catch(() => request.socket.destroy())
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    set: (next) => {
      tollFor = next
      for (const { socket } of hanging) socket.destroy()
      hanging.clear()
    },
    asked: () => asked,
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => {
        server.close(resolve)
      })
    },
  }
}

function passAll(): Toll {
  return 'pass'
}
