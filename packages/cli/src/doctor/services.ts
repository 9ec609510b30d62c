// The services of a chain: whether they answer, and whether the market has caught up with its chain.
import { MEBIBYTE, readWhole, reasonOf } from '../registry/download.ts'
import { broken, note, ok, PATIENCE_MS, type Finding } from './check.ts'

/**
 * Looks whether a market answers, in which version, and how far its index is behind the chain.
 *
 * @param url `iexecGateway` of the chain
 */
export async function checkMarket(url: string | undefined, chainId: number): Promise<Finding> {
  if (url === undefined) {
    return note(
      'no market is configured: nothing can be published or found.',
      'Set iexecGateway of the chain in chain.json.',
    )
  }
  try {
    const [health, version] = await Promise.all([read(url, '/health'), read(url, '/version')])
    const where = `${hostOf(url)}${typeof version['version'] === 'string' ? `, version ${version['version']}` : ''}`
    const chain = listOf(health['chains']).find((one) => one['chainId'] === chainId)
    // The existing market says only that it lives.
    if (health['chains'] === undefined) return ok(where)
    if (chain === undefined) {
      return broken(
        `${where}: it knows nothing of chain ${chainId}.`,
        'Look whether iexecGateway and the chain belong together.',
      )
    }
    return findingOf(chain, where)
  } catch (error) {
    return broken(
      `the market at ${hostOf(url)} does not answer: ${wordsOf(error)}.`,
      'Start it, or mend iexecGateway in chain.json.',
    )
  }
}

function findingOf(chain: Readonly<Record<string, unknown>>, where: string): Finding {
  const lag = typeof chain['lagBlocks'] === 'number' ? chain['lagBlocks'] : undefined
  const behind = lag === undefined || lag === 0 ? 'up to date' : `${lag} blocks behind the chain`
  if (chain['ok'] === true) return ok(`${where}, ${behind}`)
  if (chain['state'] === 'waiting') {
    return broken(
      `${where}: it waits. ${typeof chain['reason'] === 'string' ? chain['reason'] : ''}`.trim(),
      'Whoever runs it has to look at its log.',
    )
  }
  return note(`${where}, ${behind}: ${String(chain['state'])}.`, 'Wait until it has caught up.')
}

/**
 * Looks whether a service answers at all.
 *
 * @param service what it is, and the key of chain.json that says where
 */
export async function checkService(
  url: string | undefined,
  { what, key, use }: { readonly what: string; readonly key: string; readonly use: string },
): Promise<Finding> {
  if (url === undefined) return note(`no ${what} is configured: ${use}.`, `Set ${key} of the chain in chain.json.`)
  try {
    const { body } = await ask(new URL(url))
    await body?.cancel()
    return ok(hostOf(url))
  } catch (error) {
    return broken(
      `the ${what} at ${hostOf(url)} does not answer: ${wordsOf(error)}.`,
      `Start it, or mend ${key} in chain.json.`,
    )
  }
}

async function ask(url: URL): Promise<Response> {
  return fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS), headers: { accept: 'application/json' } })
}

/** An object that a service answers. A health that is bad comes with a status of failure, and is read all the same. */
async function read(base: string, path: string): Promise<Readonly<Record<string, unknown>>> {
  const url = new URL(base)
  url.pathname = `${url.pathname.replace(/\/+$/u, '')}${path}`
  const text = await readWhole(await ask(url), 'its answer', MEBIBYTE)
  const answer: unknown = JSON.parse(text.toString('utf8'))
  if (typeof answer === 'object' && answer !== null) return answer as Readonly<Record<string, unknown>>
  throw new Error('it answers something else than a market')
}

/** All that is shown of a URL: a key may stand anywhere else in it. */
function hostOf(url: string): string {
  return new URL(url).host
}

function listOf(given: unknown): readonly Readonly<Record<string, unknown>>[] {
  const list: readonly unknown[] = Array.isArray(given) ? given : []
  return list.filter((one): one is Readonly<Record<string, unknown>> => typeof one === 'object' && one !== null)
}

function wordsOf(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return `not within ${PATIENCE_MS / 1000} s`
  return error instanceof SyntaxError ? 'it answers something else than JSON' : reasonOf(error).replace(/\.$/u, '')
}
