// Where the processes of tasks live: an empty folder for all, and a note of each that runs, so that whoever comes after a crash
// can end them.
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { MachineFault } from '../job.ts'
import { startGuest, type GuestProcess } from './guestProcess.ts'

/**
 * Starts processes, and knows them again.
 *
 * @example
 * const house = new GuestHouse('/var/lib/iexec/wasm')
 * const guest = await house.start()
 */
export class GuestHouse {
  readonly #empty: string
  readonly #notes: string
  /** Notes of processes that belong to this one. */
  readonly #own = new Set<string>()
  #isReady = false

  constructor(folder: string) {
    this.#empty = join(folder, 'empty')
    this.#notes = join(folder, 'running')
  }

  /** Starts a process, noted down before it gets an order. */
  readonly start = async (): Promise<GuestProcess> => {
    if (!this.#isReady) {
      await mkdir(this.#empty, { recursive: true, mode: 0o555 })
      await mkdir(this.#notes, { recursive: true })
      this.#isReady = true
    }
    const name = `iexec-wasm-${randomUUID()}`
    const guest = startGuest(this.#empty, name)
    if (guest.pid === undefined) {
      const { stderr } = await guest.death
      throw new MachineFault(`A process for a WASM module could not be started: ${stderr}`)
    }
    const note = `${guest.pid}.${name}`
    this.#own.add(note)
    void this.#forgetAfter(guest, note)
    await writeFile(join(this.#notes, note), '')
    return guest
  }

  async #forgetAfter(guest: GuestProcess, note: string): Promise<void> {
    await guest.death
    await rm(join(this.#notes, note), { force: true }).catch(() => undefined)
    this.#own.delete(note)
  }

  /** Ends the processes of a worker that died. Those of this one stay. */
  async sweep(): Promise<void> {
    const notes = await readdir(this.#notes).catch(() => [])
    for (const note of notes) {
      if (this.#own.has(note)) continue
      const [pid = '', name = ''] = note.split('.')
      // Another process may have its number by now: its name tells.
      if (/^\d+$/u.test(pid) && (await commandOf(pid)).includes(name)) kill(Number(pid))
      await rm(join(this.#notes, note), { force: true })
    }
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    // It ended by itself meanwhile.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

async function commandOf(pid: string): Promise<string> {
  try {
    return await readFile(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    // Not Linux, or not there any more.
    return promisify(execFile)('ps', ['-o', 'command=', '-p', pid]).then(
      ({ stdout }) => stdout,
      () => '',
    )
  }
}
