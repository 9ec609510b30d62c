// The market service as a process of its own, as an operator runs it.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Memory of a process in MiB; NaN where the system does not tell. */
export type Memory = {
  readonly whole: number
  /** Without the pages of files, which the system takes back when it needs them. */
  readonly anonymous: number
}

/** A running service. */
export type Service = {
  readonly url: string
  readonly folder: string
  /** What the process holds right now. */
  readonly memory: () => Memory
  /** Milliseconds of processor that the process has used so far; NaN where the system does not tell. */
  readonly cpu: () => number
  readonly stop: () => Promise<void>
}

const MAIN = join(import.meta.dirname, '../../services/market/src/main.ts')

/**
 * Starts the market service with an empty SQLite database in a folder of its own.
 *
 * @throws Error with what it said, when it ends before it listens
 */
export async function startService(args: readonly string[]): Promise<Service> {
  const folder = mkdtempSync(join(tmpdir(), 'market-bench-'))
  const child = spawn(process.execPath, [MAIN, '--port', '0', '--database', folder, '--log-level', 'warn', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const end = (): void => {
    child.kill('SIGKILL')
  }
  process.once('exit', end)
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => {
      process.off('exit', end)
      resolve()
    })
  })
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
    const url = /listens on (\S+)/u.exec(said)?.[1]
    if (url !== undefined) resolve(url)
  })
  child.once('exit', () => {
    reject(new Error(`The service ended before it listened:\n${said}`))
  })
  return {
    url: await promise,
    folder,
    memory: () => memoryOf(child.pid),
    cpu: () => processorTime(child.pid),
    stop: async () => {
      child.kill('SIGTERM')
      await exited
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function memoryOf(pid: number | undefined): Memory {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    const mebibytes = (name: string): number =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'mu').exec(status)?.[1]) / 1024
    return { whole: mebibytes('VmRSS'), anonymous: mebibytes('RssAnon') }
  } catch {
    return { whole: Number.NaN, anonymous: Number.NaN }
  }
}

function processorTime(pid: number | undefined): number {
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
