// Runs modules of tests: a server that has them, an engine, and folders of their own for each run.
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Hex } from 'viem'
import type { Engine, Job, Limits, Ran, RunFolders, RunOptions } from '../../src/job.ts'
import { createWasmEngine, type WasmOptions } from '../../src/wasm/index.ts'
import { startServer } from '../fileServer.ts'

/** What a test of modules stands on. */
export type ModuleHouse = {
  readonly engine: Engine
  readonly folder: string
  /** Offers a module, and names it as an app. */
  readonly offer: (module: Uint8Array) => Extract<Job['app'], { readonly type: 'WASM' }>
  /** Fresh folders of a run. */
  readonly makeFolders: () => Promise<RunFolders>
  readonly run: (module: Uint8Array, options?: ModuleRun) => Promise<Ran & { readonly folders: RunFolders }>
  readonly requests: () => number
  readonly stop: () => Promise<void>
}

/** What is special about a run. */
export type ModuleRun = Partial<RunOptions> & {
  readonly job?: Partial<Omit<Job, 'limits'>>
  readonly limits?: Partial<Limits>
  readonly folders?: RunFolders
}

/** Limits that are far away. */
export const LIMITS: Limits = {
  seconds: 60,
  memoryBytes: 67_108_864,
  cpus: 1,
  pids: 1,
  outputBytes: 1_048_576,
  outputFiles: 100,
  logBytes: 100_000,
}

/** A task's id. */
export const TASK: Hex = `0x${'5a'.repeat(32)}`
/** When its deal started. */
export const START = 1_700_000_000

/**
 * Starts all that is needed.
 *
 * @example
 * const house = await startModuleHouse()
 * const { ending } = await house.run(await program(() => ''))
 */
export async function startModuleHouse(options: Partial<WasmOptions> = {}): Promise<ModuleHouse> {
  const folder = await mkdtemp(join(tmpdir(), 'iexec-wasm-'))
  const modules = new Map<string, Uint8Array>()
  const server = await startServer((request, response) => {
    const module = modules.get(request.url ?? '')
    response.writeHead(module === undefined ? 404 : 200).end(module)
  })
  const engine = createWasmEngine({ folder: join(folder, 'engine'), gateways: [], allowsPrivate: true, ...options })
  const offer: ModuleHouse['offer'] = (module) => {
    const sha256 = createHash('sha256').update(module).digest('hex')
    modules.set(`/${sha256}.wasm`, module)
    return { type: 'WASM', url: `${server.url}/${sha256}.wasm`, sha256: `0x${sha256}` }
  }
  const makeFolders = async (): Promise<RunFolders> => {
    const root = await mkdtemp(join(folder, 'run-'))
    const folders = { input: join(root, 'in'), output: join(root, 'out'), legacy: join(root, 'legacy') }
    await Promise.all(Object.values(folders).map((path) => mkdir(path)))
    return folders
  }
  const run: ModuleHouse['run'] = async (module, { job, limits, folders: given, signal, onLog } = {}) => {
    const app = offer(module)
    const folders = given ?? (await makeFolders())
    const prepared = await engine.prepare(app, { signal: AbortSignal.timeout(60_000), seconds: 60 })
    const whole = { id: TASK, app, args: [], env: {}, startTime: START, network: false, ...job }
    const ran = await prepared.run({ ...whole, limits: { ...LIMITS, ...limits } }, folders, {
      signal: signal ?? AbortSignal.timeout(60_000),
      ...(onLog === undefined ? {} : { onLog }),
    })
    return { ...ran, folders }
  }
  const stop = async (): Promise<void> => {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
  return { engine, folder, offer, makeFolders, run, requests: () => server.requests.length, stop }
}

/** All files of a folder with what they hold, as text. */
export async function readFolder(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const read = await Promise.all(
    files.map(async (file) => [file.slice(folder.length + 1), await readFile(file, 'utf8')]),
  )
  return Object.fromEntries(read.toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1))) as Record<string, string>
}
