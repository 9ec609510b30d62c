// How soon a whole network is ready, and what it costs while nobody uses it.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { Figure, Report } from './report.ts'

/** How much is measured. */
export type NetworkSize = {
  /** How often it is started again. */
  readonly starts: number
  /** For how many seconds an idle network is watched. */
  readonly idle: number
  /** Port of its chain; those of the services follow. */
  readonly portBase: number
}

const COMMAND = join(import.meta.dirname, '../../network/src/main.ts')
const MIB = 2 ** 20
/** Linux counts the time of processes in hundredths of a second. */
const TICKS_PER_SECOND = 100
/** What was asked for, on a machine that does nothing else. */
const COLD_S = { value: 15, better: 'lower' } as const
const WARM_S = { value: 6, better: 'lower' } as const
const IDLE_PERCENT = { value: 5, better: 'lower' } as const

/** A part of a network, as `iexec network status --json` tells of it. */
type Part = { readonly service: string; readonly pid: number; readonly memoryBytes: number | null }

/**
 * Starts a new network, watches it while it has nothing to do, and starts it again.
 *
 * @example
 * await benchNetwork({ starts: 3, idle: 30, portBase: 47_000 })
 */
export async function benchNetwork(size: NetworkSize): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-network-'))
  const call = (name: string, ...args: readonly string[]): string =>
    execFileSync(process.execPath, [COMMAND, name, '--data-dir', folder, ...args], { encoding: 'utf8' })
  const start = (): number =>
    secondsOf(() => call('start', '--detach', '--no-docker', '--port-base', String(size.portBase)))
  try {
    const cold = start()
    const warm: number[] = []
    for (let round = 0; round < size.starts; round += 1) {
      call('stop')
      warm.push(start())
    }
    const { services } = JSON.parse(call('status', '--json')) as { readonly services: readonly Part[] }
    const idle = await watchIdle(services, size.idle)
    const starts: readonly Figure[] = [
      { name: 'a new network is ready', value: cold, unit: 's', target: COLD_S },
      {
        name: 'a network that was stopped is ready again, at best',
        value: Math.min(...warm),
        unit: 's',
        baseline: { name: 'new', value: cold },
        target: WARM_S,
      },
    ]
    return { benchmark: 'network', size: { ...size }, figures: [...starts, ...idle, ...memoryOf(services)] }
  } finally {
    call('reset', '--yes')
    rmSync(folder, { recursive: true, force: true })
  }
}

function secondsOf(work: () => unknown): number {
  const begin = performance.now()
  work()
  return (performance.now() - begin) / 1_000
}

/** How much of one core each part takes, in percent. */
async function watchIdle(parts: readonly Part[], seconds: number): Promise<readonly Figure[]> {
  const before = parts.map(ticksOf)
  await setTimeout(seconds * 1_000)
  const shares = parts.map((part, place) => ({
    name: `idle: ${part.service}`,
    value: ((ticksOf(part) - (before[place] ?? 0)) / TICKS_PER_SECOND / seconds) * 100,
    unit: '% of a core',
  }))
  const total = shares.reduce((sum, { value }) => sum + value, 0)
  return [{ name: 'idle: all', value: total, unit: '% of a core', target: IDLE_PERCENT }, ...shares]
}

/** The time that a process has used; behind its name, which may hold spaces. */
function ticksOf({ pid }: Part): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const [user = '0', system = '0'] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
  return Number(user) + Number(system)
}

function memoryOf(parts: readonly Part[]): readonly Figure[] {
  const figures = parts.map(({ service, memoryBytes }) => ({
    name: `memory: ${service}`,
    value: (memoryBytes ?? 0) / MIB,
    unit: 'MiB',
  }))
  return [{ name: 'memory: all', value: figures.reduce((sum, { value }) => sum + value, 0), unit: 'MiB' }, ...figures]
}
