// What processes of this machine use: memory and processor time, as the system tells it.
import { readFileSync, readdirSync } from 'node:fs'

/** Memory of a process in MiB; NaN where the system does not tell. */
export type Memory = {
  readonly whole: number
  /** Without the pages of files, which the system takes back when it needs them. */
  readonly anonymous: number
  /** The most that `whole` ever was. */
  readonly peak: number
}

/**
 * The memory of a process at this moment.
 *
 * @example
 * memoryOf(process.pid).whole // 61.3
 */
export function memoryOf(pid: number | undefined): Memory {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    const mebibytes = (name: string): number =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'mu').exec(status)?.[1]) / 1024
    return { whole: mebibytes('VmRSS'), anonymous: mebibytes('RssAnon'), peak: mebibytes('VmHWM') }
  } catch {
    return { whole: Number.NaN, anonymous: Number.NaN, peak: Number.NaN }
  }
}

/**
 * Milliseconds of processor that the threads which a process has now have used; NaN where the system does not tell.
 *
 * @example
 * processorTime(process.pid) // 812.4
 */
export function processorTime(pid: number | undefined): number {
  try {
    // Of each thread: nanoseconds on a processor, nanoseconds of waiting for one, and how often. `stat` counts in 10 ms.
    const threads = readdirSync(`/proc/${pid}/task`)
    const nanoseconds = threads.map(
      (thread) => readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0],
    )
    return nanoseconds.reduce((sum, each) => sum + Number(each) / 1e6, 0)
  } catch {
    return Number.NaN
  }
}

const TICK_MS = 10

/**
 * Milliseconds of processor that a process has used with all of its threads and with its children that have ended, in steps of
 * 10 ms; NaN where the system does not tell.
 *
 * @example
 * familyTime(worker.pid()) // 5310
 */
export function familyTime(pid: number): number {
  try {
    // The name in brackets may hold spaces; the 12th to 15th fields behind it are its own time and that of its children.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
    return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks) * TICK_MS, 0)
  } catch {
    return Number.NaN
  }
}
