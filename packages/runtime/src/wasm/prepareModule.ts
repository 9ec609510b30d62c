// Fetches a module, checks that it is the one that was registered, and has it rewritten in a process of its own: whatever a
// module holds, it costs the worker neither its time nor its life.
import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { FetchFault } from '../inputs/fetchFault.ts'
import { fetchFile, type FetchOptions } from '../inputs/fetchFile.ts'
import { budgetOf } from '../inputs/download.ts'
import { MachineFault, TaskFault, type AppSource, type PrepareOptions } from '../job.ts'
import type { GuestHouse } from './guestHouse.ts'
import { wasTooLarge, type GuestProcess } from './guestProcess.ts'
import type { ModuleCache } from './moduleCache.ts'
import { FRAME } from './protocol.ts'

/** A module for sale. */
export type ModuleSource = Extract<AppSource, { readonly type: 'WASM' }>

/** How modules are fetched. */
export type Fetching = Pick<FetchOptions, 'gateways' | 'allowsPrivate' | 'patience'> & {
  /** Folder for what is being fetched. */
  readonly folder: string
  /** Of a module, at most. */
  readonly mostBytes: number
}

/** What modules are prepared with. */
export type ModuleHouse = {
  readonly cache: ModuleCache
  readonly guests: GuestHouse
  readonly fetching: Fetching
  /** How long rewriting a module may take, in milliseconds. */
  readonly rewriteMs: number
}

/**
 * Has a module ready to run.
 *
 * @returns the rewritten module
 * @throws TaskFault when it cannot be had, is another one, or is refused; MachineFault when this machine is the reason
 */
export async function prepareModule(
  source: ModuleSource,
  house: ModuleHouse,
  options: PrepareOptions,
): Promise<Uint8Array> {
  const { cache, guests, fetching, rewriteMs } = house
  const sha256 = source.sha256.slice(2).toLowerCase()
  const known = await cache.read(sha256, 'rewritten')
  if (known !== undefined) return known
  let sold = await cache.read(sha256, 'sold')
  if (sold === undefined) {
    sold = await fetchModule(source, fetching, options)
    await cache.write(sha256, 'sold', sold)
  }
  const rewritten = await rewriteApart(sold, await guests.start(), { signal: options.signal, rewriteMs })
  await cache.write(sha256, 'rewritten', rewritten)
  return rewritten
}

async function fetchModule(source: ModuleSource, fetching: Fetching, options: PrepareOptions): Promise<Uint8Array> {
  const { folder, mostBytes, ...rest } = fetching
  const gateways = [...new Set([...(options.gateways ?? []), ...fetching.gateways])]
  await mkdir(folder, { recursive: true })
  const file = join(folder, randomUUID())
  const { signal, seconds, onProgress } = options
  try {
    await fetchFile(source, file, { ...rest, gateways, signal, seconds, onProgress, budget: budgetOf(mostBytes) })
    return await readFile(file)
  } catch (error) {
    if (!(error instanceof FetchFault)) throw error
    const isRefused = error.reason === 'wrong-checksum' || error.reason === 'too-large'
    const kind = isRefused ? 'APP_IMAGE_REFUSED' : 'APP_IMAGE_DOWNLOAD_FAILED'
    throw new TaskFault(kind, error.message, { cause: error })
  } finally {
    await rm(file, { force: true })
  }
}

async function rewriteApart(
  sold: Uint8Array,
  guest: GuestProcess,
  { signal, rewriteMs }: { readonly signal: AbortSignal; readonly rewriteMs: number },
): Promise<Uint8Array> {
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(rewriteMs)])
  deadline.addEventListener('abort', guest.kill)
  try {
    const [answer] = await Promise.all([
      readAnswer(guest),
      guest.feed({ do: 'rewrite', moduleBytes: sold.length }, [sold]),
    ])
    signal.throwIfAborted()
    if (answer !== undefined) return answer
    // A faster machine may be in time: nobody votes for that.
    if (deadline.aborted) throw new MachineFault(`Rewriting a WASM module took longer than ${rewriteMs} ms here.`)
    const death = await guest.death
    if (wasTooLarge(death)) throw refusal('reading it takes more memory than is allowed')
    const { code, signal: by, stderr } = death
    throw new MachineFault(
      `The process that rewrites WASM modules ended with ${by ?? `code ${code}`} and said: ${stderr.trim()}`,
    )
  } finally {
    deadline.removeEventListener('abort', guest.kill)
    guest.kill()
    await guest.death
  }
}

async function readAnswer(guest: GuestProcess): Promise<Uint8Array | undefined> {
  const pieces: Uint8Array[] = []
  for await (const { kind, bytes } of guest.frames()) {
    if (kind === FRAME.done) return Buffer.concat(pieces)
    if (kind === FRAME.bytes) pieces.push(Buffer.from(bytes))
    else if (kind === FRAME.refused) throw refusal(Buffer.from(bytes).toString())
    else throw new MachineFault(`The process that rewrites WASM modules failed: ${Buffer.from(bytes).toString()}`)
  }
  return undefined
}

/** The author of a module chose some of its words. */
const LONGEST_REFUSAL = 500

function refusal(why: string): TaskFault {
  return new TaskFault('APP_IMAGE_REFUSED', `The WASM module is refused: ${why.slice(0, LONGEST_REFUSAL)}.`)
}
