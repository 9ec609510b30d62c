// `iexec network status`: what of a network runs, where, since when, and with how much memory.
import process from 'node:process'
import { Option } from 'commander'
import { readRunning, findSupervisor, type Running } from '../folder/running.ts'
import { identify, isRunning, memoryOf, type ProcessId } from '../process/identity.ts'
import { readRegistry, REGISTRY, type RegistryState } from '../registry/registry.ts'
import { isHealthy } from '../run/health.ts'
import { folderOf, networkCommand, parseLine, wordsOf, type Place } from './options.ts'

/** How a part of a network is. */
type Line = {
  readonly service: string
  readonly url: string | null
  readonly pid: number
  readonly healthy: boolean
  readonly since: string | null
  readonly memoryBytes: number | null
  readonly falls: number
}

/**
 * Prints how a network is.
 *
 * @returns the exit code: 0 when it runs and everything is well
 */
export async function status(args: readonly string[]): Promise<number> {
  const command = networkCommand({
    name: 'status',
    description: 'Says what runs, where, since when, and with how much memory.',
    examples: [
      ['iexec network status', 'the exit code is 0 when it runs and everything is well'],
      ['iexec network status --json', 'for programs'],
    ],
  }).addOption(new Option('--json', 'print one JSON document'))
  const options = parseLine<Place & { readonly json?: boolean }>(command, args)
  const folder = folderOf(options)
  const running = findSupervisor(folder)
  const registry = await readRegistry(folder)
  const lines = running === undefined ? [] : [...(await linesOf(running)), ...lineOfRegistry(registry)]
  const isWell = running?.isReady === true && lines.every(({ healthy }) => healthy)
  if (options.json === true) {
    const state = stateOf(running)
    write(JSON.stringify({ ok: isWell, state, folder, services: lines }))
  } else if (running === undefined) {
    write(sayStopped(folder, { words: wordsOf(options), registry }))
  } else {
    if (!running.isReady) write('The network is starting.')
    write(tableOf(lines))
  }
  return isWell ? 0 : 1
}

function write(text: string): void {
  process.stdout.write(`${text}\n`)
}

function stateOf(running: Running | undefined): string {
  if (running === undefined) return 'stopped'
  return running.isReady ? 'running' : 'starting'
}

type Stopped = { readonly words: string; readonly registry: RegistryState | undefined }

function sayStopped(folder: string, { words, registry }: Stopped): string {
  const services = readRunning(folder)?.services.filter((service) => isRunning(service.process)) ?? []
  const left = [...services, ...(registry?.isHealthy === true ? [{ name: REGISTRY }] : [])]
  const start = `iexec network start${words} starts it.`
  if (left.length === 0) return `No network runs in ${folder}. ${start}`
  const names = left.map(({ name }) => name).join(', ')
  return `The network in ${folder} was killed, and left ${names}. ${start} iexec network stop${words} ends what is left.`
}

async function linesOf({ supervisor, since, services }: Running): Promise<readonly Line[]> {
  const parts = await Promise.all(
    services.map(async ({ name, url, process: id, since: begin, falls }): Promise<Line> => {
      const healthy = isRunning(id) && (await isHealthy({ name, url }))
      return { service: name, url, pid: id.pid, healthy, since: begin ?? null, memoryBytes: memoryOfThis(id), falls }
    }),
  )
  const own = { service: 'supervisor', url: null, pid: supervisor.pid, healthy: true, since, falls: 0 }
  return [{ ...own, memoryBytes: memoryOfThis(supervisor) }, ...parts]
}

function lineOfRegistry(registry: RegistryState | undefined): readonly Line[] {
  if (registry === undefined) return []
  const { url, pid, isHealthy: healthy, since = null, memoryBytes = null, falls } = registry
  return [{ service: REGISTRY, url, pid, healthy, since, memoryBytes, falls }]
}

function memoryOfThis(id: ProcessId): number | null {
  return identify(id.pid)?.began === id.began ? (memoryOf(id.pid) ?? null) : null
}

const HEADS = ['service', 'url', 'pid', 'healthy', 'since', 'memory'] as const
const MIB = 2 ** 20

function tableOf(lines: readonly Line[]): string {
  const rows = [HEADS, ...lines.map(cellsOf)]
  const widths = HEADS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const total = lines.reduce((sum, { memoryBytes }) => sum + (memoryBytes ?? 0), 0)
  return [
    ...rows.map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    ),
    `${Math.round(total / MIB)} MiB of memory in all.`,
  ].join('\n')
}

function cellsOf({ service, url, pid, healthy, since, memoryBytes, falls }: Line): readonly string[] {
  const fell = falls === 0 ? '' : ` (fell over ${falls === 1 ? 'once' : `${falls} times`})`
  const memory = memoryBytes === null ? '' : `${Math.round(memoryBytes / MIB)} MiB`
  return [
    service,
    url ?? '',
    String(pid),
    `${healthy ? 'yes' : 'no'}${fell}`,
    since === null ? '' : localTime(since),
    memory,
  ]
}

/** As clocks here show it, in an order that sorts. */
function localTime(since: string): string {
  return new Date(since).toLocaleString('sv-SE')
}
