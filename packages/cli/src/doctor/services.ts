// The services of a chain: whether they answer, and whether the market has caught up with its chain.
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
    const where = `${new URL(url).host}${typeof version['version'] === 'string' ? `, version ${version['version']}` : ''}`
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
      `the market at ${url} does not answer: ${reasonOf(error)}.`,
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
    await ask(url)
    return ok(new URL(url).host)
  } catch (error) {
    return broken(
      `the ${what} at ${url} does not answer: ${reasonOf(error)}.`,
      `Start it, or mend ${key} in chain.json.`,
    )
  }
}

async function ask(url: string): Promise<Response> {
  return fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS), headers: { accept: 'application/json' } })
}

/** An object that a service answers. A health that is bad comes with a status of failure, and is read all the same. */
async function read(base: string, path: string): Promise<Readonly<Record<string, unknown>>> {
  const answer: unknown = await (await ask(new URL(path, base).href)).json()
  if (typeof answer === 'object' && answer !== null) return answer as Readonly<Record<string, unknown>>
  throw new Error('it answers something else than a market')
}

function listOf(given: unknown): readonly Readonly<Record<string, unknown>>[] {
  const list: readonly unknown[] = Array.isArray(given) ? given : []
  return list.filter((one): one is Readonly<Record<string, unknown>> => typeof one === 'object' && one !== null)
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'TimeoutError') return `not within ${PATIENCE_MS / 1000} s`
  if (error instanceof SyntaxError) return 'it answers something else than JSON'
  const { cause } = error
  return cause instanceof Error ? cause.message || String((cause as NodeJS.ErrnoException).code) : error.message
}
