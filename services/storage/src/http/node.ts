// The request and the answer as node has them, below hono: for bodies that are larger than memory.
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Context } from 'hono'
import type { HttpEnv } from '@iexec/service'

/** A request and its answer. */
export type NodePair = { readonly incoming: IncomingMessage; readonly outgoing: ServerResponse }

/** The request and its answer as node has them. */
export function nodeOf(context: Context<HttpEnv>): NodePair {
  return context.env as unknown as NodePair
}

/**
 * The body of a request. Only now a client that asked first (`Expect: 100-continue`) is told to send it: what is refused before
 * costs nobody's line.
 */
export function beginBody(context: Context<HttpEnv>): IncomingMessage {
  const { incoming, outgoing } = nodeOf(context)
  if (/100-continue/iu.test(incoming.headers.expect ?? '')) outgoing.writeContinue()
  return incoming
}

/** Lets routes decide when a client may send its body, and who is silent for so long that he is cut off. */
export function prepareServer(
  server: Server,
  { idleMs, longestMs }: { readonly idleMs: number; readonly longestMs: number },
): void {
  server.on('checkContinue', (incoming: IncomingMessage, outgoing: ServerResponse) => {
    server.emit('request', incoming, outgoing)
  })
  // Large files take their time, as long as something comes or goes.
  server.requestTimeout = longestMs
  server.setTimeout(idleMs)
}
