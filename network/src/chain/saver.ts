// Saves a chain when it has changed: often, but never so that saving is all it does.
import { setTimeout } from 'node:timers/promises'

/** What saves. */
export type Saver = {
  /** There is something new to save. */
  readonly touch: () => void
  /**
   * Saves what is new, at once; for the end, after the signal.
   *
   * @throws what the saving throws
   */
  readonly flush: () => Promise<void>
}

/** How the last saving went: when it ended, in milliseconds, and how long it took. */
export type LastSave = { readonly endedAt: number; readonly tookMs: number }

const PAUSE_MS = 1_000
/** A large chain takes long to save: then it is saved less often, for a tenth of the time at most. */
const REST = 9

/**
 * When to save again, in milliseconds.
 *
 * @example
 * nextSaveAt({ endedAt: 5_000, tookMs: 30 }) // 6_000
 * nextSaveAt({ endedAt: 5_000, tookMs: 300 }) // 7_700
 */
export function nextSaveAt({ endedAt, tookMs }: LastSave): number {
  return endedAt + Math.max(PAUSE_MS, REST * tookMs)
}

/**
 * Makes a saver, which saves nothing until it is told of something new.
 *
 * @param options what saves, and who hears of it once when that begins to fail; it is tried again until the signal
 * @example
 * const saver = openSaver({ save, onProblem: console.error, signal })
 * saver.touch()
 * await saver.flush()
 */
export function openSaver(options: {
  readonly save: () => Promise<void>
  readonly onProblem: (sentence: string) => void
  readonly signal: AbortSignal
}): Saver {
  const { save, onProblem, signal } = options
  let isDirty = false
  let isFailing = false
  let last: LastSave = { endedAt: -Infinity, tookMs: 0 }
  let saving: Promise<void> | undefined
  const saveNow = async (): Promise<void> => {
    if (!isDirty) return
    isDirty = false
    const startedAt = performance.now()
    try {
      await save()
      isFailing = false
    } catch (cause) {
      isDirty = true
      throw cause
    } finally {
      const endedAt = performance.now()
      last = { endedAt, tookMs: endedAt - startedAt }
    }
  }
  const saveLater = async (): Promise<void> => {
    const waitMs = Math.max(0, nextSaveAt(last) - performance.now())
    await setTimeout(waitMs, undefined, { signal }).catch(() => undefined)
    if (signal.aborted) return
    await saveNow().catch((cause: unknown) => {
      if (!isFailing) onProblem(cause instanceof Error ? cause.message : String(cause))
      isFailing = true
    })
  }
  const begin = async (): Promise<void> => {
    await saveLater()
    saving = isDirty && !signal.aborted ? begin() : undefined
    await saving
  }
  return {
    touch: () => {
      isDirty = true
      saving ??= begin()
    },
    flush: async () => {
      await saving
      await saveNow()
    },
  }
}
