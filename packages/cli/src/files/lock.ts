// One at a time, also among processes: a lock of the operating system, which ends with the process that holds it.
import { mkdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import type * as Sqlite from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'

/** How long between two attempts, in milliseconds; a little of it by chance, so that nobody is always late. */
const RETRY_MS = { least: 20, more: 30 }
const SQLITE_BUSY = 5

/** Who hears what of a lock. */
export type LockOptions = {
  /** Called once when the wait is long; what it throws ends the wait. */
  readonly onWait?: () => void
  /** From when on a wait is long, in milliseconds; 1,000 when left out. */
  readonly longMs?: number
  /** Called when there can be no lock, as in a home that cannot be written: the work is done without one. */
  readonly onUnlocked?: () => void
  /** Ends the wait; not the work. */
  readonly signal?: AbortSignal | undefined
  /** What did not happen when the signal ends the wait, for its sentence: other things may have happened before. */
  readonly notDone?: string
}

/**
 * Does the work while no other process does work under the same name.
 *
 * @param name a file name: whoever takes the same one takes turns
 * @throws IexecError `Aborted` when the signal ends the wait; whatever the work throws
 * @example
 * await underLock(`${chainId}-${address}`, async () => send(transaction), { signal: call.signal })
 */
export async function underLock<Answer>(
  name: string,
  work: () => Promise<Answer>,
  options: LockOptions = {},
): Promise<Answer> {
  const { state, release } = await takeTurn(name, options)
  if (state === 'impossible') options.onUnlocked?.()
  try {
    return await work()
  } finally {
    release()
  }
}

async function takeTurn(name: string, options: LockOptions): Promise<Lock> {
  const { onWait, longMs = 1_000, signal, notDone = 'what waited for it was not done' } = options
  const tellsAt = performance.now() + longMs
  let isTold = false
  for (;;) {
    if (signal?.aborted === true) {
      // Files are locked by commands that do without the client, too.
      const { IexecError } = await import('@iexec/sdk')
      throw new IexecError('Aborted', `You left before it was the turn of this command: ${notDone}.`)
    }
    const lock = await tryLock(name)
    if (lock.state !== 'busy') return lock
    if (!isTold && performance.now() >= tellsAt) {
      isTold = true
      onWait?.()
    }
    // Whether the signal ended it is asked above.
    await sleep(RETRY_MS.least + Math.random() * RETRY_MS.more, undefined, { signal }).catch(() => undefined)
  }
}

type Lock = { readonly state: 'held' | 'busy' | 'impossible'; readonly release: () => void }

/**
 * SQLite's lock, because node has no other one of the system: a file that says who holds it would outlive its holder. Nothing
 * is ever written into it.
 */
async function tryLock(name: string): Promise<Lock> {
  try {
    const folder = join(homedir(), '.iexec', 'locks')
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const { DatabaseSync } = await loadSqlite()
    const file = new DatabaseSync(join(folder, name))
    const release = (): void => {
      file.close()
    }
    try {
      file.exec('BEGIN EXCLUSIVE')
    } catch (cause) {
      release()
      throw cause
    }
    return { state: 'held', release }
  } catch (cause) {
    const { errcode } = cause as { readonly errcode?: number }
    return { state: errcode === SQLITE_BUSY ? 'busy' : 'impossible', release: () => undefined }
  }
}

let loading: Promise<typeof Sqlite> | undefined

/** Once: a second one at the same time would take the mute of the first for node's own voice, and put it back for good. */
async function loadSqlite(): Promise<typeof Sqlite> {
  loading ??= importInSilence()
  return loading
}

/** Node 22 warns of it at the first import, and who sends money should not read that something is an experiment. */
async function importInSilence(): Promise<typeof Sqlite> {
  const warn = Reflect.get(process, 'emitWarning') as (...words: readonly unknown[]) => void
  process.emitWarning = (...words: readonly unknown[]) => {
    if (!String(words[0]).includes('SQLite')) warn(...words)
  }
  try {
    return await import('node:sqlite')
  } finally {
    process.emitWarning = warn
  }
}
