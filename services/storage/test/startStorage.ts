// The storage as a process of its own, as an operator runs it, in a folder of its own.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawnService, type StartedProcess } from '@iexec/service/test/process'

/** Where its chain is, and what else it is told. */
export type StorageWish = {
  readonly rpcUrl: string
  readonly hub: string
  /** Where its database, blocks and unfinished files are; a new folder when left out, which `remove` removes. */
  readonly folder?: string
  /** Further options of its command. */
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/** A running storage. */
export type StorageProcess = StartedProcess & {
  readonly url: string
  readonly folder: string
  /** Ends it, and removes its folder. */
  readonly remove: () => Promise<void>
}

const MAIN = join(import.meta.dirname, '../src/main.ts')

/**
 * Starts a storage on a free port, and returns when it listens.
 *
 * @throws Error with what it said when it ended before
 * @example
 * const storage = await startStorage({ rpcUrl: chain.url, hub: chain.contracts.hub })
 * await fetch(`${storage.url}/health`)
 * await storage.remove()
 */
export async function startStorage({ rpcUrl, hub, folder, args = [], env = {} }: StorageWish): Promise<StorageProcess> {
  const own = folder ?? (await mkdtemp(join(tmpdir(), 'storage-process-')))
  const given = ['--port', '0', '--rpc', rpcUrl, '--hub', hub, '--log-level', 'warn']
  // A folder for everything, unless the database is somewhere else.
  const database = args.includes('--database') ? [] : ['--database', own]
  const started = spawnService(MAIN, [...given, ...database, ...args], env)
  const remove = async (): Promise<void> => {
    await started.kill()
    await rm(own, { recursive: true, force: true })
  }
  try {
    return { ...started, url: await started.listening, folder: own, remove }
  } catch (error) {
    if (folder === undefined) await remove()
    throw error
  }
}
