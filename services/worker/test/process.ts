// A worker as a process of its own, as its owner runs it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawnService, type StartedProcess } from '@iexec/service/test/process'
import type { Address, Hex } from 'viem'

/** For which pool, on which chain. */
export type WorkerProcessOptions = {
  readonly rpcUrl: string
  readonly hub: Address
  readonly workerpool: Address
  /** The scheduler; the market is asked when left out. */
  readonly schedulerUrl?: string
  readonly key: Hex
  /** Further arguments, as `iexec worker start --help` lists them. */
  readonly args?: readonly string[]
}

/** A worker that can be killed and started again in the same folder. */
export type WorkerProcess = {
  readonly folder: string
  /** Starts it, and returns when it listens. */
  readonly start: () => Promise<StartedProcess & { readonly url: string }>
  /** Runs another command with the same settings: its exit code, and what it said. */
  readonly call: (
    command: string,
    ...args: readonly string[]
  ) => Promise<{ readonly code: number | null; readonly said: string }>
  /** Removes its folder; the process must have ended. */
  readonly clear: () => void
}

const MAIN = join(import.meta.dirname, '../src/main.ts')

/**
 * Prepares a worker with a folder of its own. It runs WebAssembly, and fetches from this machine.
 *
 * @example
 * const worker = prepareWorker({ rpcUrl, hub, workerpool, schedulerUrl, key })
 * const running = await worker.start()
 * await running.kill()
 * worker.clear()
 */
export function prepareWorker(options: WorkerProcessOptions): WorkerProcess {
  const folder = mkdtempSync(join(tmpdir(), 'iexec-worker-'))
  const keyFile = join(folder, 'key')
  writeFileSync(keyFile, options.key, { mode: 0o600 })
  const { rpcUrl, hub, workerpool, schedulerUrl, args = [] } = options
  const chain = ['--rpc', rpcUrl, '--hub', hub, '--pool', workerpool, '--key-file', keyFile]
  const scheduler = schedulerUrl === undefined ? [] : ['--scheduler', schedulerUrl]
  const here = ['--data-dir', join(folder, 'data'), '--polling', '20', '--allow-private-inputs', '--no-docker']
  const settings = [...chain, ...scheduler, ...here, ...args]
  return {
    folder,
    start: async () => {
      const started = spawnService(MAIN, ['start', ...settings])
      return { ...started, url: await started.listening }
    },
    call: async (command, ...more) => {
      const started = spawnService(MAIN, [command, ...settings, ...more])
      return { code: await started.ended, said: started.said() }
    },
    clear: () => {
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
