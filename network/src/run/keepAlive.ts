// What falls over is started again: at once the first time, later and later when it falls again and again.
import { setTimeout as sleep } from 'node:timers/promises'

/** Says what happens: a stable word for programs, a sentence for people, facts for programs. */
export type Say = (event: string, sentence: string, facts?: Readonly<Record<string, unknown>>) => void

/** Something that should always run, and runs now. */
export type Kept = {
  readonly name: string
  /** Returns how it ended, in a few words. */
  readonly ended: () => Promise<string>
  /** Starts it again, and returns when it is ready. */
  readonly start: () => Promise<void>
  /** Hears of each fall. */
  readonly onFall: () => void
}

const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 30_000
/** Who has run for so long has not fallen again, but anew. */
const CALM_MS = 60_000
/** From so many falls on it is told that somebody should look. */
const MANY = 3

/**
 * How long to wait before something is started again that fell so many times in a row.
 *
 * @example
 * pauseAfter(1) // 250
 */
export function pauseAfter(falls: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** (falls - 1), LONGEST_PAUSE_MS)
}

/** Who hears of falls, until when, and how long to wait after each. */
export type Keeper = { readonly say: Say; readonly signal: AbortSignal; readonly pauseMs?: typeof pauseAfter }

/** Starts something again whenever it ends, until the signal aborts. */
export async function keepAlive(kept: Kept, { say, signal, pauseMs = pauseAfter }: Keeper): Promise<void> {
  let falls = 0
  let began = performance.now()
  let how = await kept.ended()
  while (!signal.aborted) {
    falls = performance.now() - began > CALM_MS ? 1 : falls + 1
    kept.onFall()
    say('fell', sentenceOf(kept.name, how, falls), { service: kept.name, how, falls })
    await sleep(pauseMs(falls), undefined, { signal }).catch(() => undefined)
    if (signal.aborted) return
    began = performance.now()
    how = await runOnce(kept, say)
  }
}

/** @returns how it ended */
async function runOnce({ name, start, ended }: Kept, say: Say): Promise<string> {
  try {
    await start()
  } catch (error) {
    return lastWordOf(error)
  }
  say('again', `${name} runs again.`, { service: name })
  return ended()
}

function sentenceOf(name: string, how: string, falls: number): string {
  const again = `${name} fell over (${how.replace(/\.$/u, '')}) and is started again.`
  if (falls < MANY) return again
  return `${again} That was ${falls} times in a row: iexec network logs ${name} shows what it said.`
}

/** Neither lines of a log, nor where in the program it happened. */
const NO_WORDS = /^(?:\{.*|\s*at .*|\s+.*|Node\.js v.*|)$/u

/**
 * The last sentence of what somebody said before he ended.
 *
 * @example
 * lastWordOf(new Error('The keeper ended (1) before it listened:\nNo node answers.')) // 'No node answers.'
 */
export function lastWordOf(error: unknown): string {
  const lines = (error instanceof Error ? error.message : String(error)).split('\n')
  return lines.findLast((line) => !NO_WORDS.test(line)) ?? ''
}
