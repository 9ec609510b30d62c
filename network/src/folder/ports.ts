// Where the parts of a network listen: at fixed places behind the port of its chain.
import { createServer } from 'node:net'
import type { Ports } from '../run/plans.ts'
import { findHolder } from '../process/portHolder.ts'
import { NetworkFault } from './fault.ts'

/** How far behind the chain each part listens. 7 is kept for the vault. */
const PLACES = { market: 1, storage: 2, scheduler: 3, keeper: 4, registry: 5, web: 6, firstWorker: 10 } as const

/** The usual port of a chain on one's own machine, which wallets know. */
export const USUAL_PORT_BASE = 8_545
/** From 1024 on nobody needs rights; all ports behind it must exist, too. */
export const PORT_BASES = { least: 1_024, most: 65_000 } as const
/** As many workers as fit between two networks with a distance of 100. */
export const MOST_WORKERS = 64

/** The ports of a network. */
export type NetworkPorts = Ports & {
  readonly chain: number
  /** Of the registry of images, when there is one. */
  readonly registry: number
  /** Of the site: explorer, market, store. */
  readonly web: number
}

/**
 * The ports of a network.
 *
 * @example
 * portsOf({ portBase: 8545, workers: 3 }) // { chain: 8545, market: 8546, …, workers: [8555, 8556, 8557] }
 */
export function portsOf({ portBase, workers }: { readonly portBase: number; readonly workers: number }): NetworkPorts {
  const { firstWorker, ...others } = PLACES
  const { market, storage, scheduler, keeper, registry, web } = others
  return {
    chain: portBase,
    market: portBase + market,
    storage: portBase + storage,
    scheduler: portBase + scheduler,
    keeper: portBase + keeper,
    registry: portBase + registry,
    web: portBase + web,
    workers: Array.from({ length: workers }, (_, place) => portBase + firstWorker + place),
  }
}

/**
 * Looks whether all ports are free that a network cannot be without.
 *
 * @throws NetworkFault that names the first one that is not, who has it, and what to do
 */
export async function requireFreePorts({ workers, ...ports }: NetworkPorts): Promise<void> {
  const { chain, market, storage, scheduler, keeper, web } = ports
  const services = { chain, market, storage, scheduler, keeper, web }
  const named = [...Object.entries(services), ...workers.map((port, place) => [`worker-${place + 1}`, port] as const)]
  for (const [name, port] of named) await requireFreePort(port, name)
}

/**
 * Looks whether the port of a part is free.
 *
 * @throws NetworkFault that names it, who has it, and what to do
 * @example
 * await requireFreePort(8550, 'registry')
 */
export async function requireFreePort(port: number, name: string): Promise<void> {
  const code = await whyTaken(port)
  if (code === undefined) return
  const other = 'Choose others with --port-base, as --port-base 18545'
  if (code !== 'EADDRINUSE')
    throw new NetworkFault(`Nothing can listen on port ${port}, of the ${name}: ${code}. ${other}.`)
  throw new NetworkFault(
    `Port ${port}, of the ${name}, is taken by ${findHolder(port) ?? usualHolder(name)}. ${other}, or end that program.`,
  )
}

function usualHolder(name: string): string {
  return name === 'chain'
    ? 'another program, perhaps another chain or network'
    : 'another program, perhaps another network'
}

/** The code of the error when nobody can listen there. */
async function whyTaken(port: number): Promise<string | undefined> {
  const server = createServer()
  const { promise, resolve } = Promise.withResolvers<string | undefined>()
  server.once('error', (cause: NodeJS.ErrnoException) => {
    resolve(cause.code ?? cause.message)
  })
  server.listen(port, '127.0.0.1', () => {
    server.close(() => {
      resolve(undefined)
    })
  })
  return promise
}
