// Writes what a module made into the folders of its run. The process is not trusted: every path and every sum is checked again.
import { mkdir, open, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { MachineFault, type Limits, type RunFolders } from '../job.ts'
import { OUTPUT_ROOTS, type OutputEntry } from './protocol.ts'

/**
 * Takes the outputs of one run, piece by piece.
 *
 * @example
 * const keeper = new OutputKeeper(folders, limits)
 * await keeper.begin({ root: '/iexec_out', path: 'result.txt', kind: 'file' })
 * await keeper.write(bytes)
 * await keeper.close()
 */
export class OutputKeeper {
  readonly #folders: RunFolders
  readonly #limits: Pick<Limits, 'outputBytes' | 'outputFiles'>
  #file: FileHandle | undefined
  #bytes = 0
  #files = 0

  constructor(folders: RunFolders, limits: Pick<Limits, 'outputBytes' | 'outputFiles'>) {
    this.#folders = folders
    this.#limits = limits
  }

  /** Begins a file, or makes a folder. Nothing that exists is opened. */
  async begin(entry: OutputEntry): Promise<void> {
    await this.close()
    this.#files += 1
    if (this.#files > this.#limits.outputFiles) throw broken(`sent more than ${this.#limits.outputFiles} files`)
    if (!OUTPUT_ROOTS.includes(entry.root) || !isPlainPath(entry.path)) {
      throw broken(`named an output ${JSON.stringify(entry.path)}`)
    }
    const path = join(entry.root === '/iexec_out' ? this.#folders.output : this.#folders.legacy, entry.path)
    try {
      if (entry.kind === 'folder') await mkdir(path)
      else this.#file = await open(path, 'wx')
    } catch (error) {
      throw unwritten(entry.path, error)
    }
  }

  /** Writes the next bytes of the file. */
  async write(bytes: Uint8Array): Promise<void> {
    this.#bytes += bytes.length
    if (this.#bytes > this.#limits.outputBytes) throw broken(`sent more than ${this.#limits.outputBytes} bytes`)
    if (this.#file === undefined) throw broken('sent bytes without a file')
    try {
      await this.#file.writeFile(bytes)
    } catch (error) {
      throw unwritten('an output', error)
    }
  }

  /** Ends the file. */
  async close(): Promise<void> {
    const file = this.#file
    this.#file = undefined
    await file?.close()
  }
}

function unwritten(path: string, cause: unknown): MachineFault {
  const why = cause instanceof Error ? cause.message : 'unknown'
  return new MachineFault(`${JSON.stringify(path)} could not be written: ${why}.`, { cause })
}

function broken(what: string): MachineFault {
  return new MachineFault(`The process of a WASM module broke its agreement: it ${what}.`)
}

/**
 * Whether a path stays below its folder, by names that every file system takes.
 *
 * @example
 * isPlainPath('a/../../b') // false
 */
export function isPlainPath(path: string): boolean {
  return path
    .split('/')
    .every(
      (name) => name !== '' && name !== '.' && name !== '..' && !name.includes('\0') && Buffer.byteLength(name) <= 255,
    )
}
