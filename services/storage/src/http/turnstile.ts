// So many at a time, and no more: what comes in holds memory and a file meanwhile.
import type { Context } from 'hono'
import { failed, type HttpEnv } from '@iexec/service'

/** Does a piece of work if there is room for it, else answers that the client should come again. */
export type Turnstile = (context: Context<HttpEnv>, work: () => Promise<Response>) => Promise<Response>

/**
 * Lets so many in at a time.
 *
 * @example
 * const turnstile = openTurnstile(32)
 * app.post('/add', async (context) => turnstile(context, async () => addFiles(context)))
 */
export function openTurnstile(places: number): Turnstile {
  let taken = 0
  return async (context, work) => {
    if (taken >= places) return later(context, `${places} files are coming in at the moment, try again in a second.`)
    taken += 1
    try {
      return await work()
    } finally {
      taken -= 1
    }
  }
}

/** The answer to who should come again. */
export function later(context: Context<HttpEnv>, sentence: string): Response {
  context.header('retry-after', '1')
  return failed(context, 503, sentence)
}
