// Modules on the disk, by what they hash to: as they were sold and as they are run. Never more than a limit.
import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { MachineFault } from '../job.ts'
import { REWRITER_VERSION } from './module/rewrite.ts'

/** Whether a module is as it was sold, or as it is run. */
export type Form = 'sold' | 'rewritten'

const HASH_BYTES = 32

/**
 * Keeps modules in a folder. What is half written, or was changed, is not there.
 *
 * @example
 * const cache = new ModuleCache('/var/lib/iexec/wasm/modules', 1_000_000_000)
 * await cache.read(sha256, 'rewritten')
 */
export class ModuleCache {
  readonly #folder: string
  readonly #mostBytes: number

  constructor(folder: string, mostBytes: number) {
    this.#folder = folder
    this.#mostBytes = mostBytes
  }

  /** The module, or undefined when it is not there. */
  async read(sha256: string, form: Form): Promise<Uint8Array | undefined> {
    const file = this.#fileOf(sha256, form)
    let stored: Buffer
    try {
      stored = await readFile(file)
    } catch (error) {
      if (isMissing(error)) return undefined
      throw error
    }
    const bytes = stored.subarray(HASH_BYTES)
    if (!hashOf(bytes).equals(stored.subarray(0, HASH_BYTES))) return undefined
    // Used now: what was not used for longest goes first.
    const now = new Date()
    await utimes(file, now, now)
    return bytes
  }

  /**
   * Stores a module, and makes room for it.
   *
   * @throws MachineFault when the disk does not let it
   */
  async write(sha256: string, form: Form, bytes: Uint8Array): Promise<void> {
    const partial = join(this.#folder, `${randomUUID()}.partial`)
    try {
      await mkdir(this.#folder, { recursive: true })
      await writeFile(partial, Buffer.concat([hashOf(bytes), bytes]))
      await rename(partial, this.#fileOf(sha256, form))
      await this.#makeRoom()
    } catch (cause) {
      await rm(partial, { force: true }).catch(() => undefined)
      throw new MachineFault(`A WASM module cannot be kept in ${this.#folder}: ${String(cause)}`, { cause })
    }
  }

  /** Removes what was left half written. */
  async sweep(): Promise<void> {
    for (const name of await listNames(this.#folder)) {
      if (name.endsWith('.partial')) await rm(join(this.#folder, name), { force: true })
    }
  }

  #fileOf(sha256: string, form: Form): string {
    const end = form === 'sold' ? 'wasm' : `rewritten-${REWRITER_VERSION}.wasm`
    return join(this.#folder, `${sha256}.${end}`)
  }

  async #makeRoom(): Promise<void> {
    const names = (await listNames(this.#folder)).filter((name) => name.endsWith('.wasm'))
    const files = await Promise.all(names.map((name) => measure(join(this.#folder, name))))
    let bytes = files.reduce((sum, { size }) => sum + size, 0)
    for (const { file, size } of files.toSorted((a, b) => a.usedAt - b.usedAt)) {
      if (bytes <= this.#mostBytes) return
      await rm(file, { force: true })
      bytes -= size
    }
  }
}

async function measure(file: string): Promise<{ file: string; size: number; usedAt: number }> {
  try {
    const { size, mtimeMs } = await stat(file)
    return { file, size, usedAt: mtimeMs }
  } catch (error) {
    if (isMissing(error)) return { file, size: 0, usedAt: 0 }
    throw error
  }
}

async function listNames(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

function hashOf(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest()
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
