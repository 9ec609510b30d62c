// Sends a stream as an answer, no faster than it is taken.
import type { Context } from 'hono'
import { sayWhy, type HttpEnv } from '@iexec/service'
import { nodeOf } from './node.ts'

/** Hears, in a sentence, why an answer broke off. */
export type OnBreak = (why: string) => void

/**
 * The body of an answer. Its first piece is there already when the headers are sent, so what is missing from the beginning is
 * still told by a status. A later failure cuts the connection: the client must not take a part for the whole.
 *
 * @throws whatever the source throws before its first piece
 */
export async function streamBody(
  context: Context<HttpEnv>,
  source: AsyncGenerator<Uint8Array, void>,
  onBreak: OnBreak,
): Promise<ReadableStream<Uint8Array>> {
  const first = await source.next()
  async function* whole(): AsyncGenerator<Uint8Array, void> {
    try {
      if (first.done !== true) yield first.value
      yield* source
    } catch (error) {
      onBreak(sayWhy(error))
      nodeOf(context).outgoing.destroy()
    } finally {
      await source.return()
    }
  }
  return ReadableStream.from<Uint8Array>(whole())
}
