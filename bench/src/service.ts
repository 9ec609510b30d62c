// The market service as a process of its own, as an operator runs it.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryOf, processorTime, type Memory } from './process.ts'

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
