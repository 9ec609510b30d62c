// A site that listens, until it is told to end.
import { once } from 'node:events'
import { closeServer, createServer, listen, type ListenAddress } from '@iexec/service/listen'
import { createSite } from './app.ts'

/** Which site, and where. */
export type Serving = ListenAddress & {
  /** Its files; where two folders have the same one, the first wins. */
  readonly folders: readonly string[]
  readonly signal: AbortSignal
}

/** A site that listens. */
export type ServedSite = {
  readonly url: string
  /** Resolves when it has stopped. */
  readonly ended: Promise<void>
}

/**
 * Serves a site.
 *
 * @throws Error in one sentence when nobody can listen there
 * @example
 * const { url, ended } = await serveSite({ folders: ['shop'], host: '127.0.0.1', port: 0, signal })
 */
export async function serveSite({ folders, signal, ...where }: Serving): Promise<ServedSite> {
  const server = createServer(createSite(folders))
  const url = await listen(server, where)
  const aborted = signal.aborted ? Promise.resolve() : once(signal, 'abort')
  return { url, ended: aborted.then(async () => closeServer(server)) }
}
