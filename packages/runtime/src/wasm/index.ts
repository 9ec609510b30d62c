// Runs apps that are WebAssembly modules: rewritten so that they do the same everywhere, in a process of their own.
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { TaskFault, type Engine } from '../job.ts'
import { GuestHouse } from './guestHouse.ts'
import { ModuleCache } from './moduleCache.ts'
import { prepareModule, type Fetching } from './prepareModule.ts'
import { runModule } from './runModule.ts'

/** What a WASM engine needs to know of its machine. */
export type WasmOptions = Pick<Fetching, 'gateways' | 'allowsPrivate' | 'patience'> & {
  /** A folder of this worker alone: fetched modules, and notes of what runs. */
  readonly folder: string
  /** Of one module, 64 MiB unless told otherwise. */
  readonly mostModuleBytes?: number
  /** Of all modules that are kept, 1 GiB unless told otherwise. */
  readonly mostCacheBytes?: number
  /** How long rewriting a module may take, in milliseconds; 60,000 unless told otherwise: a few seconds for the largest. */
  readonly rewriteMs?: number
}

/** The same for all workers: a module that is too large is refused, and all of them have to say so. */
const MOST_MODULE_BYTES = 67_108_864
const MOST_CACHE_BYTES = 1_073_741_824
const REWRITE_MS = 60_000

/**
 * Makes an engine for WASM modules. It needs nothing on its machine but node.
 *
 * @example
 * const engine = createWasmEngine({ folder: '/var/lib/iexec/wasm', gateways: [], allowsPrivate: false })
 * const app = await engine.prepare({ type: 'WASM', url, sha256 }, { signal, seconds: 60 })
 * await app.run(job, folders, { signal }) // { ending: { kind: 'exited', exitCode: 0 }, … }
 */
export function createWasmEngine(options: WasmOptions): Engine {
  const { folder, gateways, allowsPrivate, patience } = options
  const cache = new ModuleCache(join(folder, 'modules'), options.mostCacheBytes ?? MOST_CACHE_BYTES)
  const guests = new GuestHouse(folder)
  const incoming = join(folder, 'incoming')
  const mostBytes = options.mostModuleBytes ?? MOST_MODULE_BYTES
  const rewriteMs = options.rewriteMs ?? REWRITE_MS
  const fetching = { gateways, allowsPrivate, patience, folder: incoming, mostBytes }
  return {
    type: 'WASM',
    prepare: async (app, prepareOptions) => {
      if (app.type !== 'WASM')
        throw new TaskFault('APP_IMAGE_REFUSED', `A WASM engine does not run apps of type ${app.type}.`)
      const module = await prepareModule(app, { cache, guests, fetching, rewriteMs }, prepareOptions)
      return {
        run: (job, folders, runOptions) => runModule(module, { job, folders, start: guests.start }, runOptions),
      }
    },
    sweep: async () => {
      await guests.sweep()
      await cache.sweep()
      await rm(incoming, { recursive: true, force: true })
      await mkdir(incoming, { recursive: true })
    },
  }
}
