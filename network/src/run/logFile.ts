// The log of a part: what it wrote, from some place on; and writing for a part that is no process of ours.
import { appendFileSync, closeSync, fstatSync, mkdirSync, openSync, readSync } from 'node:fs'
import { dirname } from 'node:path'
import process from 'node:process'

/** A part of a file, and where it ends. */
export type LogPart = { readonly text: string; readonly end: number }

/** More than anybody reads of a log at once, in bytes. */
const MOST = 1_000_000

/**
 * Reads what stands behind a place of a file; of very much, the end. Of a file that is shorter by now, everything: it was begun anew.
 *
 * @returns nothing, and the same end, when there is no such file
 * @example
 * const { text, end } = readFrom('keeper.log', 0)
 */
export function readFrom(file: string, from: number): LogPart {
  let handle: number
  try {
    handle = openSync(file, 'r')
  } catch (cause) {
    if ((cause as { readonly code?: unknown }).code === 'ENOENT') return { text: '', end: 0 }
    throw cause
  }
  try {
    const { size } = fstatSync(handle)
    const begin = Math.max(size < from ? 0 : from, size - MOST)
    const part = Buffer.alloc(size - begin)
    const length = readSync(handle, part, 0, part.length, begin)
    return { text: part.toString('utf8', 0, length), end: begin + length }
  } finally {
    closeSync(handle)
  }
}

/**
 * Opens a log to which lines are added, each with its time. A disk that is full costs lines, and nothing else.
 *
 * @example
 * const write = openLog('/home/ada/.iexec/networks/local/logs/chain.log')
 * write('block 7: 1 transaction, 21,000 gas')
 */
export function openLog(file: string): (line: string) => void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  let isTold = false
  return (line) => {
    try {
      appendFileSync(file, `${new Date().toISOString()} ${line}\n`, { mode: 0o600 })
      isTold = false
    } catch (cause) {
      if (!isTold) process.emitWarning(`Nothing can be added to ${file}: ${String(cause)}`)
      isTold = true
    }
  }
}
