// What texts of settings are looked at for: addresses of nodes and gateways, and the names of environment variables.
import process from 'node:process'
import type { Command } from 'commander'

/** Whether requests of JSON-RPC can be sent there. */
export function isHttp(text: string): boolean {
  return hasScheme(text, /^https?:$/u)
}

/** Whether a websocket can be opened there. */
export function isWebsocket(text: string): boolean {
  return hasScheme(text, /^wss?:$/u)
}

function hasScheme(text: string, scheme: RegExp): boolean {
  const url = URL.parse(text)
  return url !== null && scheme.test(url.protocol) && url.host !== ''
}

/** Whether files of IPFS can be fetched from there. A password would have to be sent on with each request, and may not stand in a URL that is fetched. */
export function isGateway(text: string): boolean {
  const url = URL.parse(text)
  return url !== null && /^https?:$/u.test(url.protocol) && url.username === '' && url.password === ''
}

/** An empty variable is one that was not set: so compose files and shells hand on what nobody gave them. */
export function dropEmptyVariables(command: Command): void {
  for (const { envVar } of command.options) {
    if (envVar !== undefined && process.env[envVar]?.trim() === '') delete process.env[envVar]
  }
}

/**
 * A sentence about each variable that looks like a setting and is none.
 *
 * @example
 * strayVariables({ MARKET_PROT: '80' }, marketCommand()) // ['MARKET_PROT is no setting; did you mean MARKET_PORT?']
 */
export function strayVariables(env: Readonly<Record<string, string | undefined>>, command: Command): readonly string[] {
  const known = command.options.flatMap(({ envVar }) => envVar ?? [])
  const prefix = prefixOf(command)
  // Secrets are read by `readKey`, and are no options: the command line is no place for them.
  const secrets = [`${prefix}_KEY`, `${prefix}_PASSWORD`]
  // Kubernetes sets these by itself for a service that is called `market`.
  const fromKubernetes = [`${prefix}_SERVICE_`, `${prefix}_PORT_`]
  return Object.keys(env)
    .filter((name) => name.startsWith(`${prefix}_`) && ![...known, ...secrets].includes(name))
    .filter((name) => !fromKubernetes.some((start) => name.startsWith(start)))
    .map((name) => {
      const [nearest] = known.toSorted((one, other) => distance(name, one) - distance(name, other))
      const isNear = nearest !== undefined && distance(name, nearest) <= MOST_SLIPS
      return `${name} is no setting; ${isNear ? `did you mean ${nearest}?` : '--help names all of them.'}`
    })
}

/** What the variables of a command begin with: `MARKET` of MARKET_PORT for `--port`. */
export function prefixOf(command: Command): string {
  const option = command.options.find(({ envVar }) => envVar !== undefined)
  const name = option?.name().toUpperCase().replaceAll('-', '_') ?? ''
  return option?.envVar?.slice(0, -name.length - 1) ?? ''
}

const MOST_SLIPS = 3

/** How many letters one has to add, drop or replace to make one word of the other. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (const [above, letter] of one.split('').entries()) {
    const next = [above + 1]
    for (const [left, wanted] of other.split('').entries()) {
      const replaced = (row[left] ?? 0) + (letter === wanted ? 0 : 1)
      next.push(Math.min(replaced, (row[left + 1] ?? 0) + 1, (next[left] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
