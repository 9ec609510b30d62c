// A site that listens, until it is told to end.
import { closeServer, createServer, listen, whenAborted, type ListenAddress, type RunningService } from '@iexec/service'
import { createSite } from './app.ts'

/** Which site, and where. */
export type Serving = ListenAddress & {
  /** Its files; where two folders have the same one, the first wins. */
  readonly folders: readonly string[]
  readonly signal: AbortSignal
}

/**
 * Serves a site.
 *
 * @throws Error in one sentence when nobody can listen there
 * @example
 * const { url, ended } = await serveSite({ folders: ['shop'], host: '127.0.0.1', port: 0, signal })
 */
export async function serveSite({
  folders,
  signal,
  ...where
}: Serving): Promise<RunningService & { readonly url: string }> {
  const server = createServer(createSite(folders))
  const url = await listen(server, where)
  const ended = whenAborted(signal).then(async () => closeServer(server))
  return { url, says: [`The site listens on ${url}`], ended }
}
