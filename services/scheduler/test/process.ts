// A scheduler as a process of its own, as an operator runs it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawnService, type StartedProcess } from '@iexec/service/test/process'
import type { Address, Hex } from 'viem'

/** A scheduler that listens. */
export type SchedulerProcess = StartedProcess & { readonly url: string }

/** What a scheduler of a test is told. */
export type SchedulerOptions = {
  readonly rpc: string
  readonly hub: Address
  readonly pool: Address
  /** Of the pool's owner, or of an operator. */
  readonly key: Hex
  /** As `--database` has it; a file of its own when left out. */
  readonly database?: string
  readonly storages?: readonly string[]
  /** Further settings, such as `['--port', '4000']`. */
  readonly args?: readonly string[]
}

const MAIN = join(import.meta.dirname, '../src/main.ts')

/**
 * Starts a scheduler, and returns when it listens.
 *
 * @throws Error with what it said when it ended before
 * @example
 * const scheduler = await startSchedulerProcess({ rpc: chain.url, hub, pool, key })
 * scheduler.url // 'http://127.0.0.1:40123'
 * await scheduler.stop()
 */
export async function startSchedulerProcess(options: SchedulerOptions): Promise<SchedulerProcess> {
  const { rpc, hub, pool, key, storages = [], args = [] } = options
  const folder = mkdtempSync(join(tmpdir(), 'scheduler-'))
  const keyFile = join(folder, 'key')
  writeFileSync(keyFile, key, { mode: 0o600 })
  const settings = [
    '--rpc',
    rpc,
    '--ws',
    rpc.replace('http', 'ws'),
    '--hub',
    hub,
    '--pool',
    pool,
    '--key-file',
    keyFile,
  ]
  const database = options.database ?? join(folder, 'scheduler.sqlite')
  const where = ['--database', database, '--polling', '50', ...storages.flatMap((url) => ['--storage', url])]
  const limits = ['--rate-limit', '100000']
  const port = args.includes('--port') ? [] : ['--port', '0']
  const started = spawnService(MAIN, [...settings, ...where, ...limits, ...port, ...args])
  const clear = async (): Promise<void> => {
    await started.ended
    rmSync(folder, { recursive: true, force: true })
  }
  void clear()
  return { ...started, url: await started.listening }
}
