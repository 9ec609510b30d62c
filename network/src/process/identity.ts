// Which process a number means: numbers are given again to other programs, so each is kept together with when its process began.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'

/** A process of this machine, told from all that ever have the same number. */
export type ProcessId = { readonly pid: number; readonly began: string }

/** Behind the name, which may hold spaces and brackets, comes the state first; the time of its start is nineteen further. */
const STATE = 0
const THREADS = 17
const BEGAN = 19

/**
 * Who has a number now; undefined when nobody runs under it.
 *
 * @example
 * identify(process.pid) // { pid: 4711, began: '…' }
 */
export function identify(pid: number): ProcessId | undefined {
  const began = pid > 0 ? beganAt(pid) : undefined
  return began === undefined ? undefined : { pid, began }
}

/** Whether this very process still runs. */
export function isRunning({ pid, began }: ProcessId): boolean {
  return identify(pid)?.began === began
}

function beganAt(pid: number): string | undefined {
  return process.platform === 'linux' ? beganOnLinux(pid) : beganElsewhere(pid)
}

/** In ticks since the machine was started, so which start that was belongs to it. */
function beganOnLinux(pid: number): string | undefined {
  const stat = readText(`/proc/${pid}/stat`)
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
  if (fields === undefined) return undefined
  // A zombie has ended: only its number is kept until its parent asks. With other threads it still ends, and holds its ports.
  if (fields[STATE] === 'Z' && Number(fields[THREADS]) <= 1) return undefined
  return `${readText('/proc/sys/kernel/random/boot_id')?.trim() ?? ''} ${fields[BEGAN]}`
}

function beganElsewhere(pid: number): string | undefined {
  try {
    const said = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, LC_ALL: 'C' },
    })
    const [state = 'Z', ...began] = said.trim().split(/\s+/u)
    return state.startsWith('Z') ? undefined : began.join(' ')
  } catch {
    return undefined
  }
}

/** Memory that a process holds now, in bytes; undefined when nobody can tell. */
export function memoryOf(pid: number): number | undefined {
  const status = readText(`/proc/${pid}/status`)
  const kilobytes = /^VmRSS:\s+(?<size>\d+) kB$/mu.exec(status ?? '')?.groups?.['size']
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

const POLL_MS = 20

/** How long a process that was asked to end may take; twice, because a worker ends at once when it is asked again. */
const PATIENCE_MS = 4_000

/**
 * Ends a process: asks, asks again, and ends it at last. Returns when it has ended.
 *
 * @example
 * await endProcess({ pid: 4711, began: '…' })
 */
export async function endProcess(id: ProcessId, patienceMs: number = PATIENCE_MS): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGTERM', 'SIGKILL'] as const) {
    if (!sendSignal(id, signal)) return
    // Nobody survives the last one, but a busy machine takes its time for it.
    if (await hasEnded(id, signal === 'SIGKILL' ? PATIENCE_MS : patienceMs)) return
  }
}

/** Sends a signal to this very process. @returns whether it still ran */
export function sendSignal(id: ProcessId, signal: NodeJS.Signals): boolean {
  if (!isRunning(id)) return false
  try {
    process.kill(id.pid, signal)
    return true
  } catch (cause) {
    if ((cause as { readonly code?: unknown }).code === 'ESRCH') return false
    throw cause
  }
}

/** Waits until a process has ended. @returns false when it still runs then */
export async function hasEnded(id: ProcessId, withinMs: number): Promise<boolean> {
  const end = performance.now() + withinMs
  while (isRunning(id)) {
    if (performance.now() > end) return false
    await sleep(POLL_MS)
  }
  return true
}
