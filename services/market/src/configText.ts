// What texts of settings are looked at for: addresses of nodes, and the names of environment variables.
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

/** An empty variable is one that was not set: so compose files and shells hand on what nobody gave them. */
export function dropEmptyVariables(command: Command): void {
  for (const { envVar } of command.options) {
    if (envVar !== undefined && process.env[envVar]?.trim() === '') delete process.env[envVar]
  }
}

/** Kubernetes sets these by itself for a service that is called `market`. */
const FROM_KUBERNETES = /^MARKET_(?:SERVICE|PORT)_/u

/**
 * A sentence about each variable that looks like a setting and is none.
 *
 * @example
 * strayVariables({ MARKET_PROT: '80' }, marketCommand()) // ['MARKET_PROT is no setting; did you mean MARKET_PORT?']
 */
export function strayVariables(env: Readonly<Record<string, string | undefined>>, command: Command): readonly string[] {
  const known = command.options.flatMap(({ envVar }) => envVar ?? [])
  return Object.keys(env)
    .filter((name) => name.startsWith('MARKET_') && !known.includes(name) && !FROM_KUBERNETES.test(name))
    .map((name) => {
      const [nearest] = known.toSorted((one, other) => distance(name, one) - distance(name, other))
      const isNear = nearest !== undefined && distance(name, nearest) <= MOST_SLIPS
      return `${name} is no setting; ${isNear ? `did you mean ${nearest}?` : '--help names all of them.'}`
    })
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
