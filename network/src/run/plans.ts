// How each service of a network is started: exactly as an operator would start it, by its own program and its own settings.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Address } from 'viem'
import type { ServicePlan } from '../service.ts'
import { trustsSold } from './trust.ts'

/** The programs of a network, and where each of them listens. */
export type Ports = {
  readonly market: number
  readonly storage: number
  readonly scheduler: number
  readonly keeper: number
  /** As many as there are workers. */
  readonly workers: readonly number[]
}

/** What the pool of a network sells. */
export type Price = { readonly category: number; readonly price: bigint; readonly volume: number }

/** Whose keys services have. */
export type ServiceRole = 'pool-owner' | 'keeper' | `worker-${number}`

/** What services stand on. */
export type Ground = {
  /** Each service keeps what it keeps in a folder of its own below this one. */
  readonly folder: string
  readonly rpcUrl: string
  readonly wsUrl: string
  readonly hub: Address
  readonly workerpool: Address
  readonly ports: Ports
  readonly prices: readonly Price[]
  /** The file with the key of somebody. */
  readonly keyFile: (role: ServiceRole) => string
  /** Instead of tables in the folder: a URL of PostgreSQL. */
  readonly database?: string | undefined
  /** Further words of every service. */
  readonly args: readonly string[]
  /** Further words of every worker. */
  readonly workerArgs: readonly string[]
}

/** All services of a network. Each begins to work when those are there that it needs, in whatever order they start. */
export type Plans = {
  readonly market: ServicePlan
  readonly storage: ServicePlan
  readonly scheduler: ServicePlan
  readonly keeper: ServicePlan
  readonly workers: readonly ServicePlan[]
}

/**
 * How the services of a network are started. Makes their folders and writes the price list of the pool.
 *
 * @example
 * const { market, workers } = planServices(ground)
 * await Promise.all([market, ...workers].map(startService))
 */
export function planServices(ground: Ground): Plans {
  const { ports } = ground
  mkdirSync(join(ground.folder, 'logs'), { recursive: true, mode: 0o700 })
  return {
    market: planOf(ground, 'market', { port: ports.market, args: tablesOf(ground, 'market') }),
    storage: planOf(ground, 'storage', { port: ports.storage, args: storageArgs(ground) }),
    scheduler: planOf(ground, 'scheduler', { port: ports.scheduler, args: schedulerArgs(ground) }),
    keeper: planOf(ground, 'keeper', {
      port: ports.keeper,
      args: ['--key-file', ground.keyFile('keeper'), ...tablesOf(ground, 'keeper')],
    }),
    workers: ports.workers.map((port, place) => planWorker(ground, place + 1, port)),
  }
}

/**
 * Where somebody on this machine reaches a port of it.
 *
 * @example
 * urlOf(8545) // 'http://127.0.0.1:8545'
 */
export function urlOf(port: number): string {
  return `http://127.0.0.1:${port}`
}

/** The log of a service. */
export function logFile(folder: string, name: string): string {
  return join(folder, 'logs', `${name}.log`)
}

type Own = { readonly port: number; readonly args: readonly string[]; readonly program?: string }

function planOf(ground: Ground, name: string, { port, args, program = name }: Own): ServicePlan {
  const { rpcUrl, wsUrl, hub, folder } = ground
  const reach = optionsOf({ rpc: rpcUrl, ws: wsUrl, hub })
  const main = `services/${program}/src/main.ts`
  return { name, main, port, log: logFile(folder, name), args: [...args, ...reach, ...ground.args] }
}

function schedulerArgs(ground: Ground): readonly string[] {
  const { ports, workerpool } = ground
  const options = optionsOf({
    pool: workerpool,
    market: urlOf(ports.market),
    storage: urlOf(ports.storage),
    'public-url': urlOf(ports.scheduler),
    'key-file': ground.keyFile('pool-owner'),
    prices: writePrices(ground),
  })
  return [...options, ...tablesOf(ground, 'scheduler')]
}

function planWorker(ground: Ground, number: number, port: number): ServicePlan {
  const name = `worker-${number}` as const
  const { ports, workerpool } = ground
  const options = optionsOf({
    pool: workerpool,
    market: urlOf(ports.market),
    scheduler: urlOf(ports.scheduler),
    'key-file': ground.keyFile(name),
    'data-dir': folderOf(ground, name),
    name,
  })
  return planOf(ground, name, { port, program: 'worker', args: ['start', ...options, ...ground.workerArgs] })
}

/**
 * Its files stand in the folder of this network also when its tables do not. Pages of this machine may bring the
 * inputs of runs, with the quota and the time of strangers.
 */
function storageArgs(ground: Ground): readonly string[] {
  const folder = folderOf(ground, 'storage')
  const places = optionsOf({ blocks: join(folder, 'blocks'), spool: join(folder, 'spool'), 'add-from': 'local-pages' })
  return [...tablesOf(ground, 'storage'), ...places]
}

function optionsOf(values: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(values).flatMap(([name, value]) => [`--${name}`, value])
}

function writePrices(ground: Ground): string {
  const trusts = trustsSold(ground.ports.workers.length)
  const orders = ground.prices.flatMap(({ category, price, volume }) =>
    trusts.map((trust) => ({ category, price: price.toString(), trust: Number(trust), volume })),
  )
  const file = join(folderOf(ground, 'scheduler'), 'prices.json')
  writeFileSync(file, JSON.stringify({ orders }))
  return file
}

function tablesOf(ground: Ground, name: string): readonly string[] {
  return ['--database', ground.database ?? folderOf(ground, name)]
}

function folderOf({ folder }: Ground, name: string): string {
  const path = join(folder, name)
  mkdirSync(path, { recursive: true, mode: 0o700 })
  return path
}
